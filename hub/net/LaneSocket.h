// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpSocket>

namespace trunkline {

/// What QtHttpServer sees of a connection: a socket that holds exactly one checked request at a time. It has no
/// descriptor; what QtHttpServer writes to it is dropped, since answers go out by the connection itself.
class LaneSocket final : public QTcpSocket
{
    Q_OBJECT

public:
    LaneSocket(const QHostAddress &peer, quint16 peerPort);
    ~LaneSocket() override;

    /// Offers the bytes of one request; QtHttpServer reads them before this returns.
    void feed(const QByteArray &request);
    /// The connection is gone: QtHttpServer lets go of the socket and deletes it.
    void leave();

    [[nodiscard]] qint64 bytesAvailable() const override;
    void disconnectFromHost() override { }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *, qint64 size) override { return size; }

private:
    QByteArray m_request;
    qsizetype m_offset = 0;
};

} // namespace trunkline
