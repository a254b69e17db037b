// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/PublishOptions.h"
#include "hub/core/Message.h"
#include "hub/net/HttpExchange.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace trunkline {

class Hub;

/// Pushes that cannot be answered at once: those that wait for acknowledgements, and those that wait until a slow reader has
/// room. Owns them until they are answered. One a hub, on its thread.
class PublishDesk final
{
public:
    /// Bodies of POSTs that wait, all together; more are answered with 503.
    static constexpr qint64 kMaxHeldBytes = 64 * 1024 * 1024;

    explicit PublishDesk(Hub &hub);
    ~PublishDesk();

    /// Publishes `messages`, whose views point into `body`, in order, and answers when all is said: at once, or later.
    /// `isBatch` decides the answer's shape. Answers 503 when it can't be taken.
    void publish(HttpExchange &exchange, QByteArray body, std::vector<Message> messages, const PublishOptions &options, bool isBatch);
    /// Calls `ready` once the user has room for `bytes`, or answers 503 after the timeout.
    void whenRoom(DeferredAnswer &later, const UserId &user, qsizetype bytes, QByteArray body, std::chrono::milliseconds timeout,
                  std::function<void(DeferredAnswer &, const QByteArray &body)> ready);
    /// Answers all of them with what has happened so far: the hub stops.
    void endAll();
    [[nodiscard]] std::size_t size() const { return m_jobs.size(); }

    /// A job; hub/api/PublishJob.h
    class Job;

private:
    friend class Job;
    /// Room for one more.
    [[nodiscard]] bool admits(qsizetype bytes) const;
    void keep(std::unique_ptr<Job> job);
    void discard(Job &job);

    Hub &m_hub;
    std::unordered_map<Job *, std::unique_ptr<Job>> m_jobs;
    qint64 m_heldBytes = 0;
};

} // namespace trunkline
