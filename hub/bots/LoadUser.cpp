// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/LoadUser.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpSocket>
#include <QUrl>

#include <QtEndian>

#include <utility>

#ifdef Q_OS_UNIX
#  include <sys/resource.h>
#endif

namespace trunkline {

namespace {

constexpr int kPing = 0x9;
constexpr int kClose = 0x8;
constexpr qsizetype kMaxHead = 8192;
#ifdef Q_OS_UNIX
constexpr rlim_t kSpareDescriptors = 512;
#endif

/// Bytes of a frame's header, as far as its first two say.
qsizetype headerSize(QByteArrayView header)
{
    if (header.size() < 2)
        return 2;
    const int length = uchar(header[1]) & 0x7f;
    return length == 126 ? 4 : length == 127 ? 10 : 2;
}

quint64 payloadSize(QByteArrayView header)
{
    const int length = uchar(header[1]) & 0x7f;
    if (length == 126)
        return qFromBigEndian<quint16>(header.data() + 2);
    return length == 127 ? qFromBigEndian<quint64>(header.data() + 2) : quint64(length);
}

} // namespace

QByteArray ServerFrames::feed(QByteArrayView bytes)
{
    QByteArray answers;
    while (!bytes.isEmpty() && !m_closed) {
        if (!m_inPayload) {
            const qsizetype wanted = qMin(headerSize(m_header) - m_header.size(), bytes.size());
            m_header.append(bytes.first(wanted));
            bytes = bytes.sliced(wanted);
            if (m_header.size() < headerSize(m_header))
                continue;
            m_inPayload = true;
            m_left = payloadSize(m_header);
        }
        const auto part = qsizetype(qMin<quint64>(m_left, quint64(bytes.size())));
        if ((uchar(m_header[0]) & 0x0f) == kPing)
            m_control.append(bytes.first(part));
        m_left -= quint64(part);
        bytes = bytes.sliced(part);
        if (m_left == 0)
            frameEnded(answers);
    }
    return answers;
}

void ServerFrames::frameEnded(QByteArray &answers)
{
    const uchar first = uchar(m_header[0]);
    const int opcode = first & 0x0f;
    const QByteArray noMask(4, '\0');
    if (opcode == kPing)
        answers.append(char(0x8a)).append(char(0x80 | m_control.size())).append(noMask).append(m_control);
    else if (opcode == kClose)
        answers.append(char(0x88)).append(char(0x80)).append(noMask);
    else if (first & 0x80)
        ++m_messages;
    m_closed = opcode == kClose;
    m_control.clear();
    m_header.clear();
    m_inPayload = false;
}

LoadUser::LoadUser(const LoadPlace &place, const QByteArray &user, QObject *parent)
    : QObject(parent), m_place(place), m_user(user)
{
    const QUrl url = QUrl::fromEncoded(place.webSocketUrl);
    const bool secure = url.scheme() == QStringLiteral("wss");
    auto *tls = secure ? new QSslSocket(this) : nullptr;
    m_socket = secure ? tls : new QTcpSocket(this);
    connect(m_socket, &QTcpSocket::readyRead, this, &LoadUser::read);
    connect(m_socket, &QTcpSocket::disconnected, this, &LoadUser::end);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &LoadUser::end);
    if (tls) {
        // It is the hub's own certificate, on the hub's own computer.
        QSslConfiguration configuration = tls->sslConfiguration();
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        tls->setSslConfiguration(configuration);
        connect(tls, &QSslSocket::encrypted, this, &LoadUser::sendHandshake);
        tls->connectToHostEncrypted(url.host(), quint16(url.port(443)));
    } else {
        connect(m_socket, &QTcpSocket::connected, this, &LoadUser::sendHandshake);
        m_socket->connectToHost(url.host(), quint16(url.port(80)));
    }
}

LoadUser::~LoadUser() { m_socket->disconnect(this); }

bool LoadUser::descriptorsAreScarce() const
{
#ifdef Q_OS_UNIX
    // The lowest free number is given out first, so a high one tells how many are in use.
    static const rlim_t limit = [] {
        rlimit files{};
        return ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_cur : RLIM_INFINITY;
    }();
    const qintptr descriptor = m_socket->socketDescriptor();
    return limit != RLIM_INFINITY && descriptor >= 0 && rlim_t(descriptor) + kSpareDescriptors >= limit;
#else
    return false;
#endif
}

void LoadUser::sendHandshake()
{
    const QUrl url = QUrl::fromEncoded(m_place.webSocketUrl);
    const QByteArray host = url.authority(QUrl::FullyEncoded).toLatin1();
    QByteArray head = "GET " + url.path(QUrl::FullyEncoded).toLatin1() + "?user_id=" + m_user + " HTTP/1.1\r\nHost: " + host
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        + m_user.leftJustified(16, '.', true).toBase64() + "\r\n";
    if (!m_place.token.isEmpty())
        head += "Authorization: Bearer " + m_place.token + "\r\n";
    m_socket->write(head + "\r\n");
}

void LoadUser::read()
{
    QByteArray bytes = m_socket->readAll();
    if (!m_open) {
        m_head += bytes;
        const qsizetype headEnd = m_head.indexOf("\r\n\r\n");
        if (m_head.size() > kMaxHead || (headEnd >= 0 && !m_head.startsWith("HTTP/1.1 101 "))) {
            m_socket->abort();
            return end();
        }
        if (headEnd < 0)
            return;
        bytes = std::exchange(m_head, {}).mid(headEnd + 4);
        m_open = true;
        Q_EMIT opened();
    }
    const QByteArray answers = m_frames.feed(bytes);
    if (!answers.isEmpty())
        m_socket->write(answers);
    if (m_frames.isClosed())
        m_socket->disconnectFromHost();
}

void LoadUser::end()
{
    if (!std::exchange(m_ended, true))
        Q_EMIT ended();
}

} // namespace trunkline
