// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Ids.h"
#include "hub/core/Result.h"

#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace trunkline {

/// Ids of requests that ended, kept so that a reply that comes too late is told from one that never had a request.
inline constexpr std::size_t kMaxFinishedCorrelations = 10'000;

/// A request that waits for replies.
struct OpenRequest
{
    CorrelationId id;
    UserId target;
    StreamId stream;
    Clock::Instant opened;
    Clock::Instant deadline;        ///< moves on with each reply
    quint64 replies = 0;
};

/// Matches replies to open requests. Every opened id is settled exactly once: reply, timeout, disconnect or cancel.
/// Not thread-safe; lives on the hub's thread.
class CorrelationTable
{
public:
    enum class Fate { Open, Finished, Unknown };

    CorrelationTable(const Clock &clock, Clock::Duration timeout, std::size_t maxOpen);

    /// Errors: Conflict when the id is open already or the table is full.
    Result<void> open(const CorrelationId &id, const UserId &target, StreamId stream);
    [[nodiscard]] Fate fateOf(const CorrelationId &id) const;
    [[nodiscard]] const OpenRequest *find(const CorrelationId &id) const;
    /// Counts a reply and restarts the request's clock.
    void touch(const CorrelationId &id);
    /// Takes the request out and remembers its id as finished; nullopt when it is not open.
    std::optional<OpenRequest> settle(const CorrelationId &id);
    std::optional<OpenRequest> settle(StreamId stream);
    /// Counts a reply to this id as late from now on.
    void remember(const QByteArray &key);
    /// Takes out what has waited too long, oldest deadline first.
    std::vector<OpenRequest> takeExpired();
    /// Takes out everything that waits for `target`, but for streams of which `but` is true.
    std::vector<OpenRequest> takeTarget(const UserId &target, const std::function<bool(StreamId)> &but = {});
    std::vector<OpenRequest> takeAll();
    /// The first deadline; nullopt while nothing is open.
    [[nodiscard]] std::optional<Clock::Instant> nextDeadline() const;
    [[nodiscard]] std::size_t size() const { return m_open.size(); }
    [[nodiscard]] bool isFull() const { return m_open.size() >= m_maxOpen; }

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &bytes) const noexcept { return qHash(bytes); }
    };
    using Requests = std::list<OpenRequest>;     ///< ordered by deadline: all wait equally long
    OpenRequest take(Requests::iterator request);

    const Clock &m_clock;
    Clock::Duration m_timeout;
    std::size_t m_maxOpen;
    Requests m_requests;
    std::unordered_map<QByteArray, Requests::iterator, Hash> m_open;
    std::unordered_map<StreamId, Requests::iterator> m_byStream;
    std::unordered_map<UserId, std::unordered_set<StreamId>, Hash> m_byTarget;
    std::unordered_map<QByteArray, quint64, Hash> m_finished;       ///< and how many of the queue name it
    std::deque<QByteArray> m_finishedOrder;
};

} // namespace trunkline
