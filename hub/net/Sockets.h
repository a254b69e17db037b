// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpSocket>

#ifdef Q_OS_UNIX
#  include <sys/socket.h>
#endif

namespace trunkline {

#ifdef Q_OS_UNIX
/// How bytes are handed to the kernel: without waiting, and without a signal when the peer is gone.
#  ifdef MSG_NOSIGNAL
inline constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
#  else
inline constexpr int kSendFlags = MSG_DONTWAIT;    // macOS: Qt sets SO_NOSIGPIPE
#  endif
#endif

/// Bytes written to `socket` that the kernel has not taken yet, TLS records included.
qint64 unsentBytes(const QTcpSocket &socket);
/// Bytes in the kernel's hands that the peer has not acknowledged; 0 on systems that do not tell. The socket is connected.
qint64 unacknowledgedBytes(const QTcpSocket &socket);
/// `address:port` of the peer, an IPv6 address in brackets, an IPv4-mapped one as IPv4.
QByteArray peerName(const QTcpSocket &socket);
bool peerIsLoopback(const QTcpSocket &socket);
/// Tells the peer that nothing more will come, while its bytes can still be read. Plain TCP with nothing left to write.
void shutdownWrites(QTcpSocket &socket);
/// Frees the 16 KiB block that an emptied read buffer of QTcpSocket keeps for later.
void releaseReadBuffer(QTcpSocket &socket);

/// A QTcpSocket that asks the kernel first and buffers only what that does not take: an answer that fits costs no 16 KiB
/// block and no write notifier. Emits no bytesWritten() for what went out at once. As QTcpSocket on Windows.
class PlainSocket : public QTcpSocket
{
public:
    using QTcpSocket::QTcpSocket;

protected:
    qint64 writeData(const char *data, qint64 size) override;
};

} // namespace trunkline
