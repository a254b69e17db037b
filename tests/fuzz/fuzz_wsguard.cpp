// SPDX-License-Identifier: GPL-3.0-or-later
// The frame guard finds the first unmasked frame, whatever pieces the stream comes in and whatever it skips unseen.
#include "fuzz/Fuzz.h"
#include "hub/core/WsFrame.h"

#include <optional>

using namespace trunkline;
using Verdict = WsFrameGuard::Verdict;

namespace {

/// A plain walk over the whole stream.
Verdict walk(QByteArrayView bytes)
{
    while (bytes.size() >= 2) {
        if (!(uchar(bytes[1]) & 0x80))
            return Verdict::Unmasked;
        quint64 length = uchar(bytes[1]) & 0x7f;
        const int more = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (bytes.size() < 2 + more + 4)
            break;
        if (more > 0) {
            length = 0;
            for (int i = 0; i < more; ++i)
                length = length << 8 | uchar(bytes[2 + i]);
        }
        bytes = bytes.sliced(2 + more + 4);
        if (length >= quint64(bytes.size()))
            break;
        bytes = bytes.sliced(qsizetype(length));
    }
    return Verdict::Fine;
}

Verdict feedInPieces(QByteArrayView bytes, QByteArrayView pattern, bool skips)
{
    WsFrameGuard guard;
    for (qsizetype at = 0, piece = 0; at < bytes.size(); ++piece) {
        const qsizetype wanted = pattern.isEmpty() ? 1 : 1 + uchar(pattern[piece % pattern.size()]);
        const QByteArrayView part = bytes.sliced(at, qMin(wanted, bytes.size() - at));
        at += part.size();
        if (skips && guard.skip(quint64(part.size())))
            continue;
        if (guard.feed(part) == Verdict::Unmasked)
            return Verdict::Unmasked;
    }
    return Verdict::Fine;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const QByteArrayView pattern = input.bytes(3);
    const QByteArrayView bytes = input.rest();
    const Verdict expected = walk(bytes);
    FUZZ_CHECK(WsFrameGuard().feed(bytes) == expected);
    FUZZ_CHECK(feedInPieces(bytes, {}, false) == expected);
    FUZZ_CHECK(feedInPieces(bytes, pattern, false) == expected);
    FUZZ_CHECK(feedInPieces(bytes, pattern, true) == expected);

    char header[kMaxWsHeaderBytes];
    const qsizetype headerBytes = writeWsTextHeader(header, bytes.size());
    FUZZ_CHECK(headerBytes == (bytes.size() < 126 ? 2 : bytes.size() <= 0xffff ? 4 : 10));
    FUZZ_CHECK(WsFrameGuard().feed({header, headerBytes}) == Verdict::Unmasked);
    return 0;
}
