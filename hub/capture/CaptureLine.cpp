// SPDX-License-Identifier: GPL-3.0-or-later
// Every message of a recording comes through here: one line is written in one go, into memory that was made before.
#include "hub/capture/Capture.h"

#include "hub/view/HubJsonNames.h"

#include <QtEndian>

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define TRUNKLINE_SHUFFLED_ESCAPES 1
#endif

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
/// What is written behind a string and written over, at most.
constexpr qsizetype kOvershoot = 16;
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

#ifdef TRUNKLINE_SHUFFLED_ESCAPES
/// For each set of bytes among eight that get a backslash: where each byte of the result comes from; the ninth is the backslash.
struct Escapes
{
    alignas(16) std::array<std::array<char, 16>, 256> from{};
    std::array<quint8, 256> bytes{};
};
constexpr Escapes kEscapes = [] {
    Escapes made;
    for (std::size_t set = 0; set < 256; ++set) {
        std::size_t at = 0;
        for (std::size_t bit = 0; bit < 8; ++bit) {
            if (set >> bit & 1)
                made.from[set][at++] = 8;
            made.from[set][at++] = char(bit);
        }
        made.bytes[set] = quint8(at);
    }
    return made;
}();

/// Writes eight bytes after the other, up to 15 bytes more than counts, until fewer are left or one is a control character. JSON in a
/// string has a quote every few bytes: that they come cannot be foreseen, and here need not.
__attribute__((target("ssse3"))) void putShuffled(char *&out, const char *&at, const char *end)
{
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1f);
    while (end - at >= 8) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(at));
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes)) & 0xff)
            return;
        const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
        const auto set = std::size_t(_mm_movemask_epi8(found) & 0xff);
        const __m128i from = _mm_load_si128(reinterpret_cast<const __m128i *>(kEscapes.from[set].data()));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(out), _mm_shuffle_epi8(_mm_unpacklo_epi64(bytes, backslash), from));
        out += kEscapes.bytes[set];
        at += 8;
    }
}

const bool kCanShuffle = __builtin_cpu_supports("ssse3");
#endif

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
#ifdef TRUNKLINE_SHUFFLED_ESCAPES
            if (kCanShuffle) {
                putShuffled(m_at, at, end);
                if (end - at < 8)
                    break;
            }
#endif
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

/// The members whose values are words of ours, put together once.
struct Words
{
    std::array<std::array<std::array<QByteArray, hubjson::kKinds.size()>, hubjson::kDirections.size()>, hubjson::kLegs.size()> what;
    std::array<QByteArray, hubjson::kStatuses.size()> status;

    Words()
    {
        const auto word = [](const char *member, const char *value) -> QByteArray { return QByteArray(",\"") + member + "\":\"" + value + '"'; };
        for (const auto &[leg, legName] : hubjson::kLegs) {
            for (const auto &[direction, directionName] : hubjson::kDirections) {
                auto &ofKind = what[std::size_t(leg)][std::size_t(direction)];
                for (const auto &[kind, kindName] : hubjson::kKinds)
                    ofKind[std::size_t(kind)] = word("leg", legName) + word("dir", directionName) + word("kind", kindName);
            }
        }
        for (const auto &[value, name] : hubjson::kStatuses)
            status[std::size_t(value)] = word("status", name);
    }
};

const Words &words()
{
    static const Words made;
    return made;
}

} // namespace

void appendCaptureString(QByteArray &out, QByteArrayView utf8)
{
    Pen pen(out, escapedBytes(utf8) + 2 + kOvershoot);
    pen.putString(utf8);
    pen.finish();
}

void appendCaptureLine(QByteArray &out, const JournalItem &item)
{
    const JournalRecord &record = item.record;
    const bool isText = simdjson::validate_utf8(record.text.data(), std::size_t(record.text.size()));
    const QByteArray base64 = isText ? QByteArray() : record.text.toByteArray().toBase64();
    Pen pen(out, kFixedBytes + escapedBytes(record.user) + escapedBytes(record.correlation) + escapedBytes(record.request)
                + (isText ? escapedBytes(record.text) : base64.size()));
    pen.put("{\"n\":");
    pen.putNumber(item.sequence);
    pen.put(",\"t_us\":");
    pen.putNumber(qint64(item.time.sinceStart.count()));
    pen.put(words().what[std::size_t(record.leg)][std::size_t(record.direction)][std::size_t(record.kind)]);
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
    pen.put(words().status[std::size_t(record.status)]);
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
