// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"
#include "hub/core/Message.h"

#include <QByteArrayList>

#include <functional>
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
        if (accepts)
            payloads.append(message.payload().toByteArray());
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

    [[nodiscard]] bool wasClosedWith(CloseCode code, const QByteArray &reason) const
    {
        return closings.size() == 1 && closings.front().code == code && closings.front().reason == reason;
    }

    bool accepts = true;                                    ///< false: as if its queue was full
    std::function<void(const QByteArray &payload)> onDeliver;
    std::function<void()> onClose;
    QByteArrayList payloads;
    std::vector<Closing> closings;
};

} // namespace trunkline
