// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JournalTap.h"

#include <vector>

namespace trunkline {

/// Memory as a JournalTap wants it: zeros, aligned for any type.
class TapMemory final
{
public:
    explicit TapMemory(std::size_t bytes) : m_lines(bytes / sizeof(Line)) { }
    std::span<char> span() { return {reinterpret_cast<char *>(m_lines.data()), m_lines.size() * sizeof(Line)}; }

private:
    struct alignas(64) Line
    {
        char bytes[64] = {};
    };
    std::vector<Line> m_lines;
};

inline void noteText(Journal &journal, const QByteArray &text)
{
    journal.append({.leg = Leg::Upstream, .kind = EntryKind::Push, .user = "alice", .correlation = "c", .text = text, .request = "r"});
}

} // namespace trunkline
