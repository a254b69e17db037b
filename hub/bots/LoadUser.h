// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace trunkline {

/// Where a load connects and posts.
struct LoadPlace
{
    QByteArray url;             ///< http or https
    QByteArray webSocketUrl;    ///< with its path, without a query
    QByteArray token;           ///< a bearer token; empty: none
    QByteArray batchPath;
    QByteArray sendPath;
    bool epoll = true;
};

/// Walks the frames of a server (RFC 6455 §5.2, unmasked) and skips what they carry. Plain class.
class ServerFrames
{
public:
    /// Takes all of `bytes`; returns the pongs and the close frame to send back, masked with a key of zeros.
    QByteArray feed(QByteArrayView bytes);
    [[nodiscard]] quint64 messages() const { return m_messages; }
    [[nodiscard]] bool isClosed() const { return m_closed; }

private:
    void frameEnded(QByteArray &answers);

    QByteArray m_header;
    QByteArray m_control;       ///< payload of a ping
    quint64 m_left = 0;         ///< of the payload
    quint64 m_messages = 0;
    bool m_inPayload = false;
    bool m_closed = false;
};

/// One user of a load: a real WebSocket with nothing in it but a socket and a counter.
class LoadUser final : public QObject
{
    Q_OBJECT

public:
    LoadUser(const LoadPlace &place, const QByteArray &user, QObject *parent);
    ~LoadUser() override;

    [[nodiscard]] quint64 messages() const { return m_frames.messages(); }
    [[nodiscard]] bool isOpen() const { return m_open && !m_ended; }
    /// Whether this process has few descriptors left. A hub in the same process needs some, too.
    [[nodiscard]] bool descriptorsAreScarce() const;

Q_SIGNALS:
    void opened();
    /// Refused, or gone; once.
    void ended();

private:
    void sendHandshake();
    void read();
    void end();

    LoadPlace m_place;
    QByteArray m_user;
    QTcpSocket *m_socket;
    QByteArray m_head;
    ServerFrames m_frames;
    bool m_open = false;
    bool m_ended = false;
};

} // namespace trunkline
