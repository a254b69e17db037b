// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/Message.h"

#include <QByteArrayList>

#include <functional>
#include <utility>
#include <vector>

namespace trunkline {

/// A client without a socket: remembers what it was given, and can act from within a call as a broken socket would.
class FakeEndpoint final : public ClientEndpoint
{
public:
    struct Closing
    {
        CloseCode code;
        QByteArray reason;
    };

    bool deliver(const OutboundMessage &message) override
    {
        if (accepts) {
            payloads.append(message.payload().toByteArray());
            sequences.push_back(message.sequence());
            eventNames.append(message.eventName());
            queued += message.frame().size();
        }
        if (onDeliver)
            onDeliver(payloads.isEmpty() ? QByteArray() : payloads.last());
        return accepts;
    }
    void close(CloseCode code, const QByteArray &reason) override
    {
        closings.push_back({code, reason});
        if (onClose)
            onClose();
    }

    [[nodiscard]] ClientWishes wishes() const override { return wants; }
    void greet(quint64 sequence) override { greetings.push_back(sequence); }
    [[nodiscard]] qint64 queuedBytes() const override { return slow ? queued : 0; }
    void whenDrained(std::function<void()> drained) override { onDrained = std::move(drained); }
    void whenReceived(std::function<void()> received) override
    {
        if (acknowledges)
            received();
        else
            onReceived.push_back(std::move(received));
    }
    /// The kernel takes all that was delivered.
    void drain()
    {
        queued = 0;
        if (const auto drained = std::exchange(onDrained, nullptr))
            drained();
    }
    /// The peer has all of it.
    void acknowledge()
    {
        for (const auto &received : std::exchange(onReceived, {}))
            received();
    }

    [[nodiscard]] bool wasClosedWith(CloseCode code, const QByteArray &reason) const
    {
        return closings.size() == 1 && closings.front().code == code && closings.front().reason == reason;
    }

    bool accepts = true;                                    ///< false: as if its queue was full
    std::function<void(const QByteArray &payload)> onDeliver;
    std::function<void()> onClose;
    ClientWishes wants;
    bool slow = false;                                      ///< takes nothing until drain()
    bool acknowledges = true;                               ///< false: only at acknowledge()
    qint64 queued = 0;
    std::function<void()> onDrained;
    std::vector<std::function<void()>> onReceived;
    QByteArrayList payloads;
    QByteArrayList eventNames;
    std::vector<quint64> sequences;
    std::vector<quint64> greetings;
    std::vector<Closing> closings;
};

} // namespace trunkline
