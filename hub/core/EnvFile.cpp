// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EnvFile.h"

#include <QFile>

#include <optional>

namespace trunkline {

namespace {

bool isLineEnd(QChar c)
{
    return c == u'\n' || c == u'\r';
}

bool isBlank(QChar c)
{
    return c.isSpace() && !isLineEnd(c);
}

QChar unescaped(QChar letter)
{
    switch (letter.unicode()) {
    case u'a': return u'\a';
    case u'b': return u'\b';
    case u'f': return u'\f';
    case u'n': return u'\n';
    case u'r': return u'\r';
    case u't': return u'\t';
    case u'v': return u'\v';
    default: return letter;
    }
}

struct Statement
{
    QString name;
    std::optional<QString> value;       ///< nothing: a name without =
};

/// Walks over the text, one statement at a time.
class Reader
{
public:
    explicit Reader(const QString &text) : m_text(text) {}

    void skipSpace()
    {
        while (!atEnd() && m_text[m_at].isSpace())
            take();
    }
    void skipRestOfLine()
    {
        while (!atEnd() && !isLineEnd(m_text[m_at]))
            take();
    }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] int line() const { return m_line; }

    /// One statement up to the end of its line; nothing when it cannot be read (the position is then behind the problem).
    std::optional<Statement> statement()
    {
        Statement result;
        if (peek() == u'#') {
            skipRestOfLine();
            return result;
        }
        skipExport();
        const auto name = key();
        if (!name)
            return std::nullopt;
        result.name = *name;
        skipBlanks();
        if (peek() == u'=') {
            take();
            skipBlanks();
            result.value = value();
            if (!result.value)
                return std::nullopt;
        }
        skipBlanks();
        if (peek() == u'#')
            skipRestOfLine();
        if (!atEnd() && !isLineEnd(m_text[m_at]))
            return std::nullopt;
        return result;
    }

private:
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : QChar();
    }
    QChar take()
    {
        const QChar c = m_text[m_at++];
        if (c == u'\n' || (c == u'\r' && peek() != u'\n'))
            ++m_line;
        return c;
    }
    void skipBlanks()
    {
        while (!atEnd() && isBlank(m_text[m_at]))
            take();
    }
    void skipExport()
    {
        const QLatin1StringView word("export");
        if (!QStringView(m_text).mid(m_at).startsWith(word) || !isBlank(peek(word.size())))
            return;
        m_at += word.size();
        skipBlanks();
    }
    std::optional<QString> key()
    {
        QString name;
        if (peek() == u'\'') {
            take();
            while (!atEnd() && peek() != u'\'')
                name += take();
            if (atEnd() || name.isEmpty())
                return std::nullopt;
            take();
            return name;
        }
        while (!atEnd() && !peek().isSpace() && peek() != u'=' && peek() != u'#')
            name += take();
        return name.isEmpty() ? std::nullopt : std::optional(name);
    }
    std::optional<QString> value()
    {
        if (peek() == u'"' || peek() == u'\'')
            return quoted(peek());
        return bare();
    }
    /// Up to the closing quote, over line ends too. An unclosed quote leaves the position behind the opening one.
    std::optional<QString> quoted(QChar quote)
    {
        const qsizetype start = m_at;
        const int startLine = m_line;
        take();
        QString text;
        while (!atEnd()) {
            const QChar c = take();
            if (c == quote)
                return text;
            const QLatin1StringView escapes = quote == u'"' ? QLatin1StringView("\\'\"abfnrtv") : QLatin1StringView("\\'");
            if (c == u'\\' && !atEnd() && escapes.contains(peek()))
                text += quote == u'"' ? unescaped(take()) : take();
            else
                text += c;
        }
        m_at = start + 1;
        m_line = startLine;
        return std::nullopt;
    }
    /// To the end of the line, or to a # with a space before it.
    QString bare()
    {
        QString text;
        while (!atEnd() && !isLineEnd(peek())) {
            if (peek() == u'#' && !text.isEmpty() && text.back().isSpace()) {
                skipRestOfLine();
                break;
            }
            text += take();
        }
        while (!text.isEmpty() && text.back().isSpace())
            text.chop(1);
        return text;
    }

    const QString &m_text;
    qsizetype m_at = 0;
    int m_line = 1;
};

/// Replaces ${NAME} and ${NAME:-fallback}. What is inserted is not looked at again.
QString interpolated(const QString &value, const QHash<QString, QString> &environment, const QHash<QString, QString> &above)
{
    QString result;
    qsizetype at = 0;
    while (true) {
        const qsizetype open = value.indexOf(QLatin1StringView("${"), at);
        const qsizetype close = open < 0 ? -1 : value.indexOf(u'}', open);
        if (close < 0)
            return result + value.mid(at);
        const QString inside = value.mid(open + 2, close - open - 2);
        const qsizetype colon = inside.indexOf(u':');
        if (colon >= 0 && inside.mid(colon, 2) != QLatin1StringView(":-")) {
            result += value.mid(at, close + 1 - at);
            at = close + 1;
            continue;
        }
        const QString name = inside.left(colon < 0 ? inside.size() : colon);
        const QString fallback = colon < 0 ? QString() : inside.mid(colon + 2);
        result += value.mid(at, open - at);
        result += environment.contains(name) ? environment.value(name) : above.value(name, fallback);
        at = close + 1;
    }
}

} // namespace

EnvFile EnvFile::parse(const QByteArray &text, const QHash<QString, QString> &environment)
{
    EnvFile file;
    QString decoded = QString::fromUtf8(text);
    if (decoded.startsWith(QChar(QChar::ByteOrderMark)))
        decoded.remove(0, 1);
    Reader reader(decoded);
    QHash<QString, QString> above;
    for (reader.skipSpace(); !reader.atEnd(); reader.skipSpace()) {
        const int line = reader.line();
        const auto statement = reader.statement();
        if (!statement) {
            reader.skipRestOfLine();
            file.m_warnings << QStringLiteral("line %1 is no NAME=value; it is left out").arg(line);
        } else if (statement->value) {
            const QString value = interpolated(*statement->value, environment, above);
            above.insert(statement->name, value);
            file.m_entries << Entry{statement->name, value, line};
        }
    }
    return file;
}

Result<EnvFile> EnvFile::read(const QString &path, const QHash<QString, QString> &environment)
{
    constexpr qint64 largest = 1024 * 1024;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    const QByteArray text = file.read(largest + 1);
    if (text.size() > largest)
        return failure(ErrorCode::Io, QStringLiteral("%1 is larger than 1 MiB").arg(path));
    return parse(text, environment);
}

} // namespace trunkline
