// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/HubBench.h"

#include <vector>

namespace trunkline {

inline Settings with(int history, int queue, DuplicatePolicy policy = DuplicatePolicy::Reject)
{
    Settings settings;
    settings.historySize = history;
    settings.offlineQueue = queue;
    settings.duplicatePolicy = policy;
    return settings;
}

inline QByteArray numbered(int n) { return bodyFor("alice", {}, R"("n":)" + QByteArray::number(n)); }

/// The `n` of each message that came.
inline std::vector<int> numbersOf(const FakeEndpoint &endpoint)
{
    std::vector<int> numbers;
    for (const QByteArray &payload : endpoint.payloads) {
        if (payload.startsWith(R"({"n":)"))
            numbers.push_back(payload.mid(5, payload.indexOf(',') - 5).toInt());
    }
    return numbers;
}

inline std::vector<int> range(int first, int last)
{
    std::vector<int> numbers;
    for (int n = first; n <= last; ++n)
        numbers.push_back(n);
    return numbers;
}

inline void pushAll(HubBench &bench, int first, int last)
{
    for (int n = first; n <= last; ++n)
        bench.push(numbered(n));
}

} // namespace trunkline
