// SPDX-License-Identifier: GPL-3.0-or-later
#include "Stamp.h"

namespace trunkline::bench {

std::string Stamp::text(size_t size)
{
    std::string text(size, 'x');
    text.replace(0, Open.size(), Open);
    text.replace(size - Close.size(), Close.size(), Close);
    Stamp{}.writeTo(text.data());
    return text;
}

void Stamp::writeTo(char *text) const
{
    writeDigits(text + 3, PublisherDigits, publisher);
    writeDigits(text + 3 + PublisherDigits, SequenceDigits, sequence);
    writeDigits(text + 3 + PublisherDigits + SequenceDigits, TimeDigits, sentNs);
}

std::optional<Stamp> Stamp::find(std::string_view bytes, size_t size)
{
    const size_t at = bytes.find(Open);
    if (at == std::string_view::npos || bytes.size() - at < size
        || bytes.substr(at + size - Close.size(), Close.size()) != Close)
        return std::nullopt;
    const char *digits = bytes.data() + at + Open.size();
    Stamp stamp;
    stamp.publisher = uint32_t(readDigits(digits, PublisherDigits));
    stamp.sequence = readDigits(digits + PublisherDigits, SequenceDigits);
    stamp.sentNs = readDigits(digits + PublisherDigits + SequenceDigits, TimeDigits);
    return stamp;
}

} // namespace trunkline::bench
