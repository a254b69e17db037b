// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/CurlCommand.h"

#include <QCoreApplication>
#include <QUrl>

#include <optional>

namespace trunkline {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(CurlCommand)
};

/// Cuts words; one function a kind of quoting.
class Splitter
{
public:
    explicit Splitter(const QString &line) : m_isCmd(line.contains(QStringLiteral("^\n")) || line.contains(QStringLiteral("^\r\n")))
    {
        m_line = m_isCmd ? withoutCarets(line) : line;
    }

    tl::expected<QStringList, QString> words()
    {
        while (m_at < m_line.size()) {
            const QChar c = m_line[m_at++];
            if (c == u'\'' && !m_isCmd)
                single();
            else if (c == u'"')
                doubled();
            else if (c == u'$' && peek() == u'\'' && ++m_at)
                ansi();
            else if (c == u'\\' && !m_isCmd)
                escape();
            else if (c.isSpace())
                end();
            else
                add(c);
            if (!m_error.isEmpty())
                return tl::unexpected<QString>(m_error);
        }
        end();
        return m_words;
    }

private:
    [[nodiscard]] QChar peek() const { return m_at < m_line.size() ? m_line[m_at] : QChar(); }
    void add(QChar c)
    {
        m_word += c;
        m_open = true;
    }
    void end()
    {
        if (m_open)
            m_words << m_word;
        m_word.clear();
        m_open = false;
    }
    void unclosed(QChar quote) { m_error = Words::tr("A quote %1 is not closed").arg(quote); }
    /// What cmd.exe does before the program sees its line: ^ takes the meaning from the next character, or the line break away.
    static QString withoutCarets(const QString &line)
    {
        QString out;
        for (qsizetype i = 0; i < line.size(); ++i) {
            if (line[i] == u'^' && ++i < line.size() && line[i] == u'\r')
                ++i;
            if (i < line.size() && !(line[i] == u'\n' && i > 0 && (line[i - 1] == u'^' || line[i - 1] == u'\r')))
                out += line[i];
        }
        return out;
    }
    /// Behind a \ outside quotes: a line break goes away, anything else stands for itself.
    void escape()
    {
        if (peek() == u'\r')
            ++m_at;
        if (peek() == u'\n')
            ++m_at;
        else if (m_at < m_line.size())
            add(m_line[m_at++]);
    }
    void single()
    {
        const qsizetype close = m_line.indexOf(u'\'', m_at);
        if (close < 0)
            return unclosed(u'\'');
        m_word += QStringView(m_line).sliced(m_at, close - m_at);
        m_open = true;
        m_at = close + 1;
    }
    void doubled()
    {
        m_open = true;
        for (; m_at < m_line.size(); ++m_at) {
            const QChar c = m_line[m_at];
            if (c == u'"') {
                ++m_at;
                return;
            }
            const QChar next = m_at + 1 < m_line.size() ? m_line[m_at + 1] : QChar();
            const bool isEscape = c == u'\\' && (next == u'"' || next == u'\\' || next == u'$' || next == u'`' || next == u'\n');
            if (isEscape)
                ++m_at;
            if (!(isEscape && next == u'\n'))
                m_word += m_line[m_at];
        }
        unclosed(u'"');
    }
    /// bash's $'…', which browsers write when a text has quotes in it.
    void ansi()
    {
        m_open = true;
        for (; m_at < m_line.size(); ++m_at) {
            const QChar c = m_line[m_at];
            if (c == u'\'') {
                ++m_at;
                return;
            }
            if (c != u'\\' || m_at + 1 == m_line.size()) {
                m_word += c;
                continue;
            }
            const QChar code = m_line[++m_at];
            if (code == u'u' || code == u'x') {
                bool ok = false;
                const qsizetype digits = code == u'u' ? 4 : 2;
                const uint value = m_line.mid(m_at + 1, digits).toUInt(&ok, 16);
                m_word += ok ? QChar(value) : code;
                m_at += ok ? digits : 0;
            } else {
                m_word += code == u'n' ? QChar(u'\n') : code == u't' ? QChar(u'\t') : code == u'r' ? QChar(u'\r') : code;
            }
        }
        unclosed(u'\'');
    }

    QString m_line;
    bool m_isCmd;
    qsizetype m_at = 0;
    QStringList m_words;
    QString m_word;
    QString m_error;
    bool m_open = false;
};

enum class Option { Ignored, IgnoredValue, Method, Header, Data, Json, Url, Unsupported };

