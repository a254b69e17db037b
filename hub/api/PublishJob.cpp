// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PublishJob.h"

#include "hub/api/PushRoutes.h"
#include "hub/cluster/Backplane.h"

#include <algorithm>

namespace trunkline {

namespace {

HttpResponse tooSlow()
{
    return HttpResponse::error(503, "The user reads too slowly (SLOW_CONSUMER=block-publisher); nothing was delivered",
                               "Retry-After: 1\r\n");
}

HttpResponse tooMany() { return HttpResponse::error(503, "Too many messages wait for their receivers", "Retry-After: 1\r\n"); }

} // namespace

PublishDesk::PublishDesk(Hub &hub) : m_hub(hub) { }

PublishDesk::~PublishDesk() = default;

bool PublishDesk::admits(qsizetype bytes) const { return m_heldBytes + bytes <= kMaxHeldBytes && !m_hub.acks().isFull(); }

void PublishDesk::publish(HttpExchange &exchange, QByteArray body, std::vector<Message> messages, const PublishOptions &options,
                          bool isBatch)
{
    if (!admits(body.capacity()))
        return exchange.respond(tooMany());
    auto job = std::make_unique<PublishJob>(*this, std::move(body), std::move(messages), options, isBatch);
    job->run();
    if (job->m_answer)
        return exchange.respond(*job->m_answer);
    job->postpone(exchange.defer());
    keep(std::move(job));
}

void PublishDesk::whenRoom(DeferredAnswer &later, const UserId &user, qsizetype bytes, QByteArray body,
                           std::chrono::milliseconds timeout, RoomJob::Ready ready)
{
    if (!admits(body.capacity()))
        return later.respond(tooMany());
    auto job = std::make_unique<RoomJob>(*this, std::move(body), timeout, user, bytes, std::move(ready));
    job->postpone(later);
    keep(std::move(job));
}

void PublishDesk::keep(std::unique_ptr<Job> job)
{
    m_heldBytes += job->heldBytes();
    Job *key = job.get();
    m_jobs.emplace(key, std::move(job));
}

void PublishDesk::discard(Job &job)
{
    const auto it = m_jobs.find(&job);
    if (it == m_jobs.end())
        return;
    m_heldBytes -= job.heldBytes();
    const std::unique_ptr<Job> gone = std::move(it->second);
    m_jobs.erase(it);
}

void PublishDesk::endAll()
{
    while (!m_jobs.empty())
        m_jobs.begin()->second->giveUp();
}

PublishDesk::Job::Job(PublishDesk &desk, QByteArray body, std::chrono::milliseconds timeout)
    : m_desk(desk), m_body(std::move(body)), m_timeout(timeout)
{
}

void PublishDesk::Job::postpone(DeferredAnswer &later)
{
    m_later = &later;
    later.onAborted([this] { discard(); });
    hub().wheel().arm(*this, m_timeout);
}

void PublishDesk::Job::answer(const HttpResponse &response)
{
    if (!m_later) {
        m_answer = response;
        return;
    }
    std::exchange(m_later, nullptr)->respond(response);
    discard();
}

PublishJob::PublishJob(PublishDesk &desk, QByteArray body, std::vector<Message> messages, const PublishOptions &options, bool isBatch)
    : Job(desk, std::move(body), options.timeout), m_messages(std::move(messages)), m_outcomes(m_messages.size()),
      m_options(options), m_isBatch(isBatch)
{
}

PublishJob::~PublishJob()
{
    hub().room().leave(m_room);
    for (const Outcome &outcome : m_outcomes) {
        hub().acks().forget(outcome.ticket);
        if (outcome.post != 0)
            hub().forgetPost(outcome.post);
    }
}

void PublishJob::postpone(DeferredAnswer &later)
{
    Job::postpone(later);
    if (m_finishing)
        stopClock();
}

void PublishJob::run()
{
    m_running = true;
    while (m_next < m_messages.size() && publishNext())
        ++m_next;
    m_running = false;
    if (m_next == m_messages.size() && m_pending == 0)
        finish();
}

/// False when it has to wait for room: run() goes on then.
bool PublishJob::publishNext()
{
    Message &message = m_messages[m_next];
    Outcome &outcome = m_outcomes[m_next];
    if (hub().isShared() && !message.isForAll() && hub().goesElsewhere(hub().targetOf(message))) {
        pushElsewhere(message, outcome);
        return true;
    }
    if (hub().settings().slowConsumer == SlowConsumer::BlockPublisher && !std::exchange(m_hasPlace, false)) {
        const UserId target = hub().targetOf(message);
        const qsizetype bytes = message.sizeEstimate();
        if (hub().room().isWaitedFor(target) || !hub().hasRoom(target, bytes)) {
            m_room = hub().waitForRoom(target, bytes, [this] {
                m_room = {};
                m_hasPlace = true;
                run();
            });
            return false;
        }
    }
    pushOne(message, outcome);
    return true;
}

void PublishJob::pushOne(Message &message, Outcome &outcome)
{
    if (!m_options.waitsForAck) {
        outcome.delivery = hub().push(message);
        m_stored = std::max(m_stored, outcome.delivery.ticket);
        return;
    }
    if (!message.correlation)
        message.correlation = makeCorrelationId();
    // The client may acknowledge from within push().
    const std::size_t index = m_next;
    outcome.ticket = hub().acks().expect(message.correlation->key, hub().targetOf(message), [this, index] { acknowledged(index); });
    if (outcome.ticket)
        ++m_pending;
    outcome.delivery = hub().push(message);
    m_stored = std::max(m_stored, outcome.delivery.ticket);
    // One that waits for its user may still be acknowledged in time.
    if (!outcome.delivery.delivered() && !outcome.delivery.queued && outcome.ticket) {
        hub().acks().forget(std::exchange(outcome.ticket, {}));
        --m_pending;
    }
}

/// The answer comes later, but the messages go out in order.
void PublishJob::pushElsewhere(Message &message, Outcome &outcome)
{
    if (!message.correlation)
        message.correlation = makeCorrelationId();
    const std::size_t index = m_next;
    if (m_options.waitsForAck)
        outcome.ticket = hub().acks().expect(message.correlation->key, hub().targetOf(message), [this, index] { acknowledged(index); });
    m_pending += outcome.ticket ? 2 : 1;
    outcome.post = hub().postElsewhere(message, {m_options.waitsForAck, m_options.timeout},
                                       [this, index](const PostOutcome &posted) { this->posted(index, posted); });
}

void PublishJob::posted(std::size_t index, const PostOutcome &posted)
{
    Outcome &outcome = m_outcomes[index];
    outcome.post = 0;
    outcome.delivery = {.sessions = posted.sessions, .queued = posted.queued, .sequence = posted.sequence};
    outcome.slow = posted.blocked && posted.sessions == 0;
    outcome.unavailable = posted.fate != PostOutcome::Fate::Settled && posted.sessions == 0;
    --m_pending;
    if (!outcome.delivery.delivered() && !outcome.delivery.queued && outcome.ticket) {
        hub().acks().forget(std::exchange(outcome.ticket, {}));
        --m_pending;
    }
    if (!m_running && m_pending == 0 && m_next == m_messages.size())
        finish();
}

void PublishJob::acknowledged(std::size_t index)
{
    m_outcomes[index].acknowledged = true;
    m_outcomes[index].ticket = {};
    --m_pending;
    if (!m_running && m_pending == 0 && m_next == m_messages.size())
        finish();
}

void PublishJob::giveUp()
{
    if (m_finishing)
        return answer(notStored());
    const bool awaitsHub = std::any_of(m_outcomes.begin(), m_outcomes.end(), [](const Outcome &outcome) { return outcome.post != 0; });
    if (awaitsHub && !std::exchange(m_extended, true))
        return prolong(hub().settings().redisTimeout);
    if (m_room) {
        hub().stopWaiting(std::exchange(m_room, {}), hub().targetOf(m_messages[m_next]));
        for (std::size_t i = m_next; i < m_messages.size(); ++i)
            m_outcomes[i].slow = true;
    }
    for (Outcome &outcome : m_outcomes) {
        if (const quint64 post = std::exchange(outcome.post, 0)) {
            hub().forgetPost(post);
            outcome.unavailable = true;
        }
    }
    for (std::size_t i = 0; i < m_outcomes.size(); ++i) {
        if (const AckTable::Ticket ticket = std::exchange(m_outcomes[i].ticket, {})) {
            hub().acks().forget(ticket);
            hub().unacknowledged(hub().targetOf(m_messages[i]), m_messages[i].correlation->key);
        }
    }
    finish();
}

void PublishJob::finish()
{
    if (m_stored == 0)
        return answer(m_isBatch ? batchResponse() : response());
    m_finishing = true;
    stopClock();
    hub().whenStored(m_stored, [this, alive = std::weak_ptr<int>(m_alive)](bool stored) {
        if (!alive.expired())
            answer(!stored ? notStored() : m_isBatch ? batchResponse() : response());
    });
}

HttpResponse PublishJob::response() const
{
    const Outcome &outcome = m_outcomes.front();
    if (outcome.slow)
        return tooSlow();
    if (outcome.unavailable)
        return backplaneUnavailable();
    HttpResponse response = HttpResponse::json(pushAnswer(outcome.delivery));
    if (m_options.waitsForAck) {
        response.body.chop(1);
        response.body.append(outcome.acknowledged ? R"(, "acknowledged": true})" : R"(, "acknowledged": false})");
    }
    return response;
}

HttpResponse PublishJob::batchResponse() const
{
    BatchAnswer answer(m_messages.size());
    for (std::size_t i = 0; i < m_messages.size(); ++i) {
        answer.add(m_messages[i], m_outcomes[i].delivery);
        if (m_outcomes[i].slow)
            answer.addMember(R"("slow": true)");
        if (m_outcomes[i].unavailable)
            answer.addMember(R"("error": "Backplane unavailable")");
        if (m_options.waitsForAck)
            answer.addMember(m_outcomes[i].acknowledged ? R"("acknowledged": true)" : R"("acknowledged": false)");
    }
    return answer.take();
}

RoomJob::RoomJob(PublishDesk &desk, QByteArray body, std::chrono::milliseconds timeout, UserId user, qsizetype bytes, Ready ready)
    : Job(desk, std::move(body), timeout), m_user(std::move(user)), m_ready(std::move(ready)),
      m_room(hub().waitForRoom(m_user, bytes, [this] { this->ready(); }))
{
}

RoomJob::~RoomJob() { hub().room().leave(m_room); }

void RoomJob::ready()
{
    m_room = {};
    DeferredAnswer &later = *std::exchange(m_later, nullptr);
    later.onAborted({});
    m_ready(later, m_body);
    discard();
}

void RoomJob::giveUp()
{
    hub().stopWaiting(std::exchange(m_room, {}), m_user);
    answer(tooSlow());
}

} // namespace trunkline
