// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTcpSocket>

#include <deque>

namespace trunkline {

class SocketWriter;

/// What waits for a slow receiver outside of its socket, message by message, so that the oldest can still be dropped
/// (SLOW_CONSUMER=drop-oldest). Hands on as the socket empties. Made when it is first needed.
class Backlog final : public QObject
{
    Q_OBJECT

public:
    enum class Outcome { Queued, TooLarge };

    /// `limit`: bytes that may wait, half of them in the socket.
    Backlog(SocketWriter &out, QTcpSocket &socket, qint64 limit);

    /// Bytes of `limit` that the socket may take before messages wait here.
    [[nodiscard]] static qint64 socketShare(qint64 limit) { return limit / 2; }
    /// Queues whole bytes that must stay together behind what waits. The oldest make place: `dropped` grows by their number.
    Outcome push(const QByteArray &unit, int &dropped);
    /// Hands everything to the socket now: what follows is the end.
    void flush();

    [[nodiscard]] bool isEmpty() const { return m_units.empty(); }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }

private:
    void refill();
    void handOn();
    [[nodiscard]] bool isFull() const;

    SocketWriter &m_out;
    const qint64 m_limit;
    std::deque<QByteArray> m_units;
    qint64 m_bytes = 0;
};

} // namespace trunkline
