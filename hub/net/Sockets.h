// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpSocket>

namespace trunkline {

/// Bytes written to `socket` that the kernel has not taken yet, TLS records included.
qint64 unsentBytes(const QTcpSocket &socket);
/// `address:port` of the peer, an IPv6 address in brackets, an IPv4-mapped one as IPv4.
QByteArray peerName(const QTcpSocket &socket);
bool peerIsLoopback(const QTcpSocket &socket);
/// Tells the peer that nothing more will come, while its bytes can still be read. Plain TCP with nothing left to write.
void shutdownWrites(QTcpSocket &socket);
/// Frees the 16 KiB blocks that an emptied read or write buffer of QTcpSocket keeps for later. Does nothing while bytes
/// wait in either, for TLS, and on Windows. Not to be called from a slot of the socket.
void releaseBuffers(QTcpSocket &socket);

} // namespace trunkline
