// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/TimerWheel.h"
#include "hub/net/Backlog.h"
#include "hub/net/HttpExchange.h"
#include "hub/net/TurnWriter.h"


namespace trunkline {

/// What an event stream is written with.
struct SseOptions
{
    bool chunked = true;                ///< HTTP/1.1; otherwise the end is the close
    bool eventIds = false;              ///< number the events
    Clock::Duration keepalive{};        ///< a comment after so much silence; 0: none
    qint64 maxQueuedBytes = 0;          ///< unsent bytes before the stream is aborted
    bool dropsOldest = false;           ///< … or its oldest events are dropped
    quint64 *keepAlives = nullptr;      ///< counts the comments, where there is somebody to count for
};

/// One `text/event-stream` response (WHATWG HTML §9.2) on a connection that outlives it.
class SseStream final : public QObject, public OutgoingStream, private WheelTimer
{
    Q_OBJECT

public:
    /// `head` is written at once.
    SseStream(QTcpSocket &socket, SocketWriter &out, TimerWheel &wheel, const SseOptions &options, const QByteArray &head);

    void event(QByteArrayView json) override;
    void end() override;
    void onAborted(std::function<void()> callback) override { m_aborted = std::move(callback); }
    void onDropped(std::function<void(int)> callback) override { m_dropped = std::move(callback); }
    void whenDrained(std::function<void()> drained) override { m_out.whenDrained(std::move(drained)); }
    bool write(QByteArrayView lines) override;
    [[nodiscard]] qint64 queuedBytes() const override { return m_out.unsentBytes() + (m_backlog ? m_backlog->bytes() : 0); }
    void whenReceived(std::function<void()> received) override { m_out.whenReceived(std::move(received)); }
    [[nodiscard]] bool hasRoom(qsizetype bytes) override;
    void onRoom(std::function<void()> callback) override;
    /// The connection is gone; tells the route unless the stream had ended.
    void abort();
    [[nodiscard]] bool hasEnded() const { return m_ended; }

Q_SIGNALS:
    void ended();
    /// The reader does not read: too much is queued.
    void overflowed();

private:
    void expired() override;
    bool send(QByteArrayView text);
    bool sendSlowly(const QByteArray &unit);
    [[nodiscard]] qint64 directBytes() const;
    void restartKeepalive();

    QTcpSocket &m_socket;
    SocketWriter &m_out;
    TimerWheel &m_wheel;
    SseOptions m_options;
    std::unique_ptr<Backlog> m_backlog;     ///< once it was needed
    std::function<void()> m_aborted;
    std::function<void(int)> m_dropped;
    quint64 m_lastEventId = 0;
    bool m_ended = false;
    bool m_overflowed = false;
};

} // namespace trunkline
