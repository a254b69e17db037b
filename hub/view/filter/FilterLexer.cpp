// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/FilterLexer.h"

#include "hub/view/filter/FilterFields.h"

#include <QCoreApplication>

namespace trunkline::filter {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

bool startsName(QChar c) { return c.isLetter() || c == u'_' || c == u'.'; }
bool isNamePart(QChar c) { return c.isLetterOrNumber() || c == u'_' || c == u'.' || c == u'-' || c == u'[' || c == u']'; }
bool isMentionPart(QChar c) { return (c.unicode() < 0x80 && c.isLetterOrNumber()) || c == u'_' || c == u'*'; }

} // namespace

FilterLexer::FilterLexer(const QString &text) : m_text(text)
{
    while (!m_error) {
        skipSpace();
        if (atEnd())
            return;
        next();
    }
}

QChar FilterLexer::peek(qsizetype ahead) const
{
    return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : QChar();
}

void FilterLexer::skipSpace()
{
    while (!atEnd() && peek().isSpace())
        ++m_at;
}

void FilterLexer::fail(qsizetype position, qsizetype length, const QString &reason, const QString &replacement)
{
    if (!m_error)
        m_error = FilterError{position, length, reason, replacement};
}

void FilterLexer::add(Token::Kind kind, qsizetype begin)
{
    m_tokens.push_back({kind, begin, m_at - begin, {}, Compare::Is, {}});
}

void FilterLexer::next()
{
    const qsizetype begin = m_at;
    const QChar c = peek();
    if (c == u'(' || c == u')') {
        ++m_at;
        add(c == u'(' ? Token::Kind::Open : Token::Kind::Close, begin);
    } else if ((c == u'&' || c == u'|') && peek(1) == c) {
        m_at += 2;
        add(c == u'&' ? Token::Kind::And : Token::Kind::Or, begin);
    } else if (c == u'!' && peek(1) != u'=') {
        ++m_at;
        add(Token::Kind::Not, begin);
    } else if (c == u'@') {
        takeMention();
    } else if (!startsName(c) || !takeTerm()) {
        takeWord();
    }
}

qsizetype FilterLexer::nameEnd() const
{
    qsizetype end = m_at;
    while (end < m_text.size() && isNamePart(m_text[end]))
        ++end;
    return end;
}

/// The length of the operator at `at`; 0: there is none.
qsizetype FilterLexer::compareAt(qsizetype at, Compare &compare) const
{
    const auto is = [this, at](QLatin1StringView text) { return QStringView(m_text).sliced(at).startsWith(text); };
    struct Spelling { const char *text; Compare compare; };
    static constexpr Spelling spellings[] = {
        {">=", Compare::GreaterEqual}, {"<=", Compare::LessEqual}, {"!=", Compare::IsNot}, {"==", Compare::Is}, {"=~", Compare::Regex},
        {":", Compare::Is}, {"=", Compare::Is}, {"~", Compare::Regex}, {">", Compare::Greater}, {"<", Compare::Less}};
    if (at >= m_text.size())
        return 0;
    for (const Spelling &spelling : spellings) {
        if (is(QLatin1StringView(spelling.text))) {
            compare = spelling.compare;
            return qsizetype(qstrlen(spelling.text));
        }
    }
    return 0;
}

bool FilterLexer::takeTerm()
{
    const qsizetype begin = m_at;
    const qsizetype end = nameEnd();
    const QString name = m_text.sliced(begin, end - begin);
    Token token{Token::Kind::Term, begin, 0, name, Compare::Is, {}};
    qsizetype at = end;
    qsizetype length = compareAt(at, token.compare);
    if (length == 0 && findField(name)) {       // "gap > 300ms"; but "user" alone is a word, and so is "user : bob"
        while (at < m_text.size() && m_text[at].isSpace())
            ++at;
        length = at > end && at < m_text.size() && m_text[at] != u':' && m_text[at] != u'~' ? compareAt(at, token.compare) : 0;
    }
    if (length == 0)
        return false;
    m_at = at + length;
    const bool oneValue = token.compare == Compare::Regex;
    do {
        const qsizetype behind = m_at;
        skipSpace();
        if (atEnd() || peek() == u')' || (peek() == u',' && !oneValue)) {
            fail(behind, 0, Words::tr("A value is missing behind “%1”").arg(m_text.sliced(begin, behind - begin)));
            return true;
        }
        token.values.push_back(takeValue(!oneValue, false));
    } while (!m_error && !oneValue && peek() == u',' && ++m_at);
    token.length = m_at - begin;
    m_tokens.push_back(std::move(token));
    return true;
}

void FilterLexer::takeMention()
{
    const qsizetype begin = m_at++;
    while (!atEnd() && isMentionPart(peek()))
        ++m_at;
    const bool ended = atEnd() || peek().isSpace() || peek() == u')' || peek() == u'(';
    if (m_at == begin + 1)
        return fail(begin, 1, Words::tr("A name is missing behind “@”"));
    if (!ended)
        return fail(m_at, 1, Words::tr("A mention is made of letters, digits and “_”; quote it to search for it as text"));
    add(Token::Kind::Mention, begin);
    m_tokens.back().values.push_back({begin + 1, m_at - begin - 1, m_text.sliced(begin + 1, m_at - begin - 1), false});
}

bool FilterLexer::takeOperator(const QString &word, qsizetype begin)
{
    const auto is = [&word](QLatin1StringView text) { return word.compare(text, Qt::CaseInsensitive) == 0; };
    if (is(QLatin1StringView("and")))
        add(Token::Kind::And, begin);
    else if (is(QLatin1StringView("or")))
        add(Token::Kind::Or, begin);
    else if (is(QLatin1StringView("not")))
        add(Token::Kind::Not, begin);
    else
        return false;
    return true;
}

void FilterLexer::takeWord()
{
    const qsizetype begin = m_at;
    Value value = takeValue(false, true);
    if (m_error || (!value.quoted && takeOperator(value.text, begin)))
        return;
    add(Token::Kind::Word, begin);
    m_tokens.back().values.push_back(std::move(value));
}

/// A quoted text, or everything up to a space, a closing parenthesis that was not opened inside, and perhaps a comma.
Value FilterLexer::takeValue(bool stopsAtComma, bool isWord)
{
    Value value{m_at, 0, {}, peek() == u'"'};
    if (value.quoted) {
        ++m_at;
        while (!atEnd() && peek() != u'"') {
            if (peek() == u'\\' && (peek(1) == u'"' || peek(1) == u'\\'))
                ++m_at;
            value.text += m_text[m_at++];
        }
        if (atEnd())
            fail(value.position, m_text.size() - value.position, Words::tr("The quote is not closed"));
        else
            ++m_at;
    } else {
        int open = 0;
        for (; !atEnd() && !peek().isSpace(); ++m_at) {
            const QChar c = peek();
            if ((stopsAtComma && c == u',') || (isWord && c == u'(') || (c == u')' && open == 0))
                break;
            if (c == u'\\' && m_at + 1 < m_text.size() && !peek(1).isSpace())
                value.text += m_text[m_at++];       // a regular expression's "\)"
            else
                open += c == u'(' ? 1 : c == u')' ? -1 : 0;
            value.text += peek();
        }
    }
    value.length = m_at - value.position;
    return value;
}

} // namespace trunkline::filter
