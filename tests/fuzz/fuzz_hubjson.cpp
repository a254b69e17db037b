// SPDX-License-Identifier: GPL-3.0-or-later
// What a window reads from a hub in another process: any bytes are read without harm, and what was understood is written so
// that it is understood the same way again.
#include "fuzz/Fuzz.h"
#include "hub/view/HubJson.h"

using namespace trunkline;

namespace {

template <typename Value>
void check(const QByteArray &json, Result<Value> (*decode)(const QByteArray &))
{
    const auto value = decode(json);
    if (!value) {
        FUZZ_CHECK(value.error().code == ErrorCode::InvalidJson);
        return;
    }
    const QByteArray written = hubjson::encode(*value);
    const auto again = decode(written);
    FUZZ_CHECK(again);
    FUZZ_CHECK(hubjson::encode(*again) == written);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    fuzz::Input input(data, size);
    const uint8_t what = input.byte() % 3;
    const QByteArray json = input.rest().toByteArray();
    if (what == 0)
        check<HubSnapshot>(json, hubjson::decodeSnapshot);
    else if (what == 1)
        check<JournalPage>(json, hubjson::decodeJournal);
    else
        check<ExchangePage>(json, hubjson::decodeExchanges);
    return 0;
}
