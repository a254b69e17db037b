// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from Redis is read without a crash, and what was read is written and read again the same. It comes from hubs, but
// anybody who reaches the Redis can publish there.
#include "fuzz/Fuzz.h"
#include "hub/cluster/Envelope.h"

#include <vector>

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    if (const auto envelope = Envelope::decode(bytes)) {
        const QByteArray again = envelope->encode();
        const auto second = Envelope::decode(again);
        FUZZ_CHECK(second);
        FUZZ_CHECK(second->kind == envelope->kind && second->flags == envelope->flags && second->ticket == envelope->ticket);
        FUZZ_CHECK(second->user == envelope->user && second->body == envelope->body && second->text == envelope->text);
        FUZZ_CHECK(second->sequence == envelope->sequence && second->at == envelope->at);
        FUZZ_CHECK(again == second->encode());
    }
    std::vector<QByteArray> read;
    const bool whole = readBundle(bytes, [&read](const Envelope &envelope) { read.push_back(envelope.encode()); });
    if (whole) {
        QByteArray bundle;
        for (const QByteArray &one : read)
            appendToBundle(bundle, *Envelope::decode(one));
        std::size_t count = 0;
        FUZZ_CHECK(readBundle(bundle, [&count](const Envelope &) { ++count; }));
        FUZZ_CHECK(count == read.size());
    }
    return 0;
}
