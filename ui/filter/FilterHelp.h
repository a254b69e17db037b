// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/filter/FilterFields.h"
#include "ui/theme/Theme.h"

#include <QFrame>

class QTextBrowser;

namespace trunkline {

/// The filter language on one card, made from the table of fields. Examples are links: a click puts them into the field.
class FilterHelp final : public QFrame
{
    Q_OBJECT

public:
    explicit FilterHelp(const Theme &theme, QWidget *parent = nullptr);
    /// Opens below `field`, as wide as it must be; Esc closes it.
    void showBelow(QWidget *field, filter::Record record);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void exampleChosen(const QString &filter);

private:
    [[nodiscard]] QString html(filter::Record record) const;

    const Theme &m_theme;
    QTextBrowser *m_view;
};

} // namespace trunkline
