// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

#include <chrono>
#include <functional>

namespace trunkline {

/// Waits until the kernel has taken everything that was written to a socket, or until the peer has acknowledged it, calls back
/// once and is gone. A child of the socket: dies with it and stays silent then. Made only for those who asked.
class DrainWatch final : public QObject
{
    Q_OBJECT

public:
    enum class Until { Drained, Received };
    DrainWatch(QTcpSocket &socket, Until until, std::function<void()> drained);
    /// Looks at once for all that wait on this socket, those who have just begun too: it is about to be closed. What was written
    /// must have been flushed into the socket. Says whether somebody was called: that one may have written, and may wait anew.
    static bool lookNow(QTcpSocket &socket);

private:
    void start();
    void look();

    QTcpSocket &m_socket;
    const Until m_until;
    std::function<void()> m_drained;
    std::chrono::milliseconds m_pause{1};
    bool m_started = false;
};

} // namespace trunkline
