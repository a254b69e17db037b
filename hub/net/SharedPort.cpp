// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/SharedPort.h"

#ifdef Q_OS_LINUX
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#endif

namespace trunkline {

#ifdef Q_OS_LINUX

Result<qintptr> listenOnSharedPort(const QHostAddress &address, quint16 port, int backlog)
{
    sockaddr_storage place{};
    socklen_t size = 0;
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        auto &v4 = reinterpret_cast<sockaddr_in &>(place);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.toIPv4Address());
        size = sizeof v4;
    } else {
        auto &v6 = reinterpret_cast<sockaddr_in6 &>(place);
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&v6.sin6_addr, &bytes, sizeof bytes);
        size = sizeof v6;
    }
    const int descriptor = ::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    const bool listens = descriptor >= 0 && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
        && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0
        && ::bind(descriptor, reinterpret_cast<const sockaddr *>(&place), size) == 0 && ::listen(descriptor, backlog) == 0;
    if (listens)
        return qintptr(descriptor);
    const int problem = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    return failure(problem == EADDRINUSE ? ErrorCode::AddressInUse : ErrorCode::ListenFailed, QString::fromLocal8Bit(std::strerror(problem)));
}

#else

Result<qintptr> listenOnSharedPort(const QHostAddress &, quint16, int)
{
    return failure(ErrorCode::ListenFailed, QStringLiteral("REUSE_PORT needs Linux, which spreads connections over the processes that share a port"));
}

#endif

} // namespace trunkline