Option optionOf(const QString &name)
{
    struct Known { const char *name; Option option; };
    static constexpr Known known[] = {
        {"-X", Option::Method}, {"--request", Option::Method}, {"-H", Option::Header}, {"--header", Option::Header}, {"-d", Option::Data},
        {"--data", Option::Data}, {"--data-raw", Option::Data}, {"--data-binary", Option::Data}, {"--data-ascii", Option::Data},
        {"--json", Option::Json}, {"--url", Option::Url}, {"-F", Option::Unsupported}, {"--form", Option::Unsupported},
        {"-T", Option::Unsupported}, {"--upload-file", Option::Unsupported}, {"--data-urlencode", Option::Unsupported}, {"-K", Option::Unsupported},
        {"-A", Option::IgnoredValue}, {"--user-agent", Option::IgnoredValue}, {"-b", Option::IgnoredValue}, {"--cookie", Option::IgnoredValue},
        {"-u", Option::IgnoredValue}, {"--user", Option::IgnoredValue}, {"-m", Option::IgnoredValue}, {"--max-time", Option::IgnoredValue},
        {"-o", Option::IgnoredValue}, {"--output", Option::IgnoredValue}, {"-e", Option::IgnoredValue}, {"--referer", Option::IgnoredValue},
        {"-w", Option::IgnoredValue}, {"--write-out", Option::IgnoredValue}, {"--connect-timeout", Option::IgnoredValue},
        {"--cacert", Option::IgnoredValue}, {"--cert", Option::IgnoredValue}, {"-x", Option::IgnoredValue}, {"--proxy", Option::IgnoredValue},
        {"--retry", Option::IgnoredValue}, {"-c", Option::IgnoredValue}, {"--resolve", Option::IgnoredValue}};
    for (const Known &each : known) {
        if (name == QLatin1StringView(each.name))
            return each.option;
    }
    return Option::Ignored;
}

/// The value of a short option stands behind it or in the same word: -XPOST, -d'…', also at the end of a cluster: -sSd.
struct Word
{
    QString name;
    std::optional<QString> value;
};

Word split(const QString &word)
{
    if (word.startsWith(QLatin1StringView("--"))) {
        const qsizetype equals = word.indexOf(u'=');
        return equals < 0 ? Word{word, {}} : Word{word.first(equals), word.sliced(equals + 1)};
    }
    for (qsizetype i = 1; i < word.size(); ++i) {
        const QString name = QStringLiteral("-") + word[i];
        if (optionOf(name) != Option::Ignored)
            return {name, i + 1 < word.size() ? std::optional(word.sliced(i + 1)) : std::nullopt};
    }
    return {word, {}};
}

} // namespace

tl::expected<QStringList, QString> shellWords(const QString &line) { return Splitter(line).words(); }

bool CurlCommand::looksLikeOne(const QString &text)
{
    QString begin = text.left(64).trimmed();
    if (begin.startsWith(QLatin1StringView("$ ")))
        begin = begin.sliced(2).trimmed();
    return begin.startsWith(QLatin1StringView("curl ")) || begin.startsWith(QLatin1StringView("curl.exe "));
}

tl::expected<CurlCommand, QString> CurlCommand::parse(const QString &text)
{
    auto words = shellWords(text.trimmed());
    if (!words)
        return tl::unexpected<QString>(words.error());
    if (words->value(0) == QStringLiteral("$"))
        words->removeFirst();
    const QString program = words->value(0);
    if (program != QStringLiteral("curl") && program != QStringLiteral("curl.exe"))
        return tl::unexpected<QString>(Words::tr("That is no curl command"));
    CurlCommand command;
    bool hasBody = false;
    for (qsizetype i = 1; i < words->size(); ++i) {
        const QString &word = words->at(i);
        if (!word.startsWith(u'-') || word.size() == 1) {
            command.url = word;
            continue;
        }
        Word option = split(word);
        const Option kind = optionOf(option.name);
        if (kind == Option::Ignored)
            continue;
        if (kind == Option::Unsupported)
            return tl::unexpected<QString>(Words::tr("%1 cannot be sent from here; the hub takes JSON").arg(option.name));
        if (!option.value) {
            if (++i == words->size())
                return tl::unexpected<QString>(Words::tr("A value is missing behind %1").arg(option.name));
            option.value = words->at(i);
        }
        if (kind == Option::Method)
            command.method = option.value->toUpper();
        else if (kind == Option::Header)
            command.headers << *option.value;
        else if (kind == Option::Url)
            command.url = *option.value;
        if (kind != Option::Data && kind != Option::Json)
            continue;
        if (option.value->startsWith(u'@') && option.name != QStringLiteral("--data-raw"))
            return tl::unexpected<QString>(Words::tr("The body is in the file %1: paste its text instead").arg(option.value->sliced(1)));
        if (hasBody && kind == Option::Data)
            command.body += '&';
        command.body += option.value->toUtf8();
        hasBody = true;
    }
    if (command.method.isEmpty())
        command.method = hasBody ? QStringLiteral("POST") : QStringLiteral("GET");
    if (!hasBody)
        return tl::unexpected<QString>(Words::tr("The command sends no body"));
    return command;
}

Draft CurlCommand::draft(const HubSnapshot &hub) const
{
    QUrl parsed(url.contains(QLatin1StringView("://")) ? url : QStringLiteral("http://") + url);
    const QByteArray path = parsed.path().toUtf8();
    const bool isArray = body.trimmed().startsWith('[');
    HubControl::Kind kind = HubControl::Kind::Push;
    if (!hub.sseBatchPath.isEmpty() && path == hub.sseBatchPath)
        kind = HubControl::Kind::Batch;
    else if (!hub.sseSendPath.isEmpty() && path == hub.sseSendPath)
        kind = HubControl::Kind::Send;
    else if (path == hub.sseBroadcastPath || path.endsWith("/broadcast"))
        kind = HubControl::Kind::Broadcast;
    else if (path != hub.ssePath || hub.ssePath.isEmpty())
        kind = isArray ? HubControl::Kind::Batch : path.endsWith("/send") ? HubControl::Kind::Send : HubControl::Kind::Push;
    return {kind, body};
}

} // namespace trunkline
