// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RequestHead.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trunkline {

namespace {

/// tchar of RFC 9110 §5.6.2
constexpr std::array<bool, 256> makeTokenTable()
{
    std::array<bool, 256> table{};
    for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
        table[uchar(c)] = true;
    for (int c = '0'; c <= '9'; ++c)
        table[std::size_t(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c)
        table[std::size_t(c)] = table[std::size_t(c - 32)] = true;
    return table;
}
constexpr auto kTokenTable = makeTokenTable();

bool isToken(QByteArrayView text)
{
    for (const char c : text) {
        if (!kTokenTable[uchar(c)])
            return false;
    }
    return !text.isEmpty();
}

QByteArrayView withoutBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

/// Digits only; nullopt for anything else or a number of more than 18 of them.
std::optional<qint64> strictNumber(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 18)
        return std::nullopt;
    qint64 number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

bool isPlausibleHost(QByteArrayView host)
{
    for (const char c : host) {
        const auto byte = uchar(c);
        if (byte <= 0x20 || byte >= 0x7f || c == '/' || c == '?' || c == '#' || c == '@' || c == '\\' || c == ',')
            return false;
    }
    const qsizetype colon = host.lastIndexOf(':');
    if (colon < 0 || host.indexOf(']', colon) >= 0)
        return true;
    for (const char c : host.sliced(colon + 1)) {
        if (c < '0' || c > '9')
            return false;
    }
    return true;
}

} // namespace

qsizetype RequestHead::count(QByteArrayView name) const
{
    return std::count_if(fields.begin(), fields.end(), [name](const HeaderField &field) { return equalsIgnoringCase(field.name, name); });
}

bool RequestHeadParser::bad(int status, const QByteArray &detail)
{
    m_refusal = {status, detail};
    return false;
}

/// A line whose end is not among the first `size` bytes.
RequestHeadParser::Outcome RequestHeadParser::incomplete(qsizetype size, bool requestLine)
{
    if (size <= m_limits.bytes)
        return Outcome::NeedMore;
    const QByteArray most = "MAX_HEAD_BYTES=" + QByteArray::number(m_limits.bytes);
    if (requestLine)
        bad(414, "The request line is longer than " + most);
    else
        bad(431, "The request head is larger than " + most);
    return Outcome::Bad;
}

RequestHeadParser::Outcome RequestHeadParser::parse(QByteArrayView bytes)
{
    HeaderFields fields = std::move(m_head.fields);
    fields.clear();
    m_head = {};
    m_head.fields = std::move(fields);
    m_hosts = m_lengths = m_encodings = 0;
    m_keepAlive = m_upgrades = m_webSocket = false;

    qsizetype at = 0;
    // RFC 9112 §2.2: an empty line before the request line is ignored.
    while (at + 1 < bytes.size() && bytes[at] == '\r' && bytes[at + 1] == '\n')
        at += 2;
    bool requestLine = true;
    while (true) {
        const qsizetype newline = bytes.indexOf('\n', at);
        if (newline < 0)
            return incomplete(bytes.size(), requestLine);
        if (newline + 1 > m_limits.bytes)
            return incomplete(newline + 1, requestLine);
        if (newline == at || bytes[newline - 1] != '\r') {
            bad(400, "Lines of a request head end with CR LF");
            return Outcome::Bad;
        }
        const QByteArrayView line = bytes.sliced(at, newline - 1 - at);
        at = newline + 1;
        if (requestLine) {
            if (!parseRequestLine(line))
                return Outcome::Bad;
            requestLine = false;
        } else if (line.isEmpty()) {
            break;
        } else if (!parseField(line)) {
            return Outcome::Bad;
        }
    }
    m_head.size = at;
    return interpret() ? Outcome::Complete : Outcome::Bad;
}

bool RequestHeadParser::parseRequestLine(QByteArrayView line)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype second = first < 0 ? -1 : line.indexOf(' ', first + 1);
    if (second < 0 || line.indexOf(' ', second + 1) >= 0)
        return bad(400, "The request line is not METHOD TARGET VERSION");
    m_head.method = line.first(first);
    m_head.target = line.sliced(first + 1, second - first - 1);
    const QByteArrayView version = line.sliced(second + 1);
    if (!isToken(m_head.method))
        return bad(400, "The method is not a token");
    if (m_head.target.size() > m_limits.target)
        return bad(414, "The path and query are longer than MAX_URL_BYTES=" + QByteArray::number(m_limits.target));
    for (const char c : m_head.target) {
        if (uchar(c) <= 0x20 || uchar(c) >= 0x7f)
            return bad(400, "The request target holds a character that must be percent-encoded");
    }
    const bool absolute = m_head.target.startsWith("http://") || m_head.target.startsWith("https://");
    if (!m_head.target.startsWith('/') && !absolute && !(m_head.target == "*" && m_head.method == "OPTIONS"))
        return bad(400, "The request target is not a path");
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' || version[5] < '0' || version[5] > '9'
        || version[7] < '0' || version[7] > '9')
        return bad(400, "The request line has no HTTP version");
    if (version[5] != '1')
        return bad(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here");
    m_head.minorVersion = version[7] == '0' ? 0 : 1;
    return true;
}

