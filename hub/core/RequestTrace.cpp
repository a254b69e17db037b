// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RequestTrace.h"

#include <QRandomGenerator>

#include <algorithm>
#include <cstring>

namespace trunkline {

namespace {

bool isLowerHex(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The two digits of each byte.
constexpr std::array<std::array<char, 2>, 256> makeHexTable()
{
    std::array<std::array<char, 2>, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = {"0123456789abcdef"[i >> 4], "0123456789abcdef"[i & 15]};
    return table;
}
constexpr auto kHexTable = makeHexTable();

bool isAllZeros(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

} // namespace

bool isRequestId(QByteArrayView text)
{
    return !text.isEmpty() && text.size() <= kMaxRequestIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c && std::strchr("-._~:/+=@#|", c));
    });
}

bool isTraceparent(QByteArrayView text)
{
    if (text.size() != kTraceparentBytes || text[2] != '-' || text[35] != '-' || text[52] != '-')
        return false;
    const QByteArrayView version = text.first(2), trace = text.sliced(3, 32), parent = text.sliced(36, 16), flags = text.sliced(53);
    return isLowerHex(version) && version != "ff" && isLowerHex(trace) && !isAllZeros(trace) && isLowerHex(parent) && !isAllZeros(parent)
        && isLowerHex(flags);
}

RequestIdSource::RequestIdSource() : RequestIdSource(QRandomGenerator::system()->generate64()) { }

void RequestIdSource::make(char *out)
{
    // Odd: all 2^64 values come once. The golden ratio: consecutive ones look nothing alike.
    m_next += 0x9e3779b97f4a7c15;
    for (int shift = 56; shift >= 0; shift -= 8, out += 2)
        std::memcpy(out, kHexTable[(m_next >> shift) & 0xff].data(), 2);
}

void RequestTrace::keep(QByteArrayView requestId, QByteArrayView traceparent)
{
    if (isRequestId(requestId)) {
        std::copy(requestId.begin(), requestId.end(), m_bytes.begin());
        m_id = quint8(requestId.size());
        m_made = false;
    }
    if (isTraceparent(traceparent)) {
        m_parentJson.front() = '"';
        std::copy(traceparent.begin(), traceparent.end(), m_parentJson.begin() + 1);
        m_parentJson.back() = '"';
        m_parent = quint8(m_parentJson.size());
    }
}

} // namespace trunkline
