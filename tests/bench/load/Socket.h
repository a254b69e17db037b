// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace trunkline::bench {

/// A non-blocking TCP connection to a port of 127.0.0.1 that keeps what the kernel does not take yet.
class Socket
{
public:
    Socket() = default;
    ~Socket() { abort(); }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    /// Starts to connect; the loop says EPOLLOUT when it is done.
    void connectTo(uint16_t port, Loop &loop, Handler *handler)
    {
        m_loop = &loop;
        m_handler = handler;
        m_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (m_fd < 0)
            fail("socket: raise the limit of open files (ulimit -n)");
        const int on = 1;
        setsockopt(m_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(m_fd, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 && errno != EINPROGRESS)
            fail("connect");
        loop.add(m_fd, handler, EPOLLIN | EPOLLOUT);
    }

    /// Call on EPOLLOUT. The first time: the connection stands.
    void writable()
    {
        if (!m_waits.empty()) {
            const std::string rest = std::move(m_waits);
            m_waits.clear();
            write(rest);
        }
        if (m_waits.empty())
            m_loop->change(m_fd, m_handler, EPOLLIN);
    }

    void write(std::string_view bytes)
    {
        if (!m_waits.empty()) {
            m_waits += bytes;
            return;
        }
        ssize_t sent = send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN)
            sent = ssize_t(bytes.size());       // the end of the connection shows when it is read
        sent = std::max<ssize_t>(sent, 0);
        if (size_t(sent) < bytes.size()) {
            m_waits = bytes.substr(size_t(sent));
            m_loop->change(m_fd, m_handler, EPOLLIN | EPOLLOUT);
        }
    }

    /// What there is, in a buffer shared by all; empty and `ended` when the peer is gone.
    std::string_view read(bool &ended)
    {
        static thread_local char buffer[256 * 1024];
        const ssize_t count = recv(m_fd, buffer, sizeof buffer, 0);
        ended = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
        return {buffer, size_t(std::max<ssize_t>(count, 0))};
    }

    /// Closes with RST: nothing lingers in TIME_WAIT when thousands end.
    void abort()
    {
        if (m_fd < 0)
            return;
        const linger now{1, 0};
        setsockopt(m_fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(m_fd);
        m_fd = -1;
    }

private:
    int m_fd = -1;
    Loop *m_loop = nullptr;
    Handler *m_handler = nullptr;
    std::string m_waits;
};

} // namespace trunkline::bench
