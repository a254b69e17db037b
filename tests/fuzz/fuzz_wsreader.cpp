// SPDX-License-Identifier: GPL-3.0-or-later
// The frame reader against a plain walk over the whole stream, whatever pieces the stream comes in: the same messages, and
// where a rule is broken the same close code. What the walk decodes is decoded by Qt's own UTF-8 decoder.
#include "fuzz/Fuzz.h"
#include "hub/core/WsReader.h"

#include <QStringDecoder>

using namespace trunkline;

namespace {

constexpr quint64 kLimit = 4096;
constexpr qsizetype kPadding = 16;

/// What a reader saw: items as text, then the code it failed with (0: none).
struct Seen
{
    QByteArray items;
    int code = 0;
    bool closed = false;
    qsizetype badTextSince = -1;    ///< bytes of items before a text that cannot become UTF-8; the reader may fail from there on
};

void note(Seen &seen, int kind, int code, QByteArrayView payload)
{
    seen.items.append(char('0' + kind)).append(QByteArray::number(code)).append(' ').append(QByteArray::number(payload.size())).append(' ');
    seen.items.append(payload).append('\n');
}

bool isText(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder.decode(bytes);
    // A byte order mark is dropped by the decoder and is fine.
    return !decoder.hasError() && text.size() <= bytes.size();
}

/// Whether some ending makes text of it.
bool canBecomeText(QByteArrayView bytes)
{
    for (const char *ending : {"", "\x80", "\x80\x80", "\x80\x80\x80", "\xa0\x80", "\xbf", "\x90\x80\x80", "\x9f\xbf"}) {
        if (isText(QByteArray(bytes.toByteArray() + ending)))
            return true;
    }
    return false;
}

bool isCode(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code < 5000);
}

void walkClose(QByteArrayView payload, Seen &seen)
{
    if (payload.isEmpty()) {
        note(seen, 4, 1005, {});
        seen.closed = true;
        return;
    }
    const int code = payload.size() < 2 ? 0 : uchar(payload[0]) << 8 | uchar(payload[1]);
    if (!isCode(code)) {
        seen.code = 1002;
    } else if (!isText(payload.sliced(2))) {
        seen.code = 1007;
    } else {
        note(seen, 4, code, payload.sliced(2));
        seen.closed = true;
    }
}

/// A frame's header; false when it is not whole or breaks a rule (then `code` is set).
struct Header
{
    bool final = false;
    int opcode = 0;
    quint64 length = 0;
    qsizetype size = 0;
};

bool walkHeader(QByteArrayView bytes, bool binary, bool inMessage, quint64 held, Header &header, int &code)
{
    if (bytes.size() < 2)
        return false;
    const int first = uchar(bytes[0]), second = uchar(bytes[1]);
    header.final = first & 0x80;
    header.opcode = first & 15;
    const bool control = header.opcode >= 8;
    const bool known = header.opcode <= 2 || (header.opcode >= 8 && header.opcode <= 10);
    code = (first & 0x70) || !(second & 0x80) || !known ? 1002 : 0;
    if (!code && control && (!header.final || (second & 0x7f) > 125))
        code = 1002;
    if (!code && !control && (header.opcode == 0) != inMessage)
        code = 1002;
    if (!code && header.opcode == 2 && !binary)
        code = 1003;
    if (code)
        return false;
    header.length = second & 0x7f;
    const int more = header.length == 126 ? 2 : header.length == 127 ? 8 : 0;
    if (bytes.size() < 2 + more)
        return false;
    if (more > 0) {
        header.length = 0;
        for (int i = 0; i < more; ++i)
            header.length = header.length << 8 | uchar(bytes[2 + i]);
        if (header.length < 126 || (more == 8 && (header.length <= 0xffff || header.length >> 63)))
            code = 1002;
    }
    if (!code && !control && header.length > kLimit - held)
        code = 1009;
    header.size = 2 + more + 4;
    return !code && bytes.size() >= header.size;
}

