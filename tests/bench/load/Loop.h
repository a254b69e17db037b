// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace trunkline::bench {

/// Ends the program with a sentence: a benchmark that cannot run has nothing to report.
[[noreturn]] inline void fail(const char *what)
{
    std::fprintf(stderr, "trunkline-bench: %s (%s)\n", what, std::strerror(errno));
    std::exit(3);
}

/// Something with a descriptor that a Loop watches.
class Handler
{
public:
    virtual ~Handler() = default;
    virtual void ready(uint32_t events) = 0;    ///< EPOLL… flags, level triggered
};

/// epoll and nothing else. One thread.
class Loop
{
public:
    Loop() : m_fd(epoll_create1(EPOLL_CLOEXEC))
    {
        if (m_fd < 0)
            fail("epoll_create1");
    }
    ~Loop() { close(m_fd); }
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    void add(int fd, Handler *handler, uint32_t events) { control(EPOLL_CTL_ADD, fd, handler, events); }
    void change(int fd, Handler *handler, uint32_t events) { control(EPOLL_CTL_MOD, fd, handler, events); }

    /// Waits at most `milliseconds` and calls the handlers that are ready.
    void turn(int milliseconds)
    {
        epoll_event events[256];
        const int count = epoll_wait(m_fd, events, 256, milliseconds);
        if (count < 0 && errno != EINTR)
            fail("epoll_wait");
        for (int i = 0; i < count; ++i)
            static_cast<Handler *>(events[i].data.ptr)->ready(events[i].events);
    }

private:
    void control(int operation, int fd, Handler *handler, uint32_t events)
    {
        epoll_event event{};
        event.events = events;
        event.data.ptr = handler;
        if (epoll_ctl(m_fd, operation, fd, &event) < 0)
            fail("epoll_ctl");
    }

    int m_fd;
};

} // namespace trunkline::bench
