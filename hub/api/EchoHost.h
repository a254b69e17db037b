// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"

#include <unordered_map>

namespace trunkline {

/// The other end of WebSocket clients on kEchoPath: each text and binary message goes back as it came. Knows no users and
/// keeps no journal. Lives on the hub's thread.
class EchoHost final : public SessionHost
{
public:
    SessionId opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote) override;
    void received(SessionId session, QByteArrayView text, qsizetype padding) override;
    [[nodiscard]] bool acceptsBinary() const override { return true; }
    void receivedBinary(SessionId session, QByteArrayView bytes) override;
    void closed(SessionId session) override;

    /// Closes every session with 1001; later ones are refused.
    void shutdown();

private:
    void answer(SessionId session, FrameKind kind, QByteArrayView payload);

    std::unordered_map<SessionId, ClientEndpoint *> m_endpoints;
    quint64 m_lastSession = 0;
    bool m_stopping = false;
};

} // namespace trunkline
