// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <deque>
#include <memory>
#include <vector>

namespace trunkline {

/// This window's copies of journal entries, in chunks. Entries are numbered by position, which never changes; the oldest chunk
/// goes when a bound is passed. A snapshot stays valid and unchanged on another thread while entries are added and dropped here.
class EntryStore final
{
public:
    static constexpr std::size_t ChunkSize = 1024;

    /// What stood in a store at one moment; numbered from 0. Any number of threads may read it.
    class Snapshot
    {
    public:
        [[nodiscard]] quint64 begin() const { return m_begin; }     ///< position of entry 0
        [[nodiscard]] quint64 end() const { return m_begin + m_size; }
        [[nodiscard]] std::size_t size() const { return m_size; }
        [[nodiscard]] const JournalEntry &at(std::size_t index) const { return m_chunks[index / ChunkSize].entries[index % ChunkSize]; }

    private:
        friend class EntryStore;
        struct Part
        {
            std::shared_ptr<const std::vector<JournalEntry>> keep;
            const JournalEntry *entries;        // the vector's size may grow meanwhile, and is not looked at
        };
        std::vector<Part> m_chunks;
        quint64 m_begin = 0;
        std::size_t m_size = 0;
    };

    EntryStore(std::size_t maxEntries, qint64 maxBytes) : m_maxEntries(maxEntries), m_maxBytes(maxBytes) {}

    /// Counts from the next trim() on.
    void setMaxBytes(qint64 bytes) { m_maxBytes = bytes; }
    void setMaxEntries(std::size_t entries) { m_maxEntries = entries; }
    void append(JournalEntry entry);
    /// Entries that trim() would drop: what is over the bounds, in whole chunks.
    [[nodiscard]] std::size_t surplus() const;
    void trim();
    void clear();

    [[nodiscard]] quint64 begin() const { return m_begin; }     ///< position of the oldest
    [[nodiscard]] quint64 end() const { return m_end; }         ///< position behind the newest
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(m_end - m_begin); }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    /// `position` in [begin(), end()).
    [[nodiscard]] const JournalEntry &at(quint64 position) const;
    [[nodiscard]] Snapshot snapshot() const;

private:
    struct Chunk
    {
        std::shared_ptr<std::vector<JournalEntry>> entries;     // reserved once: what was written never moves
        qint64 bytes = 0;
    };
    std::deque<Chunk> m_chunks;
    quint64 m_begin = 0;
    quint64 m_end = 0;
    qint64 m_bytes = 0;
    std::size_t m_maxEntries;
    qint64 m_maxBytes;
};

} // namespace trunkline
