// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Journal.h"

#include <span>

namespace trunkline {

/// An entry in memory, in the ring and in a batch: this, then user, correlation id, request id and text, then padding to
/// eight bytes.
struct PackedEntry
{
    qint64 total;           ///< bytes of the entry
    qint64 time;            ///< microseconds
    quint64 session;
    qint64 textBytes;       ///< of the text as it was
    quint32 kept;           ///< bytes of it that follow
    quint16 user;
    quint16 correlation;
    quint16 request;
    Leg leg;
    Direction direction;
    EntryKind kind;
    EntryStatus status;
    Fault fault;
};

/// An entry as it lies in memory: its views hold as long as the batch does.
struct JournalItem
{
    JournalRecord record{};
    quint64 sequence = 0;
    Clock::Instant time{};
    qint64 textBytes = 0;           ///< as JournalEntry::textBytes
    qint64 packedBytes = 0;         ///< what it takes in the batch
};

/// Entries with consecutive numbers, packed as the ring of a journal holds them: one copy on the hub's thread, read as
/// often as anybody likes on others. Does not change once it is filled; then safe to share between threads.
class JournalBatch
{
public:
    JournalBatch() = default;
    /// Room for `bytes`; the first entry will have the number `first`.
    JournalBatch(quint64 first, qint64 bytes);

    /// Copies entries that are packed already.
    void append(const char *packed, qint64 bytes, std::size_t count);
    /// `entry` has the number that follows. False, and nothing happens, when it has another one or there is no room.
    bool append(const JournalEntry &entry);

    [[nodiscard]] bool isEmpty() const { return m_count == 0; }
    [[nodiscard]] std::size_t size() const { return m_count; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    [[nodiscard]] quint64 first() const { return m_first; }
    [[nodiscard]] quint64 last() const { return m_first + m_count - 1; }    ///< not of an empty one

    /// Calls `visit` with each entry whose number is greater than `sequence`, in order, until it returns false.
    template <typename Visit>
    void forEachAfter(quint64 sequence, Visit visit) const
    {
        const char *at = m_data.get();
        for (quint64 number = m_first; number < m_first + m_count; ++number) {
            const JournalItem item = itemAt(at, number);
            at += item.packedBytes;
            if (number > sequence && !visit(item))
                return;
        }
    }
    /// Adds entries after `sequence` to a page that holds at most `max`.
    void unpack(JournalPage &page, quint64 sequence, std::size_t max) const;

    /// The entry that is packed at `at`.
    [[nodiscard]] static JournalItem itemAt(const char *at, quint64 sequence);
    [[nodiscard]] static constexpr qint64 aligned(qint64 bytes) { return (bytes + 7) & ~qint64(7); }

private:
    std::unique_ptr<char[]> m_data;
    qint64 m_capacity = 0;
    qint64 m_bytes = 0;
    quint64 m_first = 1;
    std::size_t m_count = 0;
};

/// The same as a value. It shares names with `before`, of the same message as it often is; null: with none.
[[nodiscard]] JournalEntry entryOf(const JournalItem &item, const JournalEntry *before = nullptr);
/// Batches of entries that came from elsewhere: a hole in their numbers begins another one.
[[nodiscard]] std::vector<std::shared_ptr<const JournalBatch>> packed(std::span<const JournalEntry> entries);

} // namespace trunkline
