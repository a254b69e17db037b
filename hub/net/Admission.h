// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/HttpMessage.h"
#include "hub/core/RateLimiter.h"
#include "hub/core/RefusalLog.h"
#include "hub/core/Settings.h"

#include <QHash>

#include <memory>
#include <optional>
#include <unordered_map>

namespace trunkline {

/// The rates of the settings, each off unless it is set. Lives on the hub's thread.
struct RateLimits
{
    RateLimits(const Settings &settings, const Clock &clock);

    RateLimiter requestsPerAddress;
    RateLimiter requestsPerUser;
    RateLimiter messagesPerAddress;
    RateLimiter messagesPerUser;
};

/// The 429 of somebody whose next request is welcome after `wait`; `setting` is the rate's name.
[[nodiscard]] HttpRefusal tooManyRequests(const char *setting, const RateLimiter &rate, Clock::Duration wait);
/// Why a session that sent one more message must be closed with 1008; nullopt: it need not.
[[nodiscard]] std::optional<QByteArray> tooManyMessages(RateLimits &rates, const QByteArray &remote, const QByteArray &user);

/// Remembers who was turned away, and logs it (category `trunkline.refused`).
void noteRefusal(RefusalLog &log, QByteArrayView remote, int code, QByteArrayView reason);

/// How many connections each sender has. Shared with the sockets, which may outlive the gate.
class AddressCounts
{
public:
    /// Counts one connection of `sender` while it lives.
    class Place
    {
    public:
        Place(std::shared_ptr<AddressCounts> counts, QByteArray sender);
        ~Place();
        Q_DISABLE_COPY_MOVE(Place)
        [[nodiscard]] int count() const;

    private:
        std::shared_ptr<AddressCounts> m_counts;
        QByteArray m_sender;
    };

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &key) const noexcept { return qHash(key); }
    };
    std::unordered_map<QByteArray, int, Hash> m_counts;
};

} // namespace trunkline
