// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTcpSocket>
#include <QVarLengthArray>

#include <functional>
#include <vector>

namespace trunkline {

class TurnWriter;

/// The way out to one socket. What is written during a turn of the event loop leaves at its end in one system call; what
/// the kernel does not take then waits in the socket's own buffer. Everything for a socket goes through here or, as
/// QWebSocket's own frames do, straight to the socket: the order is kept as long as flush() comes before the latter.
class SocketWriter final
{
public:
    /// `socket` is connected and outlives the writer.
    SocketWriter(TurnWriter &turn, QTcpSocket &socket);
    ~SocketWriter();
    SocketWriter(const SocketWriter &) = delete;
    SocketWriter &operator=(const SocketWriter &) = delete;

    void write(const QByteArray &bytes);
    /// Hands everything to the kernel or to the socket's buffer now.
    void flush();
    /// Bytes that the kernel has not taken yet.
    [[nodiscard]] qint64 unsentBytes() const;
    /// Calls `drained` once the kernel has taken what is written by the end of this turn; never when the socket goes before.
    void whenDrained(std::function<void()> drained);
    /// The same once the peer has acknowledged it (TCP; where the system does not tell: once the kernel has taken it).
    void whenReceived(std::function<void()> received);

private:
    friend class TurnWriter;
    qint64 sendDirectly();

    TurnWriter &m_turn;
    QTcpSocket &m_socket;
    QVarLengthArray<QByteArray, 2> m_pieces;
    qint64 m_bytes = 0;
    qsizetype m_place = -1;         ///< in the turn's list; -1: not in it
    const bool m_direct;            ///< plain TCP on a system with sendmsg()
};

/// Remembers which sockets were written to in this turn. One a hub, on its thread.
class TurnWriter final : public QObject
{
    Q_OBJECT

public:
    /// Writes out everything at once, in the order in which sockets were first written to.
    void flushAll();

protected:
    bool event(QEvent *event) override;

private:
    friend class SocketWriter;
    void enlist(SocketWriter &writer);

    std::vector<SocketWriter *> m_waiting;      ///< null where a writer went away
    std::vector<SocketWriter *> m_flushing;
    bool m_posted = false;
};

} // namespace trunkline
