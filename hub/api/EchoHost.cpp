// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/EchoHost.h"

#include <utility>

namespace trunkline {

SessionId EchoHost::opened(const UserId &, ClientEndpoint &endpoint, const QByteArray &)
{
    if (m_stopping) {
        endpoint.close(CloseCode::GoingAway, "Server shutting down");
        return {};
    }
    const SessionId id{++m_lastSession};
    m_endpoints.emplace(id, &endpoint);
    return id;
}

void EchoHost::received(SessionId session, QByteArrayView text, qsizetype) { answer(session, FrameKind::Text, text); }

void EchoHost::receivedBinary(SessionId session, QByteArrayView bytes) { answer(session, FrameKind::Binary, bytes); }

void EchoHost::answer(SessionId session, FrameKind kind, QByteArrayView payload)
{
    if (const auto found = m_endpoints.find(session); found != m_endpoints.end())
        found->second->answer(kind, payload);
}

void EchoHost::closed(SessionId session) { m_endpoints.erase(session); }

void EchoHost::shutdown()
{
    m_stopping = true;
    for (const auto &[session, endpoint] : std::exchange(m_endpoints, {}))
        endpoint->close(CloseCode::GoingAway, "Server shutting down");
}

} // namespace trunkline
