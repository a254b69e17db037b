// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/DrainWatch.h"

#include "hub/net/Sockets.h"
#include "hub/net/TurnWriter.h"

#include <QSslSocket>
#include <QTimer>

#include <algorithm>

#include <utility>

namespace trunkline {

namespace {

/// Between two looks at what the peer has acknowledged, of which nobody tells.
constexpr std::chrono::milliseconds kLongestPause{100};

} // namespace

DrainWatch::DrainWatch(QTcpSocket &socket, Until until, std::function<void()> drained)
    : QObject(&socket), m_socket(socket), m_until(until), m_drained(std::move(drained))
{
    // Behind the turn's own flush, also when that is only asked for by what follows in this call.
    const auto later = [this] { QMetaObject::invokeMethod(this, &DrainWatch::start, Qt::QueuedConnection); };
    QMetaObject::invokeMethod(this, later, Qt::QueuedConnection);
}

bool DrainWatch::lookNow(QTcpSocket &socket)
{
    bool called = false;
    for (DrainWatch *watch : socket.findChildren<DrainWatch *>(QString(), Qt::FindDirectChildrenOnly)) {
        const bool waits = bool(watch->m_drained);
        watch->m_started = true;
        watch->look();
        called = called || (waits && !watch->m_drained);
        if (called)
            break;      // what it has written is to be flushed before anybody else looks
    }
    return called;
}

void DrainWatch::start()
{
    m_started = true;
    connect(&m_socket, &QTcpSocket::bytesWritten, this, &DrainWatch::look);
    if (const auto *tls = qobject_cast<const QSslSocket *>(&m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &DrainWatch::look);
    look();
}

void DrainWatch::look()
{
    // A socket that is cut off forgets what was unsent, and its descriptor is another's: nobody can say then what arrived.
    if (!m_drained || !m_started || m_socket.state() != QAbstractSocket::ConnectedState || unsentBytes(m_socket) > 0)
        return;
    if (m_until == Until::Received && unacknowledgedBytes(m_socket) > 0) {
        QTimer::singleShot(m_pause, this, &DrainWatch::look);
        m_pause = std::min(m_pause * 2, kLongestPause);
        return;
    }
    deleteLater();
    std::exchange(m_drained, nullptr)();
}

void SocketWriter::whenDrained(std::function<void()> drained)
{
    new DrainWatch(m_socket, DrainWatch::Until::Drained, std::move(drained));
}

void SocketWriter::whenReceived(std::function<void()> received)
{
    new DrainWatch(m_socket, DrainWatch::Until::Received, std::move(received));
}

} // namespace trunkline
