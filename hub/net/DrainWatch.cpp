// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/DrainWatch.h"

#include "hub/net/Sockets.h"
#include "hub/net/TurnWriter.h"

#include <QSslSocket>

#include <utility>

namespace trunkline {

DrainWatch::DrainWatch(QTcpSocket &socket, std::function<void()> drained)
    : QObject(&socket), m_socket(socket), m_drained(std::move(drained))
{
    // Behind the turn's own flush, also when that is only asked for by what follows in this call.
    const auto later = [this] { QMetaObject::invokeMethod(this, &DrainWatch::start, Qt::QueuedConnection); };
    QMetaObject::invokeMethod(this, later, Qt::QueuedConnection);
}

void DrainWatch::start()
{
    connect(&m_socket, &QTcpSocket::bytesWritten, this, &DrainWatch::look);
    if (const auto *tls = qobject_cast<const QSslSocket *>(&m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &DrainWatch::look);
    look();
}

void DrainWatch::look()
{
    if (!m_drained || unsentBytes(m_socket) > 0)
        return;
    deleteLater();
    std::exchange(m_drained, nullptr)();
}

void SocketWriter::whenDrained(std::function<void()> drained) { new DrainWatch(m_socket, std::move(drained)); }

} // namespace trunkline
