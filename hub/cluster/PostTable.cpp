// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/PostTable.h"

#include <vector>

namespace trunkline {

quint64 PostTable::add(Answer answer)
{
    const quint64 ticket = ++m_last;
    m_posts.emplace(ticket, Post{std::move(answer), m_clock.now() + m_patience});
    return ticket;
}

void PostTable::published(quint64 ticket, int hubs, quint64 sequence, bool queued)
{
    const auto post = m_posts.find(ticket);
    if (post == m_posts.end())
        return;
    post->second.hubs = hubs;
    post->second.queued = queued;
    if (sequence != 0)
        post->second.outcome.sequence = sequence;
    settle(post);
}

void PostTable::receipt(quint64 ticket, const PostOutcome &part)
{
    const auto post = m_posts.find(ticket);
    if (post == m_posts.end())
        return;
    PostOutcome &sum = post->second.outcome;
    ++post->second.receipts;
    sum.sessions += part.sessions;
    sum.holders += part.sessions > 0;
    sum.users += part.users;
    sum.slow += part.slow;
    sum.connected += part.connected;
    sum.blocked = sum.blocked || part.blocked;
    sum.queued = sum.queued || part.queued;
    if (part.sequence != 0)
        sum.sequence = part.sequence;
    if (part.sessions > 0 || sum.holder.isEmpty())
        sum.holder = part.holder;
    settle(post);
}

void PostTable::extend(quint64 ticket, Clock::Duration patience)
{
    const auto post = m_posts.find(ticket);
    if (post != m_posts.end())
        post->second.deadline = std::max(post->second.deadline, m_clock.now() + patience + m_patience);
}

void PostTable::settle(Posts::iterator post)
{
    const Post &waiting = post->second;
    if (waiting.hubs < 0 || waiting.receipts < waiting.hubs)
        return;
    PostOutcome outcome = waiting.outcome;
    outcome.fate = PostOutcome::Fate::Settled;
    outcome.hubs = waiting.hubs;
    outcome.queued = (outcome.queued || waiting.queued) && outcome.sessions == 0;
    end(post, outcome);
}

void PostTable::end(Posts::iterator post, PostOutcome outcome)
{
    const Answer answer = std::move(post->second.answer);
    m_posts.erase(post);
    answer(outcome);
}

void PostTable::repeat(quint64 ticket)
{
    const auto post = m_posts.find(ticket);
    if (post != m_posts.end())
        end(post, {.repeated = true});
}

void PostTable::fail(quint64 ticket)
{
    const auto post = m_posts.find(ticket);
    if (post == m_posts.end())
        return;
    PostOutcome outcome = post->second.outcome;
    outcome.fate = PostOutcome::Fate::Unavailable;
    end(post, outcome);
}

void PostTable::failAll()
{
    std::vector<quint64> tickets;
    for (const auto &[ticket, post] : m_posts)
        tickets.push_back(ticket);
    for (const quint64 ticket : tickets)
        fail(ticket);
}

void PostTable::expire()
{
    std::vector<quint64> late;
    for (const auto &[ticket, post] : m_posts) {
        if (post.deadline <= m_clock.now())
            late.push_back(ticket);
    }
    for (const quint64 ticket : late) {
        const auto post = m_posts.find(ticket);
        if (post == m_posts.end())
            continue;
        PostOutcome outcome = post->second.outcome;
        outcome.fate = PostOutcome::Fate::Silent;
        outcome.hubs = std::max(0, post->second.hubs);
        outcome.silent = outcome.hubs - post->second.receipts;
        end(post, outcome);
    }
}

} // namespace trunkline
