// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/RegexNeeds.h"

#include <optional>

namespace trunkline::filter {

namespace {

/// Walks over the outermost level of a pattern; nothing inside a group is certain to count.
class NeedsReader
{
public:
    NeedsReader(QStringView pattern, bool ignoringCase) : m_pattern(pattern), m_ignoringCase(ignoringCase) {}

    /// nullopt: nothing is certain.
    std::optional<QStringList> read()
    {
        while (m_at < m_pattern.size()) {
            if (!step())
                return std::nullopt;
        }
        flush();
        return m_texts;
    }

private:
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_pattern.size() ? m_pattern[m_at + ahead] : QChar();
    }

    void flush()
    {
        if (!m_run.isEmpty())
            m_texts << m_run;
        m_run.clear();
    }

    bool step()
    {
        switch (const QChar c = peek(); c.unicode()) {
        case u'|':
        case u')':
            return false;
        case u'(':
            flush();
            return skipGroup();
        case u'[':
            flush();
            return skipClass();
        case u'\\':
            return takeEscape();
        case u'*':
        case u'?':
        case u'{':
            return takeQuantifier();
        case u'+':          // at least once: what stands before it counts, and what follows need not touch it
        case u'.':
        case u'^':
        case u'$':
            flush();
            ++m_at;
            return true;
        default:
            take(c);
            return true;
        }
    }

    void take(QChar c)
    {
        ++m_at;
        const bool isCertain = m_ignoringCase ? c.unicode() < 0x80 && c.toLower() != u'k' && c.toLower() != u's'
                                              : !c.isSurrogate() && c != QChar::ReplacementCharacter;
        if (isCertain)
            m_run += m_ignoringCase ? c.toLower() : c;
        else
            flush();
        m_lastCounts = isCertain;
    }

    bool takeEscape()
    {
        const QChar c = peek(1);
        if (c.unicode() < 0x80 && !c.isLetterOrNumber() && !c.isNull()) {
            ++m_at;
            take(c);
            return true;
        }
        // Classes and places that need no argument.
        if (!QStringView(u"dDwWsSbBAzZGhHvVRnrt").contains(c))
            return false;
        flush();
        m_at += 2;
        return true;
    }

    /// What stands before it may be missing.
    bool takeQuantifier()
    {
        if (peek() == u'{') {
            const qsizetype end = m_pattern.indexOf(u'}', m_at);
            if (end < 0)
                return false;
            for (qsizetype i = m_at + 1; i < end; ++i) {
                if (m_pattern[i] != u',' && !(m_pattern[i] >= u'0' && m_pattern[i] <= u'9'))
                    return false;
            }
            m_at = end;
        }
        ++m_at;
        if (m_lastCounts)
            m_run.chop(1);
        flush();
        if (peek() == u'?' || peek() == u'+')
            ++m_at;
        return true;
    }

    bool skipClass()
    {
        m_lastCounts = false;
        ++m_at;
        if (peek() == u'^')
            ++m_at;
        if (peek() == u']')
            ++m_at;
        for (; m_at < m_pattern.size(); ++m_at) {
            if (peek() == u'[')
                return false;               // [:alpha:] and what else is rare
            if (peek() == u'\\')
                ++m_at;
            else if (peek() == u']') {
                ++m_at;
                return true;
            }
        }
        return false;
    }

    bool skipGroup()
    {
        for (int depth = 0; m_at < m_pattern.size();) {
            const QChar c = peek();
            if (c == u'(' && (peek(1) == u'*' || (peek(1) == u'?' && peek(2) != u':')))
                return false;
            if (c == u'[') {
                if (!skipClass())
                    return false;
                continue;
            }
            m_at += c == u'\\' ? 2 : 1;
            depth += c == u'(' ? 1 : c == u')' ? -1 : 0;
            if (depth == 0) {
                m_lastCounts = false;
                return true;
            }
        }
        return false;
    }

    QStringView m_pattern;
    bool m_ignoringCase;
    qsizetype m_at = 0;
    QString m_run;
    bool m_lastCounts = false;              // the last thing read is the last character of m_run
    QStringList m_texts;
};

} // namespace

QStringList neededTexts(const QString &pattern, bool ignoringCase)
{
    if (pattern.contains(QStringLiteral("\\Q")) || pattern.contains(QStringLiteral("\\E")) || pattern.contains(QStringLiteral("\\c")))
        return {};
    return NeedsReader(pattern, ignoringCase).read().value_or(QStringList());
}

} // namespace trunkline::filter
