// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/TurnWriter.h"

#include "hub/net/Sockets.h"

#include <QCoreApplication>
#include <QEvent>
#include <QSslSocket>

#include <utility>

#ifdef Q_OS_UNIX
#  include <sys/socket.h>
#  include <sys/uio.h>
#endif

namespace trunkline {

namespace {

#ifdef Q_OS_UNIX
constexpr bool kHasSendmsg = true;
constexpr qsizetype kMaxPieces = 64;
#else
constexpr bool kHasSendmsg = false;
#endif

} // namespace

SocketWriter::SocketWriter(TurnWriter &turn, QTcpSocket &socket)
    : m_turn(turn), m_socket(socket), m_direct(kHasSendmsg && !qobject_cast<QSslSocket *>(&socket))
{
}

SocketWriter::~SocketWriter()
{
    if (m_place < 0)
        return;
    for (auto *list : {&m_turn.m_waiting, &m_turn.m_flushing}) {
        if (std::size_t(m_place) < list->size() && (*list)[std::size_t(m_place)] == this)
            (*list)[std::size_t(m_place)] = nullptr;
    }
}

qint64 SocketWriter::unsentBytes() const { return m_bytes + trunkline::unsentBytes(m_socket); }

void SocketWriter::write(const QByteArray &bytes)
{
    m_pieces.push_back(bytes);
    m_bytes += bytes.size();
    if (m_place < 0)
        m_turn.enlist(*this);
}

/// How many bytes the kernel took, 0 when they have to go through the socket's buffer.
qint64 SocketWriter::sendDirectly()
{
#ifdef Q_OS_UNIX
    if (!m_direct || m_socket.bytesToWrite() > 0)
        return 0;
    const int descriptor = int(m_socket.socketDescriptor());
    // An error shows again when the socket itself writes, which then handles it.
    if (m_pieces.size() == 1)
        return qMax<qint64>(0, ::send(descriptor, m_pieces.front().constData(), std::size_t(m_pieces.front().size()), kSendFlags));
    iovec vectors[kMaxPieces];
    const qsizetype count = qMin(m_pieces.size(), kMaxPieces);
    for (qsizetype i = 0; i < count; ++i)
        vectors[i] = {const_cast<char *>(m_pieces[i].constData()), std::size_t(m_pieces[i].size())};
    msghdr message{};
    message.msg_iov = vectors;
    message.msg_iovlen = decltype(message.msg_iovlen)(count);
    return qMax<qint64>(0, ::sendmsg(descriptor, &message, kSendFlags));
#else
    return 0;
#endif
}

void SocketWriter::flush()
{
    if (m_pieces.isEmpty())
        return;
    // A socket that closes after its peer has still gets out what was written before.
    const bool open = m_socket.state() == QAbstractSocket::ConnectedState || m_socket.state() == QAbstractSocket::ClosingState;
    qint64 sent = open ? sendDirectly() : m_bytes;
    if (sent == m_bytes) {
        m_pieces.clear();
        m_bytes = 0;
        return;
    }
    const auto pieces = std::exchange(m_pieces, {});
    m_bytes = 0;
    for (const QByteArray &piece : pieces) {
        if (sent >= piece.size())
            sent -= piece.size();
        else
            m_socket.write(sent > 0 ? piece.mid(std::exchange(sent, 0)) : piece);
    }
}

void TurnWriter::enlist(SocketWriter &writer)
{
    writer.m_place = qsizetype(m_waiting.size());
    m_waiting.push_back(&writer);
    if (!m_posted) {
        m_posted = true;
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
    }
}

bool TurnWriter::event(QEvent *event)
{
    if (event->type() != QEvent::User)
        return QObject::event(event);
    m_posted = false;
    flushAll();
    return true;
}

void TurnWriter::flushAll()
{
    // Flushing may end connections and make others write: those wait for the next round.
    while (!m_waiting.empty() && m_flushing.empty()) {
        m_flushing.swap(m_waiting);
        for (std::size_t i = 0; i < m_flushing.size(); ++i) {
            if (SocketWriter *writer = m_flushing[i]) {
                m_flushing[i] = nullptr;
                writer->m_place = -1;
                writer->flush();
            }
        }
        m_flushing.clear();
    }
}

} // namespace trunkline
