// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

#include <functional>

namespace trunkline {

/// Waits until the kernel has taken everything that was written to a socket, calls back once and is gone. A child of the
/// socket: dies with it and stays silent then. Made only while somebody watches.
class DrainWatch final : public QObject
{
    Q_OBJECT

public:
    DrainWatch(QTcpSocket &socket, std::function<void()> drained);

private:
    void start();
    void look();

    QTcpSocket &m_socket;
    std::function<void()> m_drained;
};

} // namespace trunkline
