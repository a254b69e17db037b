// SPDX-License-Identifier: GPL-3.0-or-later
// Every message of a recording comes through here: one line is written in one go, into memory that was made before.
#include "hub/capture/Capture.h"

#include "hub/view/HubJsonNames.h"

#include <QtEndian>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace trunkline {

namespace {

using hubjson::nameOf;

constexpr std::array<bool, 256> kEscaped = [] {
    std::array<bool, 256> escaped{};
    for (std::size_t c = 0; c < 0x20; ++c)
        escaped[c] = true;
    escaped['"'] = escaped['\\'] = true;
    return escaped;
}();

/// Names, numbers and everything else of a line that is neither name nor text.
constexpr qsizetype kFixedBytes = 400;
/// A control character becomes six.
constexpr qsizetype kMostEscaped = 6;
/// Texts up to that many bytes get the room that they need at most; larger ones are looked at first.
constexpr qsizetype kSmall = 8 * 1024;

qsizetype escapedBytes(QByteArrayView utf8)
{
    if (utf8.size() <= kSmall)
        return utf8.size() * kMostEscaped;
    qsizetype escaped = 0;
    for (const char c : utf8)
        escaped += kEscaped[uchar(c)];
    return utf8.size() + escaped * (kMostEscaped - 1);
}

/// How many of the eight bytes at `bytes` come before the first one that is to be escaped.
int plainBytes(const char *bytes)
{
    constexpr quint64 ones = 0x0101010101010101, high = 0x8080808080808080;
    const quint64 word = qFromLittleEndian<quint64>(bytes);
    // The lowest byte that is zero, or below 0x20, has its high bit set; above it there may be more than there should.
    const auto zeros = [](quint64 value) { return (value - ones) & ~value; };
    const quint64 found = (((word - ones * 0x20) & ~word) | zeros(word ^ ones * '"') | zeros(word ^ ones * '\\')) & high;
    return found ? std::countr_zero(found) / 8 : 8;
}

/// Writes behind what `out` holds, into room that was asked for; the end is set by finish().
class Pen
{
public:
    Pen(QByteArray &out, qsizetype room) : m_out(out)
    {
        const qsizetype begin = out.size();
        if (out.capacity() < begin + room)
            out.reserve(qMax(2 * out.capacity(), begin + room));
        out.resize(begin + room);
        m_at = out.data() + begin;
    }
    void finish() { m_out.resize(m_at - m_out.constData()); }

    void put(QByteArrayView bytes)
    {
        if (!bytes.isEmpty())
            std::memcpy(m_at, bytes.data(), std::size_t(bytes.size()));
        m_at += bytes.size();
    }
    template <std::size_t Size>
    void put(const char (&text)[Size])
    {
        std::memcpy(m_at, text, Size - 1);
        m_at += Size - 1;
    }
    void put(char c) { *m_at++ = c; }
    template <typename Number>
    void putNumber(Number number) { m_at = std::to_chars(m_at, m_at + 24, number).ptr; }
    /// As a string token, eight bytes at a time.
    void putString(QByteArrayView utf8)
    {
        put('"');
        const char *at = utf8.data();
        const char *const end = at + utf8.size();
        while (end - at >= 8) {
            // All eight are written; what is to be escaped, and what is behind it, is written over.
            std::memcpy(m_at, at, 8);
            const int plain = plainBytes(at);
            m_at += plain;
            at += plain;
            if (plain < 8)
                putEscaped(*at++);
        }
        for (; at != end; ++at) {
            if (kEscaped[uchar(*at)])
                putEscaped(*at);
            else
                put(*at);
        }
        put('"');
    }

private:
    void putEscaped(char c)
    {
        static constexpr char digits[] = "0123456789abcdef";
        put('\\');
        if (c == '"' || c == '\\')
            return put(c);
        if (c == '\n')
            return put('n');
        put("u00");
        put(digits[uchar(c) >> 4]);
        put(digits[uchar(c) & 15]);
    }

    QByteArray &m_out;
    char *m_at;
};

} // namespace

void appendCaptureString(QByteArray &out, QByteArrayView utf8)
{
    Pen pen(out, escapedBytes(utf8) + 2);
    pen.putString(utf8);
    pen.finish();
}

void appendCaptureLine(QByteArray &out, const JournalItem &item)
{
    const JournalRecord &record = item.record;
    const bool isText = record.text.isValidUtf8();
    const QByteArray base64 = isText ? QByteArray() : record.text.toByteArray().toBase64();
    Pen pen(out, kFixedBytes + escapedBytes(record.user) + escapedBytes(record.correlation) + escapedBytes(record.request)
                + (isText ? escapedBytes(record.text) : base64.size()));
    pen.put("{\"n\":");
    pen.putNumber(item.sequence);
    pen.put(",\"t_us\":");
    pen.putNumber(qint64(item.time.sinceStart.count()));
    pen.put(",\"leg\":\"");
    pen.put(QByteArrayView(nameOf(hubjson::kLegs, record.leg)));
    pen.put("\",\"dir\":\"");
    pen.put(QByteArrayView(nameOf(hubjson::kDirections, record.direction)));
    pen.put("\",\"kind\":\"");
    pen.put(QByteArrayView(nameOf(hubjson::kKinds, record.kind)));
    pen.put('"');
    if (record.session) {
        pen.put(",\"session\":");
        pen.putNumber(record.session.value);
    }
    pen.put(",\"user\":");
    pen.putString(record.user);
    if (!record.correlation.isEmpty()) {
        pen.put(",\"cid\":");
        pen.putString(record.correlation);
    }
    if (!record.request.isEmpty()) {
        pen.put(",\"rid\":");
        pen.putString(record.request);
    }
    pen.put(",\"status\":\"");
    pen.put(QByteArrayView(nameOf(hubjson::kStatuses, record.status)));
    pen.put('"');
    if (record.fault != Fault::None) {
        pen.put(",\"fault\":\"");
        pen.put(QByteArrayView(nameOf(hubjson::kFaults, record.fault)));
        pen.put('"');
    }
    if (item.textBytes != record.text.size()) {
        pen.put(",\"size\":");
        pen.putNumber(item.textBytes);
    }
    if (!isText) {
        pen.put(",\"base64\":\"");
        pen.put(base64);
        pen.put('"');
    } else if (!record.text.isEmpty()) {
        pen.put(",\"text\":");
        pen.putString(record.text);
    }
    pen.put("}\n");
    pen.finish();
}

void appendCaptureLine(QByteArray &out, const JournalEntry &entry)
{
    appendCaptureLine(out, JournalItem{.record = {.leg = entry.leg, .direction = entry.direction, .kind = entry.kind, .status = entry.status,
                                                  .session = entry.session, .user = entry.user, .correlation = entry.correlation,
                                                  .text = entry.text, .fault = entry.fault, .request = entry.request},
                                       .sequence = entry.sequence, .time = entry.time, .textBytes = entry.textBytes});
}

} // namespace trunkline