/// The messages of the stream up to the first frame that is not whole or breaks a rule.
Seen walk(QByteArrayView bytes, bool binary)
{
    Seen seen;
    qsizetype messageStart = 0;
    QByteArray message;
    int messageOpcode = 0;
    while (!seen.code && !seen.closed) {
        Header header;
        if (!walkHeader(bytes, binary, messageOpcode != 0, quint64(message.size()), header, seen.code))
            break;
        QByteArray payload = bytes.sliced(header.size).first(qMin<qsizetype>(qsizetype(header.length), bytes.size() - header.size)).toByteArray();
        for (qsizetype i = 0; i < payload.size(); ++i)
            payload[i] = char(payload[i] ^ bytes[header.size - 4 + i % 4]);
        const bool whole = quint64(payload.size()) == header.length;
        if (header.opcode < 8) {
            if (header.opcode)
                messageStart = seen.items.size();
            messageOpcode = header.opcode ? header.opcode : messageOpcode;
            message.append(payload);
            if (messageOpcode == 1 && seen.badTextSince < 0 && !canBecomeText(message))
                seen.badTextSince = messageStart;
        }
        if (!whole)
            break;
        bytes = bytes.sliced(header.size + payload.size());
        if (header.opcode == 8) {
            walkClose(payload, seen);
        } else if (header.opcode > 8) {
            note(seen, header.opcode == 9 ? 2 : 3, 0, payload);
        } else if (header.final) {
            if (messageOpcode == 1 && !isText(message)) {
                seen.code = 1007;
                seen.badTextSince = messageStart;
            } else {
                note(seen, messageOpcode == 1 ? 0 : 1, 0, message);
            }
            message.clear();
            messageOpcode = 0;
        }
    }
    return seen;
}

Seen readInPieces(QByteArrayView bytes, QByteArrayView pattern, bool binary)
{
    WsReader reader(qint64(kLimit), binary ? WsReader::Binary::Accepted : WsReader::Binary::Refused);
    Seen seen;
    for (qsizetype at = 0, piece = 0; at < bytes.size(); ++piece) {
        const qsizetype wanted = pattern.isEmpty() ? bytes.size() : 1 + uchar(pattern[piece % pattern.size()]);
        QByteArray part = bytes.sliced(at, qMin(wanted, bytes.size() - at)).toByteArray();
        at += part.size();
        const qsizetype size = part.size();
        part.append(kPadding, '\0');
        char *begin = part.data();
        char *const end = begin + size;
        while (const auto item = reader.next(begin, end, kPadding)) {
            FUZZ_CHECK(item->kind == WsReader::Kind::Close || item->padding >= kPadding);
            note(seen, int(item->kind), item->code, item->payload);
        }
        FUZZ_CHECK(reader.isSpent() || begin == end);
        FUZZ_CHECK(reader.heldBytes() <= qsizetype(kLimit) + 125);
    }
    seen.code = reader.failure() ? reader.failure()->code : 0;
    seen.closed = reader.isSpent() && !reader.failure();
    return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const bool binary = input.byte() & 1;
    const QByteArrayView pattern = input.bytes(3);
    const QByteArrayView bytes = input.rest();
    const Seen expected = walk(bytes, binary);
    for (const QByteArrayView pieces : {QByteArrayView(), QByteArrayView("\0", 1), pattern}) {
        const Seen seen = readInPieces(bytes, pieces, binary);
        if (expected.badTextSince >= 0) {
            // Refused as soon as it is sure, before what comes behind it.
            FUZZ_CHECK(seen.code == 1007);
            FUZZ_CHECK(expected.items.startsWith(seen.items) && seen.items.size() >= expected.badTextSince);
            continue;
        }
        FUZZ_CHECK(seen.items == expected.items);
        FUZZ_CHECK(seen.code == expected.code);
        FUZZ_CHECK(seen.closed == expected.closed);
    }

    qsizetype complete = 0;
    const bool prefix = isUtf8Prefix(bytes, complete);
    FUZZ_CHECK(!isText(bytes) || prefix);
    FUZZ_CHECK(!prefix || (isText(bytes.first(complete)) && bytes.size() - complete <= 3));
    const QByteArray frame = makeWsCloseFrame(1000, bytes);
    FUZZ_CHECK(frame.size() <= 127 && uchar(frame[1]) == frame.size() - 2);
    return 0;
}
