// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Sockets.h"

#include <QHostAddress>
#include <QSslSocket>

#ifdef Q_OS_WIN
#  include <winsock2.h>
#else
#  include <sys/socket.h>
#endif
#ifdef Q_OS_LINUX
#  include <linux/sockios.h>
#  include <sys/ioctl.h>
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

qint64 unacknowledgedBytes(const QTcpSocket &socket)
{
#if defined(Q_OS_LINUX)
    int bytes = 0;
    return ::ioctl(int(socket.socketDescriptor()), SIOCOUTQ, &bytes) == 0 ? bytes : 1;
#elif defined(Q_OS_MACOS)
    int bytes = 0;
    socklen_t size = sizeof bytes;
    return ::getsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_NWRITE, &bytes, &size) == 0 ? bytes : 1;
#else
    Q_UNUSED(socket)
    return 0;
#endif
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

void releaseReadBuffer(QTcpSocket &socket)
{
    if (socket.bytesAvailable() > 0)
        return;
    // A block that is read as a whole leaves the buffer with its bytes.
    socket.ungetChar('x');
    socket.read(1);
}

qint64 PlainSocket::writeData(const char *data, qint64 size)
{
    qint64 taken = 0;
#ifdef Q_OS_UNIX
    if (size > 0 && state() == QAbstractSocket::ConnectedState && bytesToWrite() == 0)
        taken = qMax<qint64>(0, ::send(int(socketDescriptor()), data, std::size_t(size), kSendFlags));
    if (taken == size)
        return size;
#endif
    const qint64 rest = QTcpSocket::writeData(data + taken, size - taken);
    return rest < 0 && taken == 0 ? rest : taken + qMax<qint64>(0, rest);
}

} // namespace trunkline
