// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Backlog.h"

#include "hub/net/TurnWriter.h"

#ifndef QT_NO_SSL
#  include <QSslSocket>
#endif

namespace trunkline {

Backlog::Backlog(SocketWriter &out, QTcpSocket &socket, qint64 limit) : m_out(out), m_limit(limit)
{
    connect(&socket, &QTcpSocket::bytesWritten, this, &Backlog::refill);
#ifndef QT_NO_SSL
    if (const auto *tls = qobject_cast<const QSslSocket *>(&socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &Backlog::refill);
#endif
}

Backlog::Outcome Backlog::push(const QByteArray &unit, int &dropped)
{
    const qint64 room = m_limit - m_out.unsentBytes();
    if (unit.size() > room)
        return Outcome::TooLarge;
    m_units.push_back(unit);
    m_bytes += unit.size();
    while (m_bytes > room) {
        m_bytes -= m_units.front().size();
        m_units.pop_front();
        ++dropped;
    }
    return Outcome::Queued;
}

void Backlog::handOn()
{
    m_bytes -= m_units.front().size();
    m_out.write(m_units.front());
    m_units.pop_front();
}

void Backlog::refill()
{
    while (!m_units.empty()) {
        if (isFull())
            m_out.flush();
        // What the kernel takes at once is not announced: only bytes that the socket keeps bring us back.
        if (isFull())
            return;
        handOn();
    }
}

bool Backlog::isFull() const
{
    const qint64 unsent = m_out.unsentBytes();
    return unsent > 0 && unsent + m_units.front().size() > socketShare(m_limit);
}

void Backlog::flush()
{
    while (!m_units.empty())
        handOn();
}

} // namespace trunkline
