// SPDX-License-Identifier: GPL-3.0-or-later
// A request whose answer comes later than its handler returns.
#include "hub/net/Connection.h"

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

} // namespace trunkline
