// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/PayloadText.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace trunkline::payloadtext {

namespace {

constexpr qsizetype kLooksLikeJson = 64;         // values read before a text counts as JSON; its end may be cut off
constexpr int kMostDepth = 200;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Behind the string that starts at `at`; the end of the bytes when it is not closed.
qsizetype endOfString(QByteArrayView json, qsizetype at)
{
    for (++at; at < json.size() && json[at] != '"'; ++at)
        at += json[at] == '\\' ? 1 : 0;
    return std::min(at + 1, json.size());
}

QString unquoted(QByteArrayView token)
{
    if (!token.contains('\\'))
        return QString::fromUtf8(token.sliced(1, std::max<qsizetype>(0, token.size() - 2)));
    const QByteArray wrapped = "{\"v\":" + token.toByteArray() + '}';
    return QJsonDocument::fromJson(wrapped).object().value(QLatin1StringView("v")).toString();
}

/// Reads one value after the other into a flat list.
class Reader final
{
public:
    Reader(QByteArrayView json, qsizetype most) : m_json(json), m_most(most) {}

    QList<Node> read()
    {
        const bool fine = value({}, {}, 0);
        skipSpace();
        return (fine && m_at == m_json.size()) || m_nodes.size() >= m_most ? m_nodes : QList<Node>();
    }

private:
    void skipSpace()
    {
        while (m_at < m_json.size() && isSpace(m_json[m_at]))
            ++m_at;
    }
    [[nodiscard]] char peek()
    {
        skipSpace();
        return m_at < m_json.size() ? m_json[m_at] : '\0';
    }
    bool take(char wanted)
    {
        if (peek() != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool value(const QString &name, const QString &path, int depth)
    {
        if (m_nodes.size() >= m_most || depth > kMostDepth)
            return false;
        const char first = peek();
        if (first == '{' || first == '[')
            return container(name, path, depth, first);
        const qsizetype start = m_at;
        if (first == '"') {
            m_at = endOfString(m_json, m_at);
            m_nodes << Node{depth, name, unquoted(m_json.sliced(start, m_at - start)), 's', path};
            return true;
        }
        while (m_at < m_json.size() && !isSpace(m_json[m_at]) && m_json[m_at] != ',' && m_json[m_at] != '}' && m_json[m_at] != ']')
            ++m_at;
        const char kind = first == '-' || (first >= '0' && first <= '9') ? 'n' : 'l';
        m_nodes << Node{depth, name, QString::fromUtf8(m_json.sliced(start, m_at - start)), kind, path};
        return m_at > start;
    }

    bool container(const QString &name, const QString &path, int depth, char open)
    {
        const bool object = open == '{';
        const qsizetype own = m_nodes.size();
        m_nodes << Node{depth, name, {}, open, path};
        ++m_at;
        int members = 0;
        if (!take(object ? '}' : ']')) {
            do {
                QString key = object ? QString() : QStringLiteral("[%1]").arg(members);
                if (object) {
                    if (peek() != '"')
                        return false;
                    const qsizetype start = m_at;
                    m_at = endOfString(m_json, m_at);
                    key = unquoted(m_json.sliced(start, m_at - start));
                    if (!take(':'))
                        return false;
                }
                const QString below = !object ? path % key : path.isEmpty() ? key : path % u'.' % key;
                if (!value(key, below, depth + 1))
                    return false;
                ++members;
            } while (take(','));
            if (!take(object ? '}' : ']'))
                return false;
        }
        m_nodes[own].value = (object ? QStringLiteral("{%1}") : QStringLiteral("[%1]")).arg(members);
        return true;
    }

    QByteArrayView m_json;
    qsizetype m_most;
    qsizetype m_at = 0;
    QList<Node> m_nodes;
};

} // namespace

QString pretty(QByteArrayView json)
{
    if (nodes(json, kLooksLikeJson).isEmpty())
        return QString::fromUtf8(json);
    QByteArray out;
    out.reserve(json.size() * 2);
    int depth = 0;
    const auto newLine = [&] { out.append('\n').append(QByteArray(2 * std::min(std::max(depth, 0), kMostDepth), ' ')); };
    for (qsizetype at = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            const qsizetype end = endOfString(json, at);
            out.append(json.sliced(at, end - at));
            at = end;
            continue;
        }
        ++at;
        if (isSpace(c))
            continue;
        if (c == '{' || c == '[') {
            out.append(c);
            while (at < json.size() && isSpace(json[at]))
                ++at;
            if (at < json.size() && (json[at] == '}' || json[at] == ']')) {
                out.append(json[at++]);
            } else {
                ++depth;
                newLine();
            }
        } else if (c == '}' || c == ']') {
            --depth;
            newLine();
            out.append(c);
        } else {
            out.append(c);
            if (c == ',')
                newLine();
            else if (c == ':')
                out.append(' ');
        }
    }
    return QString::fromUtf8(out);
}

QList<Node> nodes(QByteArrayView json, qsizetype most)
{
    return Reader(json, most).read();
}

QString hex(QByteArrayView bytes, qsizetype most)
{
    QString text;
    const qsizetype size = std::min(bytes.size(), most);
    for (qsizetype line = 0; line < size; line += 16) {
        QString codes;
        QString letters;
        for (qsizetype i = 0; i < 16; ++i) {
            if (i == 8)
                codes += u' ';
            if (line + i >= size) {
                codes += QStringLiteral("   ");
                continue;
            }
            const auto byte = static_cast<uchar>(bytes[line + i]);
            codes += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0'));
            letters += byte >= 0x20 && byte < 0x7f ? QChar(ushort(byte)) : QChar(0xb7);
        }
        text += QStringLiteral("%1  %2 %3\n").arg(line, 8, 16, QLatin1Char('0')).arg(codes, letters);
    }
    return text;
}

} // namespace trunkline::payloadtext
