// SPDX-License-Identifier: GPL-3.0-or-later
// A request whose answer comes later than its handler returns, and a handshake that waits for its place.
#include "hub/net/Connection.h"

#include "hub/core/Json.h"

#include <utility>

namespace trunkline {

DeferredAnswer &Connection::defer()
{
    Q_ASSERT(m_phase == Phase::Answering);
    m_phase = Phase::Waiting;
    m_context.wheel.disarm(*this);
    // Requests that follow stay in the kernel beyond this: unlike those behind a stream they are welcome, so they are not
    // cut off. A hang-up shows behind them only as they are read.
    m_socket->setReadBufferSize(kMaxHeldBytes);
    return *this;
}

/// The answer is about to be given. What was held is read on a later turn: others may be in the middle of a request.
void Connection::endWaiting()
{
    m_phase = Phase::Answering;
    m_aborted = nullptr;
    m_closeAfter = m_closeAfter || m_stopping;
    m_socket->setReadBufferSize(0);
    QMetaObject::invokeMethod(this, &Connection::process, Qt::QueuedConnection);
}

void Connection::tellAborted()
{
    if (const auto aborted = std::exchange(m_aborted, nullptr))
        aborted();
}

/// The handshake goes on: its head still waits to be read, and is good.
void Connection::onReserved()
{
    if (m_phase != Phase::Reserving || !m_socket)
        return;
    QByteArray &scratch = m_context.scratch;
    const qint64 available = m_socket->peek(scratch.data(), scratch.size() - kJsonPadding);
    m_context.parser.parse(QByteArrayView(scratch.constData(), available));
    const RequestHead &head = m_context.parser.head();
    m_phase = Phase::Head;
    m_visitor = visitorFor(head);
    upgrade(head, m_socket->bytesAvailable() > head.size);
}

void Connection::unreserve()
{
    if (m_reservation)
        m_context.sessions->unreserve(std::exchange(m_reservation, {}));
}

} // namespace trunkline
