// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/Hub.h"
#include "hub/api/PublishDesk.h"

namespace trunkline {

/// One POST that may have to wait. Its answer is given exactly once; the desk deletes it then, so nothing is touched after
/// answer() or discard().
class PublishDesk::Job : private WheelTimer
{
public:
    Job(PublishDesk &desk, QByteArray body, std::chrono::milliseconds timeout);

    /// The answer is not known yet: waits for it on `later`.
    void postpone(DeferredAnswer &later);
    /// The hub stops: answers with what is known.
    virtual void giveUp() = 0;
    [[nodiscard]] qsizetype heldBytes() const { return m_body.capacity(); }

protected:
    void expired() final { giveUp(); }
    void answer(const HttpResponse &response);
    /// Deletes this.
    void discard() { m_desk.discard(*this); }
    void prolong(std::chrono::milliseconds time) { hub().wheel().arm(*this, time); }
    /// No longer waits for a time.
    void stopClock() { hub().wheel().disarm(*this); }
    [[nodiscard]] Hub &hub() const { return m_desk.m_hub; }

    PublishDesk &m_desk;
    const QByteArray m_body;                    ///< what the messages' views point into
    DeferredAnswer *m_later = nullptr;          ///< null as long as the request's handler runs
    std::optional<HttpResponse> m_answer;       ///< given before that
    friend class PublishDesk;

private:
    std::chrono::milliseconds m_timeout;
};

/// Pushes messages one after the other, waits where it must, and collects what became of each.
class PublishJob final : public PublishDesk::Job
{
public:
    PublishJob(PublishDesk &desk, QByteArray body, std::vector<Message> messages, const PublishOptions &options, bool isBatch);
    ~PublishJob() override;

    /// Goes on until something has to be waited for, or all is done.
    void run();
    void giveUp() override;
    void postpone(DeferredAnswer &later);

private:
    struct Outcome
    {
        Hub::Delivery delivery{};
        bool acknowledged = false;
        bool slow = false;                      ///< not delivered: there was no room in time
        bool unavailable = false;               ///< another hub has the user, and nothing was heard of it
        quint64 post = 0;                       ///< waits for another hub; 0: no
        AckTable::Ticket ticket{};
    };
    bool publishNext();
    void pushOne(Message &message, Outcome &outcome);
    void pushElsewhere(Message &message, Outcome &outcome);
    void posted(std::size_t index, const PostOutcome &outcome);
    void acknowledged(std::size_t index);
    void finish();
    [[nodiscard]] HttpResponse response() const;
    [[nodiscard]] HttpResponse batchResponse() const;

    std::vector<Message> m_messages;
    std::vector<Outcome> m_outcomes;
    const PublishOptions m_options;
    const bool m_isBatch;
    bool m_running = false;
    std::size_t m_next = 0;
    MessageStore::Ticket m_stored = 0;          ///< the newest that has to survive
    bool m_extended = false;                    ///< another hub, which waits itself, has had its time
    bool m_finishing = false;                   ///< only waits for that
    const std::shared_ptr<int> m_alive = std::make_shared<int>(0);
    std::size_t m_pending = 0;                  ///< acknowledgements and other hubs' receipts that are awaited
    RoomQueue::Ticket m_room{};
    bool m_hasPlace = false;                    ///< room was made for the next message
};

/// Waits for room and hands over.
class RoomJob final : public PublishDesk::Job
{
public:
    using Ready = std::function<void(DeferredAnswer &, const QByteArray &)>;
    RoomJob(PublishDesk &desk, QByteArray body, std::chrono::milliseconds timeout, UserId user, qsizetype bytes, Ready ready);
    ~RoomJob() override;
    void giveUp() override;

private:
    void ready();

    UserId m_user;
    Ready m_ready;
    RoomQueue::Ticket m_room;
};

} // namespace trunkline
