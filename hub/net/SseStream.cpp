// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/SseStream.h"

#include "hub/core/Reply.h"

#include <QSslSocket>

namespace trunkline {

SseStream::SseStream(QTcpSocket &socket, SocketWriter &out, TimerWheel &wheel, const SseOptions &options,
                     const QByteArray &head)
    : m_socket(socket), m_out(out), m_wheel(wheel), m_options(options)
{
    m_out.write(head);
    if (m_options.keepalive.count() > 0)
        m_wheel.arm(*this, m_options.keepalive);
}

bool SseStream::send(QByteArrayView text)
{
    if (m_overflowed || m_socket.state() != QAbstractSocket::ConnectedState)
        return false;
    QByteArray unit;
    if (m_options.chunked) {
        // RFC 9112 §7.1
        unit.reserve(text.size() + 20);
        unit.append(QByteArray::number(text.size(), 16)).append("\r\n").append(text).append("\r\n");
    } else {
        unit = text.toByteArray();
    }
    const qint64 queued = m_out.unsentBytes();
    if (queued > 0 && (queued + text.size() > directBytes() || (m_backlog && !m_backlog->isEmpty())))
        return sendSlowly(unit);
    m_out.write(unit);
    return true;
}

qint64 SseStream::directBytes() const
{
    return m_options.dropsOldest ? Backlog::socketShare(m_options.maxQueuedBytes) : m_options.maxQueuedBytes;
}

bool SseStream::sendSlowly(const QByteArray &unit)
{
    m_out.flush();
    const qint64 queued = m_out.unsentBytes();
    if ((queued == 0 || queued + unit.size() <= directBytes()) && (!m_backlog || m_backlog->isEmpty())) {
        m_out.write(unit);
        return true;
    }
    int dropped = 0;
    if (m_options.dropsOldest) {
        if (!m_backlog)
            m_backlog = std::make_unique<Backlog>(m_out, m_socket, m_options.maxQueuedBytes);
        const bool taken = m_backlog->push(unit, dropped) == Backlog::Outcome::Queued;
        dropped += !taken;
        if (dropped > 0 && m_dropped)
            m_dropped(dropped);
        return taken;
    }
    m_overflowed = true;
    Q_EMIT overflowed();
    return false;
}

bool SseStream::hasRoom(qsizetype bytes)
{
    const auto fits = [this, bytes] {
        const qint64 queued = m_out.unsentBytes();
        return queued == 0 || queued + bytes <= m_options.maxQueuedBytes;
    };
    if (fits())
        return true;
    m_out.flush();
    return fits();
}

void SseStream::onRoom(std::function<void()> callback)
{
    connect(&m_socket, &QTcpSocket::bytesWritten, this, callback);
    if (const auto *tls = qobject_cast<const QSslSocket *>(&m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, callback);
}

void SseStream::restartKeepalive()
{
    if (m_options.keepalive.count() > 0)
        m_wheel.arm(*this, m_options.keepalive);
}

bool SseStream::write(QByteArrayView lines)
{
    if (m_ended || !send(lines))
        return false;
    restartKeepalive();
    return true;
}

void SseStream::event(QByteArrayView json)
{
    if (m_ended)
        return;
    send(encodeEvent(json, m_options.eventIds ? QByteArray::number(++m_lastEventId) : QByteArray()));
    restartKeepalive();
}

void SseStream::end()
{
    if (m_ended)
        return;
    m_ended = true;
    m_aborted = nullptr;
    m_wheel.disarm(*this);
    if (m_backlog)
        m_backlog->flush();
    if (m_options.chunked && !m_overflowed && m_socket.state() == QAbstractSocket::ConnectedState)
        m_out.write(QByteArrayLiteral("0\r\n\r\n"));
    Q_EMIT ended();
}

void SseStream::abort()
{
    m_wheel.disarm(*this);
    m_ended = true;
    if (const auto aborted = std::exchange(m_aborted, nullptr))
        aborted();
}

void SseStream::expired()
{
    // What waits will do for a sign of life.
    if (!m_backlog || m_backlog->isEmpty()) {
        send(": keep-alive\n\n");
        if (m_options.keepAlives)
            ++*m_options.keepAlives;
    }
    restartKeepalive();
}

} // namespace trunkline
