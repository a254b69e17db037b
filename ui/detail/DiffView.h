// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/detail/Subject.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace trunkline {

/// Compares two payloads, pretty-printed, line by line: two messages of one exchange, or one of each of two selected rows.
class DiffView final : public QWidget
{
    Q_OBJECT

public:
    explicit DiffView(const Theme &theme, QWidget *parent = nullptr);
    void show(const Subject &subject, const Subject &other);    ///< `other` may be empty

private:
    void compare();

    const Theme &m_theme;
    std::vector<Subject::Message> m_messages;
    QComboBox *m_before;
    QComboBox *m_after;
    QLabel *m_verdict;
    QPlainTextEdit *m_text;
};

} // namespace trunkline
