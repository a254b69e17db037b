// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/SseStream.h"

#include "hub/core/Reply.h"

namespace trunkline {

SseStream::SseStream(const QTcpSocket &socket, SocketWriter &out, TimerWheel &wheel, const SseOptions &options,
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
    qint64 queued = m_out.unsentBytes();
    if (queued > 0 && queued + text.size() > m_options.maxQueuedBytes) {
        m_out.flush();
        queued = m_out.unsentBytes();
    }
    if (queued > 0 && queued + text.size() > m_options.maxQueuedBytes) {
        m_overflowed = true;
        Q_EMIT overflowed();
        return false;
    }
    if (!m_options.chunked) {
        m_out.write(text.toByteArray());
        return true;
    }
    // RFC 9112 §7.1
    QByteArray chunk;
    chunk.reserve(text.size() + 20);
    chunk.append(QByteArray::number(text.size(), 16)).append("\r\n").append(text).append("\r\n");
    m_out.write(chunk);
    return true;
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
    send(": keep-alive\n\n");
    restartKeepalive();
}

} // namespace trunkline
