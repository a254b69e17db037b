// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/JsonHighlighter.h"

namespace trunkline {

void JsonHighlighter::highlightBlock(const QString &text)
{
    constexpr qsizetype mostColored = 20'000;       // a raw line of megabytes stays plain
    if (!m_on || text.size() > mostColored)
        return;
    qsizetype title = 0;
    if (m_titled && !text.isEmpty() && text[0].isLetter()) {
        while (title < text.size() && text[title] != u'{' && text[title] != u'[' && text[title] != u'"')
            ++title;
        setFormat(0, static_cast<int>(title), m_theme.color(Token::Muted));
    }
    for (qsizetype at = title; at < text.size();) {
        const QChar c = text[at];
        const qsizetype start = at;
        if (c == u'"') {
            for (++at; at < text.size() && text[at] != u'"'; ++at)
                at += text[at] == u'\\' ? 1 : 0;
            at = std::min(at + 1, text.size());
            qsizetype next = at;
            while (next < text.size() && text[next].isSpace())
                ++next;
            const bool name = next < text.size() && text[next] == u':';
            setFormat(static_cast<int>(start), static_cast<int>(at - start), m_theme.ink(name ? Token::Accent : Token::Text));
        } else if (c.isLetterOrNumber() || c == u'-') {
            while (at < text.size() && (text[at].isLetterOrNumber() || text[at] == u'.' || text[at] == u'-' || text[at] == u'+'))
                ++at;
            setFormat(static_cast<int>(start), static_cast<int>(at - start), m_theme.ink(c.isLetter() ? Token::Orphan : Token::Upstream));
        } else {
            setFormat(static_cast<int>(at++), 1, m_theme.color(Token::Muted));
        }
    }
}

} // namespace trunkline
