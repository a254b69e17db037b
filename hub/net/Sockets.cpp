// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Sockets.h"

#include <QHostAddress>
#include <QSslSocket>

#ifdef Q_OS_WIN
#  include <winsock2.h>
#else
#  include <fcntl.h>
#  include <sys/socket.h>
#  include <unistd.h>
#endif

namespace trunkline {

namespace {

QHostAddress plainAddress(const QHostAddress &address)
{
    bool mapped = false;
    const quint32 v4 = address.toIPv4Address(&mapped);
    return mapped ? QHostAddress(v4) : address;
}

} // namespace

qint64 unsentBytes(const QTcpSocket &socket)
{
    qint64 bytes = socket.bytesToWrite();
    if (const auto *tls = qobject_cast<const QSslSocket *>(&socket))
        bytes += tls->encryptedBytesToWrite();
    return bytes;
}

QByteArray peerName(const QTcpSocket &socket)
{
    const QHostAddress address = plainAddress(socket.peerAddress());
    const QByteArray host = address.toString().toLatin1();
    const QByteArray port = QByteArray::number(socket.peerPort());
    return address.protocol() == QAbstractSocket::IPv6Protocol ? QByteArray('[' + host + "]:" + port)
                                                               : QByteArray(host + ':' + port);
}

bool peerIsLoopback(const QTcpSocket &socket) { return plainAddress(socket.peerAddress()).isLoopback(); }

void shutdownWrites(QTcpSocket &socket)
{
#ifdef Q_OS_WIN
    ::shutdown(SOCKET(socket.socketDescriptor()), SD_SEND);
#else
    ::shutdown(int(socket.socketDescriptor()), SHUT_WR);
#endif
}

void releaseBuffers(QTcpSocket &socket)
{
#ifdef Q_OS_WIN
    Q_UNUSED(socket)
#else
    if (qobject_cast<QSslSocket *>(&socket) || socket.state() != QAbstractSocket::ConnectedState)
        return;
    socket.flush();
    if (socket.bytesAvailable() > 0 || socket.bytesToWrite() > 0)
        return;
    // A socket drops its buffers only when it gets a descriptor: it gets another one of the same connection.
    const int twin = ::fcntl(int(socket.socketDescriptor()), F_DUPFD_CLOEXEC, 0);
    if (twin >= 0 && !socket.setSocketDescriptor(twin, QAbstractSocket::ConnectedState, socket.openMode()))
        ::close(twin);
#endif
}

} // namespace trunkline
