// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a capture: they are read or refused; what was read is written and read again without a change; masking never
// makes a text that was JSON anything else.
#include "hub/capture/Capture.h"
#include "hub/capture/Redaction.h"
#include "hub/core/JsonTree.h"
#include "tests/fuzz/Fuzz.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    auto capture = readCapture(bytes);
    if (!capture)
        return 0;
    const QByteArray written = toBytes(*capture);
    const auto again = readCapture(written);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(again->entries.size() == capture->entries.size());
    FUZZ_CHECK(toBytes(*again) == written);
    FUZZ_CHECK(!again->torn && again->damaged.empty());
    const Redaction redaction({"data.token", "*.a"}, Redaction::Secrets::Mask);
    for (const JournalEntry &entry : capture->entries) {
        if (JsonTree::parse(entry.text))
            FUZZ_CHECK(JsonTree::parse(redaction.apply(entry.text)).has_value());
    }
    return 0;
}
