// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Ids.h"

#include <QRandomGenerator>

namespace trunkline {

bool isValidUserId(QByteArrayView utf8)
{
    if (utf8.isEmpty() || utf8.size() > kMaxUserIdBytes)
        return false;
    bool ascii = true;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto byte = uchar(utf8[i]);
        if (byte < 0x20 || byte == 0x7f)
            return false;
        // C1 controls, U+0080 to U+009F
        if (byte == 0xc2 && i + 1 < utf8.size() && uchar(utf8[i + 1]) < 0xa0)
            return false;
        ascii = ascii && byte < 0x80;
    }
    return ascii || utf8.isValidUtf8();
}

namespace {

/// Seeded from the system once a thread: asking the system for each id costs a microsecond, and an id is no secret.
quint64 randomBits()
{
    thread_local QRandomGenerator generator = QRandomGenerator::securelySeeded();
    return generator.generate64();
}

} // namespace

FreshCorrelation::FreshCorrelation()
{
    static constexpr char hex[] = "0123456789abcdef";
    // Version 4, variant 10.
    const quint64 words[2] = {(randomBits() & 0xffffffffffff0fffULL) | 0x4000ULL,
                              (randomBits() & 0x3fffffffffffffffULL) | 0x8000000000000000ULL};
    char *out = m_token;
    *out++ = '"';
    for (int byte = 0; byte < 16; ++byte) {
        if (byte == 4 || byte == 6 || byte == 8 || byte == 10)
            *out++ = '-';
        const auto value = uchar(words[byte / 8] >> (56 - 8 * (byte % 8)));
        *out++ = hex[value >> 4];
        *out++ = hex[value & 15];
    }
    *out = '"';
}

CorrelationId makeCorrelationId()
{
    const FreshCorrelation fresh;
    return {fresh.key().toByteArray(), fresh.json().toByteArray()};
}

} // namespace trunkline
