// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsReader.h"

#include <QtEndian>

#include <simdjson.h>

#include <cstring>
#include <utility>

namespace trunkline {

namespace {

constexpr quint16 kProtocolError = 1002, kUnsupportedData = 1003, kInvalidPayload = 1007, kTooBig = 1009, kNoCode = 1005;
/// An emptied message gives back what it held above this.
constexpr qsizetype kKeptBytes = 4096;

/// RFC 6455 §5.3; `maskAt` is which of the four bytes comes first, and moves on.
void unmask(char *data, quint64 size, const uchar *mask, quint8 &maskAt)
{
    char turned[8];
    for (int i = 0; i < 8; ++i)
        turned[i] = char(mask[(maskAt + i) & 3]);
    quint64 word = 0;
    std::memcpy(&word, turned, 8);
    quint64 at = 0;
    for (; at + 8 <= size; at += 8) {
        quint64 bytes = 0;
        std::memcpy(&bytes, data + at, 8);
        bytes ^= word;
        std::memcpy(data + at, &bytes, 8);
    }
    for (; at < size; ++at)
        data[at] = char(data[at] ^ turned[at & 7]);
    maskAt = quint8((maskAt + size) & 3);
}

bool isUtf8(QByteArrayView bytes) { return simdjson::validate_utf8(bytes.data(), std::size_t(bytes.size())); }

/// How many bytes a character has that starts with `lead`; 0 when none can.
int lengthOfCharacter(uchar lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/// Whether `tail`, a lead byte and some of what follows it, can still become a character (Unicode, table 3-7).
bool canBeCompleted(QByteArrayView tail)
{
    const auto lead = uchar(tail.front());
    if (tail.size() >= lengthOfCharacter(lead))
        return false;
    for (qsizetype i = 1; i < tail.size(); ++i) {
        const auto byte = uchar(tail[i]);
        if ((byte & 0xc0) != 0x80)
            return false;
        if (i == 1
            && ((lead == 0xe0 && byte < 0xa0) || (lead == 0xed && byte > 0x9f) || (lead == 0xf0 && byte < 0x90)
                || (lead == 0xf4 && byte > 0x8f)))
            return false;
    }
    return true;
}

} // namespace

bool isWsCloseCode(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) || (code >= 3000 && code <= 4999);
}

bool isUtf8Prefix(QByteArrayView bytes, qsizetype &complete)
{
    // The last character may lack up to three bytes.
    qsizetype tail = 0;
    for (qsizetype back = 1; back <= qMin<qsizetype>(3, bytes.size()); ++back) {
        const auto byte = uchar(bytes[bytes.size() - back]);
        if ((byte & 0xc0) == 0x80)
            continue;
        if (byte >= 0xc0 && lengthOfCharacter(byte) > back)
            tail = back;
        break;
    }
    complete = bytes.size() - tail;
    return isUtf8(bytes.first(complete)) && (tail == 0 || canBeCompleted(bytes.last(tail)));
}

bool WsReader::fail(quint16 code, const char *reason)
{
    m_failure = {code, reason};
    m_message = {};
    m_control = {};
    return false;
}

bool WsReader::checkOpcode(int first, int second)
{
    if (first & 0x70)
        return fail(kProtocolError, "A reserved bit is set");                               // §5.2: no extension was agreed on
    if (!(second & 0x80))
        return fail(kProtocolError, "Frames from a client must be masked");                 // §5.1
    m_final = first & 0x80;
    m_opcode = WsOpcode(first & 0x0f);
    switch (m_opcode) {
    case WsOpcode::Continuation:
        return isInMessage() || fail(kProtocolError, "A continuation of nothing");   // §5.4
    case WsOpcode::Text:
    case WsOpcode::Binary:
        if (isInMessage())
            return fail(kProtocolError, "A new message inside a fragmented one");           // §5.4
        if (m_opcode == WsOpcode::Binary && m_binary == Binary::Refused)
            return fail(kUnsupportedData, "Only text messages are accepted");
        m_messageOpcode = m_opcode;
        return true;
    case WsOpcode::Close:
    case WsOpcode::Ping:
    case WsOpcode::Pong:
        if (!m_final)
            return fail(kProtocolError, "A fragmented control frame");                      // §5.5
        return (second & 0x7f) <= 125 || fail(kProtocolError, "A control frame of more than 125 bytes");
    default:
        return fail(kProtocolError, "A reserved opcode");
    }
}

bool WsReader::checkLength()
{
    const int shortLength = m_header[1] & 0x7f;
    m_left = shortLength == 126 ? qFromBigEndian<quint16>(m_header + 2)
        : shortLength == 127    ? qFromBigEndian<quint64>(m_header + 2)
                                : quint64(shortLength);
    // §5.2: the fewest bytes that can say it, and never the highest bit of eight.
    if ((shortLength == 126 && m_left < 126) || (shortLength == 127 && (m_left <= 0xffff || m_left >> 63)))
        return fail(kProtocolError, "A length that is not written in the shortest way");
    if (!isControl() && m_left > quint64(m_maxBytes - m_message.size()))
        return fail(kTooBig, "The message is larger than WS_MAX_MESSAGE_BYTES");
    return true;
}

/// False when it is not whole yet, or bad.
bool WsReader::readHeader(char *&begin, char *end)
{
    int needed = 2;
    while (begin < end) {
        m_header[m_have++] = uchar(*begin++);
        if (m_have == 2 && !checkOpcode(m_header[0], m_header[1]))
            return false;
        if (m_have < 2)
            continue;
        const int shortLength = m_header[1] & 0x7f;
        needed = 2 + (shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0) + 4;
        if (m_have == needed - 4 && !checkLength())     // before the mask comes: it may never
            return false;
        if (m_have < needed)
            continue;
        std::memmove(m_header, m_header + needed - 4, 4);   // only the mask is needed from here on
        m_have = 0;
        m_maskAt = 0;
        return true;
    }
    return false;
}

bool WsReader::checkText(bool complete)
{
    const QByteArrayView fresh = QByteArrayView(m_message).sliced(m_checked);
    qsizetype whole = 0;
    const bool good = complete ? isUtf8(fresh) : isUtf8Prefix(fresh, whole);
    m_checked += whole;
    return good || fail(kInvalidPayload, "The text is not UTF-8");      // §8.1
}

std::optional<WsReader::Item> WsReader::finishClose(QByteArrayView payload)
{
    m_closed = true;
    if (payload.isEmpty())
        return Item{Kind::Close, {}, 0, kNoCode};
    const int code = payload.size() == 1 ? 0 : qFromBigEndian<quint16>(payload.data());
    if (!isWsCloseCode(code)) {
        fail(kProtocolError, "A close code that nobody may send");      // §7.4
        return std::nullopt;
    }
    const QByteArrayView reason = payload.sliced(2);
    if (!isUtf8(reason)) {
        fail(kInvalidPayload, "The reason of the close is not UTF-8");  // §5.5.1
        return std::nullopt;
    }
    return Item{Kind::Close, reason, 0, quint16(code)};
}

/// The whole of a frame that ends a message, or of a control frame.
std::optional<WsReader::Item> WsReader::finish(char *payload, qsizetype size, qsizetype padding)
{
    const QByteArrayView view(payload, size);
    if (m_opcode == WsOpcode::Close)
        return finishClose(view);
    if (isControl())
        return Item{m_opcode == WsOpcode::Ping ? Kind::Ping : Kind::Pong, view, padding, 0};
    const bool text = std::exchange(m_messageOpcode, kNoMessage) == WsOpcode::Text;
    if (text && m_message.isEmpty() && !isUtf8(view)) {
        fail(kInvalidPayload, "The text is not UTF-8");
        return std::nullopt;
    }
    return Item{text ? Kind::Text : Kind::Binary, view, padding, 0};
}

std::optional<WsReader::Item> WsReader::next(char *&begin, char *end, qsizetype padding)
{
    if (std::exchange(m_delivered, false)) {
        m_control.clear();
        if (!isInMessage()) {
            m_checked = 0;
            m_message.capacity() > kKeptBytes ? void(m_message = {}) : m_message.resize(0);
        }
    }
    while (!isSpent()) {
        if (!m_inPayload) {
            if (!readHeader(begin, end))
                return std::nullopt;
            m_inPayload = true;
        }
        const auto part = qsizetype(qMin<quint64>(m_left, quint64(end - begin)));
        char *const piece = std::exchange(begin, begin + part);
        unmask(piece, quint64(part), m_header, m_maskAt);
        m_left -= quint64(part);
        QByteArray &held = isControl() ? m_control : m_message;
        const bool whole = m_left == 0 && (m_final || isControl());
        m_inPayload = m_left > 0;
        if (whole && held.isEmpty()) {
            if (auto item = finish(piece, part, end - begin + padding))
                return item;
            continue;
        }
        held.append(piece, part);
        if (!isControl() && m_messageOpcode == WsOpcode::Text && !checkText(whole))
            return std::nullopt;
        if (whole) {
            m_delivered = true;
            held.reserve(held.size() + padding);
            return finish(held.data(), held.size(), held.capacity() - held.size());
        }
        if (m_inPayload)
            return std::nullopt;
    }
    return std::nullopt;
}

} // namespace trunkline
