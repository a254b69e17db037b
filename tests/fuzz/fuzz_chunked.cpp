// SPDX-License-Identifier: GPL-3.0-or-later
// A chunked body decodes to the same whatever pieces it comes in, and what was encoded decodes again.
#include "fuzz/Fuzz.h"
#include "hub/core/RequestHead.h"

using namespace trunkline;
using Outcome = ChunkedBody::Outcome;

namespace {

struct Decoded
{
    Outcome outcome = Outcome::NeedMore;
    qsizetype taken = 0;
    QByteArray body;
};

/// Pieces as long as `pattern` says, again and again.
Decoded decode(QByteArrayView wire, QByteArrayView pattern, qint64 maxBytes)
{
    ChunkedBody chunks(maxBytes);
    Decoded decoded;
    for (qsizetype at = 0, piece = 0; at < wire.size() && decoded.outcome == Outcome::NeedMore; ++piece) {
        const qsizetype wanted = pattern.isEmpty() ? wire.size() : 1 + uint8_t(pattern[piece % pattern.size()]);
        const QByteArrayView bytes = wire.sliced(at, qMin(wanted, wire.size() - at));
        qsizetype taken = 0;
        decoded.outcome = chunks.feed(bytes, taken);
        FUZZ_CHECK(taken >= 0 && taken <= bytes.size());
        FUZZ_CHECK(decoded.outcome != Outcome::NeedMore || taken == bytes.size());
        decoded.taken += taken;
        at += bytes.size();
    }
    decoded.body = chunks.takeBody();
    FUZZ_CHECK(decoded.body.size() <= maxBytes);
    return decoded;
}

void compare(const Decoded &a, const Decoded &b)
{
    FUZZ_CHECK(a.outcome == b.outcome);
    FUZZ_CHECK(a.outcome != Outcome::Complete || (a.taken == b.taken && a.body == b.body));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const qint64 maxBytes = input.byte() * 16;
    const QByteArrayView pattern = input.bytes(1 + input.byte() % 4);
    const QByteArrayView wire = input.rest();
    const Decoded whole = decode(wire, {}, maxBytes);
    compare(whole, decode(wire, QByteArrayView("\0", 1), maxBytes));
    compare(whole, decode(wire, pattern, maxBytes));

    QByteArray encoded;
    for (qsizetype at = 0, piece = 0; at < wire.size(); ++piece) {
        const qsizetype wanted = pattern.isEmpty() ? 1 : 1 + uint8_t(pattern[piece % pattern.size()]);
        const QByteArrayView chunk = wire.sliced(at, qMin(wanted, wire.size() - at));
        encoded.append(QByteArray::number(chunk.size(), 16)).append("\r\n").append(chunk).append("\r\n");
        at += chunk.size();
    }
    encoded.append("0\r\n\r\n");
    const Decoded again = decode(encoded, pattern, wire.size());
    FUZZ_CHECK(again.outcome == Outcome::Complete && again.body == wire);
    FUZZ_CHECK(wire.isEmpty() || decode(encoded, pattern, wire.size() - 1).outcome == Outcome::TooLarge);
    return 0;
}
