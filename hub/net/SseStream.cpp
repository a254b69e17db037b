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

void SseStream::write(QByteArrayView text)
{
    if (m_overflowed || m_socket.state() != QAbstractSocket::ConnectedState)
        return;
    qint64 queued = m_out.unsentBytes();
    if (queued > 0 && queued + text.size() > m_options.maxQueuedBytes) {
        m_out.flush();
        queued = m_out.unsentBytes();
    }
    if (queued > 0 && queued + text.size() > m_options.maxQueuedBytes) {
        m_overflowed = true;
        Q_EMIT overflowed();
        return;
    }
    if (!m_options.chunked) {
        m_out.write(text.toByteArray());
        return;
    }
    // RFC 9112 §7.1
    QByteArray chunk;
    chunk.reserve(text.size() + 20);
    chunk.append(QByteArray::number(text.size(), 16)).append("\r\n").append(text).append("\r\n");
    m_out.write(chunk);
}

void SseStream::event(QByteArrayView json)
{
    if (m_ended)
        return;
    write(encodeEvent(json, m_options.eventIds ? QByteArray::number(++m_lastEventId) : QByteArray()));
    if (m_options.keepalive.count() > 0)
        m_wheel.arm(*this, m_options.keepalive);
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
    write(": keep-alive\n\n");
    m_wheel.arm(*this, m_options.keepalive);
}

} // namespace trunkline
