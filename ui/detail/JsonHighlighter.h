// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QSyntaxHighlighter>

namespace trunkline {

/// Colors member names, strings, numbers and literals of a JSON text, line by line.
class JsonHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    JsonHighlighter(const Theme &theme, QTextDocument *document) : QSyntaxHighlighter(document), m_theme(theme) {}
    void setOn(bool on) { m_on = on; }
    /// A line that begins with a letter begins with a title, which ends where JSON begins.
    void setTitled(bool titled) { m_titled = titled; }

protected:
    void highlightBlock(const QString &text) override;

private:
    const Theme &m_theme;
    bool m_on = true;
    bool m_titled = false;
};

} // namespace trunkline