bool RequestHeadParser::parseField(QByteArrayView line)
{
    if (line.front() == ' ' || line.front() == '\t')
        return bad(400, "Folded header lines are not accepted");
    if (m_head.fields.size() == m_limits.fields)
        return bad(431, "More header fields than MAX_HEADERS=" + QByteArray::number(m_limits.fields));
    const qsizetype colon = line.indexOf(':');
    if (colon < 0)
        return bad(400, "A header line has no colon");
    const QByteArrayView name = line.first(colon);
    if (!isToken(name))
        return bad(400, "A header name is not a token");
    const QByteArrayView value = withoutBlanks(line.sliced(colon + 1));
    for (const char c : value) {
        if ((uchar(c) < 0x20 && c != '\t') || uchar(c) == 0x7f)
            return bad(400, "A header value holds a control character");
    }
    m_head.fields.push_back({name, value});
    return true;
}

bool RequestHeadParser::interpretConnection(QByteArrayView value)
{
    if (listHasToken(value, "close"))
        m_head.closes = true;
    m_keepAlive = m_keepAlive || listHasToken(value, "keep-alive");
    m_upgrades = m_upgrades || listHasToken(value, "upgrade");
    return true;
}

bool RequestHeadParser::interpretField(const HeaderField &field)
{
    const auto named = [&](QByteArrayView name) { return equalsIgnoringCase(field.name, name); };
    switch (field.name.size()) {
    case 4:
        if (named("host")) {
            if (++m_hosts > 1)
                return bad(400, "More than one Host");
            if (!isPlausibleHost(field.value))
                return bad(400, "Host is not a host");
        }
        return true;
    case 6:
        if (named("expect")) {
            if (!equalsIgnoringCase(field.value, "100-continue"))
                return bad(417, "The only expectation met here is 100-continue");
            m_head.expectsContinue = true;
        }
        return true;
    case 7:
        if (named("upgrade"))
            m_webSocket = m_webSocket || listHasToken(field.value, "websocket");
        return true;
    case 10:
        return !named("connection") || interpretConnection(field.value);
    case 11:
        if (named("traceparent"))
            m_head.traceparent = m_head.traceparent.isNull() ? field.value : QByteArrayView("");
        return true;
    case 12:
        if (named("x-request-id") && m_head.requestId.isNull())
            m_head.requestId = field.value;
        return true;
    case 14:
        if (named("content-length")) {
            if (++m_lengths > 1)
                return bad(400, "More than one Content-Length");
            m_head.contentLength = strictNumber(field.value);
            if (!m_head.contentLength)
                return bad(400, "Content-Length is not a number");
        }
        return true;
    case 17:
        if (named("transfer-encoding")) {
            if (++m_encodings > 1 || !equalsIgnoringCase(field.value, "chunked"))
                return bad(400, "The only Transfer-Encoding accepted is chunked, once");
            m_head.chunked = true;
        }
        return true;
    default:
        return true;
    }
}

