// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Ids.h"

#include <memory>
#include <vector>

namespace trunkline {

enum class Leg : quint8 { Upstream, Client };
enum class Direction : quint8 { In, Out };
/// What an entry is about.
enum class EntryKind : quint8 { Push, Request, Reply, Event, Connect, Disconnect, Text, Ack, Broadcast };
/// How it went.
enum class EntryStatus : quint8 {
    Ok, NotConnected, Late, Orphan, Refused, Malformed, Timeout, Disconnected, Shutdown, Overflow, Cancelled, Duplicate, Dropped,
    Queued, Replayed, Gap, Expired
};

/// What was done to a message on purpose (`hub/bots/Faults.h`).
enum class Fault : quint8 { None, Drop, Delay, Duplicate, Reorder, Truncate, Split, Close, HalfClose, Stall };

/// What is written into the journal; the views are copied.
struct JournalRecord
{
    Leg leg = Leg::Client;
    Direction direction = Direction::In;
    EntryKind kind = EntryKind::Push;
    EntryStatus status = EntryStatus::Ok;
    SessionId session{};            ///< 0: none
    QByteArrayView user{};
    QByteArrayView correlation{};   ///< the id's key, empty when there is none
    QByteArrayView text{};
    Fault fault = Fault::None;
    QByteArrayView request{};       ///< id of the HTTP request that caused it; empty: none did
};

/// What is read from it: one message or event.
struct JournalEntry
{
    quint64 sequence = 0;           ///< 1, 2, 3 … without a hole
    Clock::Instant time{};
    Leg leg = Leg::Client;
    Direction direction = Direction::In;
    EntryKind kind = EntryKind::Push;
    EntryStatus status = EntryStatus::Ok;
    SessionId session{};
    UserId user{};
    QByteArray correlation{};
    QByteArray text{};
    qint64 textBytes = 0;           ///< size of the text as it was; larger than text.size() when it was too large to keep
    Fault fault = Fault::None;      ///< None: nobody meddled
    QByteArray request{};           ///< X-Request-ID of the HTTP request that caused it; empty: none did

    [[nodiscard]] QByteArrayView payload() const { return text; }
};

/// What a reader gets: entries in order, and how many fell out before it came.
struct JournalPage
{
    std::vector<JournalEntry> entries;
    quint64 skipped = 0;
    quint64 last = 0;               ///< the newest sequence the journal has handed out
};

class JournalBatch;
class JournalTap;
struct PackedEntry;

/// What happened lately: a ring of bytes, bounded in entries and in bytes; the oldest fall out first. Writing is one copy
/// into memory that is walked in order: no allocation, nothing to free.
/// Not thread-safe; lives on the hub's thread.
class Journal
{
public:
    /// 0 entries or bytes switch it off: append() then only counts. The memory is taken as it is filled.
    Journal(const Clock &clock, int maxEntries, qint64 maxBytes);

    void append(const JournalRecord &record);
    /// What is appended from now on also goes there, whether the ring keeps it or not; null: nowhere any more.
    void setTap(JournalTap *tap) { m_tap = tap; }
    /// Up to `max` entries whose sequence is greater than `sequence`.
    [[nodiscard]] JournalPage after(quint64 sequence, std::size_t max) const;
    /// The same as they lie in the ring, one copy of memory, and at most about `maxBytes`; the first of them, however large, always.
    [[nodiscard]] JournalBatch batchAfter(quint64 sequence, std::size_t max, qint64 maxBytes) const;
    void clear();
    [[nodiscard]] std::size_t size() const { return std::size_t(m_sequence - m_first + 1); }
    [[nodiscard]] qint64 bytes() const { return m_used; }
    [[nodiscard]] qint64 maxBytes() const { return m_capacity; }
    [[nodiscard]] quint64 lastSequence() const { return m_sequence; }
    [[nodiscard]] quint64 evicted() const { return m_evicted; }

private:
    [[nodiscard]] qint64 offsetOf(quint64 sequence) const { return m_offsets[std::size_t(sequence % m_maxEntries)]; }
    [[nodiscard]] qint64 endOf(quint64 sequence) const;
    void keep(PackedEntry &header, const JournalRecord &record);
    void onlyCount();
    qint64 reserve(qint64 bytes);
    void evictOldest();

    const Clock &m_clock;
    JournalTap *m_tap = nullptr;
    quint64 m_maxEntries;
    qint64 m_capacity;
    std::unique_ptr<char[]> m_ring;
    std::unique_ptr<qint64[]> m_offsets;    ///< where entry `sequence` starts, at `sequence % m_maxEntries`
    qint64 m_write = 0;                     ///< where the next entry starts
    qint64 m_used = 0;                      ///< from the oldest entry to m_write, the unused end of the ring included
    quint64 m_first = 1;                    ///< the oldest entry; m_sequence + 1 when there is none
    quint64 m_sequence = 0;
    quint64 m_evicted = 0;
};

} // namespace trunkline
