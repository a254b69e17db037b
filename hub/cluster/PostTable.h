// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/Backplane.h"
#include "hub/core/Clock.h"

#include <unordered_map>

namespace trunkline {

/// Messages that were published and whose holders have not all said yet what became of them. Each ends once: when all have
/// said it, when the time is up, or when the backplane is lost. Plain class; somebody calls expire().
class PostTable
{
public:
    using Answer = std::function<void(const PostOutcome &)>;

    /// `patience`: how long a holder may take.
    PostTable(const Clock &clock, Clock::Duration patience) : m_clock(clock), m_patience(patience) { }

    /// A ticket for one message. `answer` is called once, from within one of the calls below.
    quint64 add(Answer answer);
    /// Redis has handed it to that many hubs; 0: the user is nowhere. `sequence`: the number that Redis gave; 0: none.
    void published(quint64 ticket, int hubs, quint64 sequence = 0, bool queued = false);
    /// A holder says what became of it.
    void receipt(quint64 ticket, const PostOutcome &part);
    /// A holder waits for a slow reader: so long, at most.
    void extend(quint64 ticket, Clock::Duration patience);
    /// Nobody wants to know any more; harmless for one that has ended.
    void forget(quint64 ticket) { m_posts.erase(ticket); }
    /// Another hub has published the same message for that user.
    void repeat(quint64 ticket);
    void fail(quint64 ticket);
    void failAll();
    /// Ends those that waited for too long.
    void expire();
    [[nodiscard]] std::size_t size() const { return m_posts.size(); }

private:
    struct Post
    {
        Answer answer;
        Clock::Instant deadline;
        int hubs = -1;              ///< that got it; -1: Redis has not said yet
        int receipts = 0;
        bool queued = false;
        PostOutcome outcome{};
    };
    using Posts = std::unordered_map<quint64, Post>;
    void settle(Posts::iterator post);
    void end(Posts::iterator post, PostOutcome outcome);

    const Clock &m_clock;
    const Clock::Duration m_patience;
    quint64 m_last = 0;
    Posts m_posts;
};

} // namespace trunkline