bool RequestHeadParser::interpret()
{
    for (const HeaderField &field : m_head.fields) {
        if (!interpretField(field))
            return false;
    }
    if (m_head.chunked && m_lengths > 0)
        return bad(400, "Content-Length and Transfer-Encoding exclude each other");
    if (m_head.minorVersion == 0) {
        if (m_head.chunked)
            return bad(400, "HTTP/1.0 has no Transfer-Encoding");
        m_head.closes = m_head.closes || !m_keepAlive;
        m_head.expectsContinue = false;
    } else if (m_hosts == 0) {
        return bad(400, "HTTP/1.1 needs a Host");
    }
    m_head.wantsWebSocket = m_webSocket && m_upgrades && m_head.minorVersion == 1 && m_head.method == "GET";
    return true;
}

std::optional<ChunkedBody::Outcome> ChunkedBody::sizeLine(QByteArrayView text)
{
    const qsizetype semicolon = text.indexOf(';');
    const QByteArrayView digits = withoutBlanks(semicolon < 0 ? text : text.first(semicolon));
    if (digits.isEmpty() || digits.size() > 8 || (semicolon < 0 && digits.size() != text.size())
        || digits.data() != text.data())
        return Outcome::Malformed;
    qint64 size = 0;
    for (const char c : digits) {
        const char low = char(c | 0x20);
        const int digit = c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
        if (digit < 0)
            return Outcome::Malformed;
        size = size * 16 + digit;
    }
    if (m_body.size() + size > m_maxBytes)
        return Outcome::TooLarge;
    m_left = size;
    m_state = size == 0 ? State::Trailer : State::Data;
    return std::nullopt;
}

std::optional<ChunkedBody::Outcome> ChunkedBody::line(QByteArrayView text)
{
    if (!text.endsWith('\r'))
        return Outcome::Malformed;      // a bare LF
    text.chop(1);
    if (text.contains('\r'))
        return Outcome::Malformed;
    switch (m_state) {
    case State::Size:
        return sizeLine(text);
    case State::DataEnd:
        m_state = State::Size;
        return text.isEmpty() ? std::nullopt : std::optional(Outcome::Malformed);
    case State::Trailer:
        if (text.isEmpty())
            m_state = State::Done;
        else if (text.indexOf(':') <= 0 || !isToken(text.first(text.indexOf(':'))))
            return Outcome::Malformed;
        return std::nullopt;
    case State::Data:
    case State::Done:
        break;
    }
    return std::nullopt;
}

ChunkedBody::Outcome ChunkedBody::feed(QByteArrayView bytes, qsizetype &taken)
{
    taken = 0;
    while (m_state != State::Done && taken < bytes.size()) {
        if (m_state == State::Data) {
            const auto part = qsizetype(qMin<qint64>(m_left, bytes.size() - taken));
            m_body.append(bytes.sliced(taken, part));
            taken += part;
            m_left -= part;
            if (m_left == 0)
                m_state = State::DataEnd;
            continue;
        }
        const qsizetype newline = bytes.indexOf('\n', taken);
        const qsizetype end = newline < 0 ? bytes.size() : newline;
        m_line.append(bytes.sliced(taken, end - taken));
        m_overhead += end - taken;
        taken = newline < 0 ? end : end + 1;
        // Size lines of many tiny chunks are paid for by their data.
        if (m_line.size() > 4096 || m_overhead > kMaxChunkOverhead + 16 * m_body.size())
            return Outcome::TooLarge;
        if (newline < 0)
            return Outcome::NeedMore;
        const QByteArray complete = std::exchange(m_line, {});
        if (const auto outcome = line(complete))
            return *outcome;
    }
    return m_state == State::Done ? Outcome::Complete : Outcome::NeedMore;
}

} // namespace trunkline
