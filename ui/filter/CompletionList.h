// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/filter/FilterCompletion.h"
#include "ui/theme/Theme.h"

#include <QCompleter>

class QLineEdit;
class QStandardItemModel;

namespace trunkline {

/// The list under a field of what may stand at its cursor: the text, and muted what it means. Tab takes the first one, Enter
/// the one that is marked; typing goes on in the field.
class CompletionList final : public QCompleter
{
    Q_OBJECT

public:
    CompletionList(const Theme &theme, QLineEdit *field);

    /// Shows the suggestions under `x` of the field; hides when there is none.
    void show(filter::Completion completion, int x);
    void hide();
    [[nodiscard]] bool isShown() const;
    [[nodiscard]] int count() const;
    /// Takes the marked suggestion, or the first one when none is marked and `orFirst`; false when nothing was taken.
    bool take(bool orFirst);

Q_SIGNALS:
    /// `text` belongs where [begin, end) of the field's text stands.
    void taken(const QString &text, qsizetype begin, qsizetype end);

private:
    void takeRow(int row);

    QLineEdit *m_field;
    QStandardItemModel *m_model;
    const Theme &m_theme;
    filter::Completion m_completion;
};

} // namespace trunkline
