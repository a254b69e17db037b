// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JournalBatch.h"

#include <atomic>
#include <optional>
#include <span>

namespace trunkline {

/// What a journal notes, for one recorder on another thread or in another process: a ring in memory that both see. Neither
/// waits for the other and nothing is locked: put() is a copy and one store. What the recorder did not release in time stays;
/// what comes then is left out, which shows as a hole in the numbers. An entry that was put is there whatever becomes of the
/// thread that put it, so a process that shares the memory can write what one that was killed had not.
class JournalTap final
{
public:
    /// `memory` is zeroed, aligned for any type, larger than kMinBytes, and outlives the tap; a second tap may look at the same.
    explicit JournalTap(std::span<char> memory);
    static constexpr qint64 kMinBytes = 4096;

    // The one who puts: the hub's thread.
    /// From now on; `before` is the number of the entry before the first one.
    void begin(quint64 before, Clock::Instant base);
    /// `header` with its sizes of names and everything but `kept` and `total`, which are set here.
    void put(PackedEntry header, const JournalRecord &record, quint64 sequence);

    // The one who takes.
    /// The number before the first entry, and what its times count from.
    [[nodiscard]] quint64 before() const { return m_shared->before.load(std::memory_order_acquire); }
    [[nodiscard]] Clock::Instant base() const { return {Clock::Duration(m_shared->base.load(std::memory_order_acquire))}; }
    /// The newest number that somebody tried to put.
    [[nodiscard]] quint64 last() const { return m_shared->last.load(std::memory_order_acquire); }
    /// The next entry; its views hold until release(). nullopt: there is none yet.
    [[nodiscard]] std::optional<JournalItem> next();
    /// All that was taken need not stay any more.
    void release();

private:
    struct Shared
    {
        alignas(64) std::atomic<quint64> written;      ///< bytes since the beginning
        std::atomic<quint64> last;
        std::atomic<quint64> before;
        std::atomic<qint64> base;
        alignas(64) std::atomic<quint64> released;
    };
    static_assert(std::atomic<quint64>::is_always_lock_free, "two processes share them");

    Shared *m_shared;
    char *m_ring;
    quint64 m_capacity;
    quint64 m_written = 0;      // the one who puts
    quint64 m_free = 0;         // so far may be written without asking again
    quint64 m_taken = 0;        // the one who takes
};

} // namespace trunkline
