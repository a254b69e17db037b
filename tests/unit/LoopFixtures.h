// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimerEvent>

#include <functional>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace trunkline {

/// Counts its timer events; `onTimer` runs in each.
class Beat : public QObject
{
public:
    std::function<void(int id)> onTimer = [](int) {};
    int count = 0;

protected:
    void timerEvent(QTimerEvent *event) override
    {
        ++count;
        onTimer(event->timerId());
    }
};

#ifdef Q_OS_UNIX
/// Two connected non-blocking stream sockets; the peer's end writes what the near end's notifiers see.
class Pair
{
public:
    Pair() { socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends); }
    ~Pair()
    {
        closeNear();
        closePeer();
    }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;

    [[nodiscard]] int near() const { return m_ends[0]; }
    [[nodiscard]] int peer() const { return m_ends[1]; }
    bool say() const { return write(m_ends[1], "x", 1) == 1; }
    bool hear() const
    {
        char byte;
        return read(m_ends[0], &byte, 1) == 1;
    }
    void closeNear() { shut(m_ends[0]); }
    void closePeer() { shut(m_ends[1]); }

private:
    static void shut(int &end)
    {
        if (end >= 0)
            close(end);
        end = -1;
    }
    int m_ends[2] = {-1, -1};
};
#endif

} // namespace trunkline
