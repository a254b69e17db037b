// SPDX-License-Identifier: GPL-3.0-or-later
// How a connection ends: after its last answer, at the hub's end, at a deadline, or because its client left.
#include "hub/net/Connection.h"

#include "hub/net/Sockets.h"
#include "hub/net/SseStream.h"
#include "hub/net/TokenExpiry.h"

namespace trunkline {

void Connection::closeWhenIdle()
{
    m_stopping = true;
    if (m_socket && (m_phase == Phase::Head || m_phase == Phase::Reserving))
        m_socket->disconnectFromHost();
}

/// Closes so that the answer arrives: a close with unread bytes would reset the connection (RFC 9112 §9.6).
void Connection::drain()
{
    m_phase = Phase::Draining;
    m_out->flush();
    if (m_context.secure || m_socket->bytesToWrite() > 0) {
        awaitProgress();
        m_socket->disconnectFromHost();     // when all of it is written
        return;
    }
    m_context.wheel.arm(*this, m_context.deadlines.linger);
    shutdownWrites(*m_socket);
    discardInput();
}

void Connection::discardInput()
{
    while (m_socket && m_socket->bytesAvailable() > 0) {
        if (m_socket->skip(m_socket->bytesAvailable()) <= 0)
            break;
    }
}

void Connection::onDisconnected()
{
    if (m_phase == Phase::Gone)
        return;
    m_phase = Phase::Gone;
    m_context.wheel.disarm(*this);
    m_expiry.reset();
    unreserve();
    if (m_stream)
        m_stream->abort();
    tellAborted();
    deleteLater();
}

void Connection::expired()
{
    switch (m_phase) {
    case Phase::Head:
        if (m_congested)
            m_socket->abort();
        else if (m_headStarted)
            refuse({408, "The request head did not arrive in time"});
        else
            drain();
        break;
    case Phase::Body:
        refuse({408, "The request body did not arrive in time"});
        break;
    case Phase::Draining:
    case Phase::Reserving:
        m_socket->abort();
        break;
    case Phase::Answering:
    case Phase::Waiting:
    case Phase::Streaming:
    case Phase::Gone:
        break;
    }
}

} // namespace trunkline
