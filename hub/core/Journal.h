// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Ids.h"

#include <deque>
#include <vector>

namespace trunkline {

enum class Leg : quint8 { Upstream, Client };
enum class Direction : quint8 { In, Out };
/// What an entry is about.
enum class EntryKind : quint8 { Push, Request, Reply, Event, Connect, Disconnect, Text };
/// How it went.
enum class EntryStatus : quint8 {
    Ok, NotConnected, Late, Orphan, Refused, Malformed, Timeout, Disconnected, Shutdown, Overflow, Cancelled, Duplicate
};

/// One message or event. Text is shared with what was sent, not copied.
struct JournalEntry
{
    quint64 sequence = 0;           ///< 1, 2, 3 …; set by the journal
    Clock::Instant time{};          ///< set by the journal
    Leg leg = Leg::Client;
    Direction direction = Direction::In;
    EntryKind kind = EntryKind::Push;
    EntryStatus status = EntryStatus::Ok;
    SessionId session{};            ///< 0: none
    UserId user{};
    QByteArray correlation{};       ///< the id's key, empty when there is none
    QByteArray text{};
    qsizetype textOffset = 0;       ///< where the payload starts in `text` (behind a frame header)

    [[nodiscard]] QByteArrayView payload() const { return QByteArrayView(text).sliced(textOffset); }
    [[nodiscard]] qint64 bytes() const;
};

/// What a reader gets: entries in order, and how many fell out before it came.
struct JournalPage
{
    std::vector<JournalEntry> entries;
    quint64 skipped = 0;
    quint64 last = 0;               ///< the newest sequence the journal has handed out
};

/// What happened lately: a ring, bounded in entries and in bytes; the oldest fall out first.
/// Not thread-safe; lives on the hub's thread.
class Journal
{
public:
    /// 0 entries switch it off: append() then only counts.
    Journal(const Clock &clock, int maxEntries, qint64 maxBytes);

    void append(JournalEntry entry);
    /// Up to `max` entries whose sequence is greater than `sequence`.
    [[nodiscard]] JournalPage after(quint64 sequence, std::size_t max) const;
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    [[nodiscard]] quint64 lastSequence() const { return m_sequence; }
    [[nodiscard]] quint64 evicted() const { return m_evicted; }

private:
    void evictOldest();

    const Clock &m_clock;
    std::size_t m_maxEntries;
    qint64 m_maxBytes;
    std::deque<JournalEntry> m_entries;
    qint64 m_bytes = 0;
    quint64 m_sequence = 0;
    quint64 m_evicted = 0;
};

} // namespace trunkline
