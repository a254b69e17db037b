// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/LaneSocket.h"

#include <QHostAddress>

#include <cstring>

namespace trunkline {

LaneSocket::LaneSocket(const QHostAddress &peer, quint16 peerPort)
{
    setPeerAddress(peer);
    setPeerPort(peerPort);
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
}

LaneSocket::~LaneSocket() { setSocketState(QAbstractSocket::UnconnectedState); }

void LaneSocket::feed(const QByteArray &request)
{
    m_request = request;
    m_offset = 0;
    Q_EMIT readyRead();
    m_request.clear();
    m_offset = 0;
}

void LaneSocket::leave()
{
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

qint64 LaneSocket::bytesAvailable() const { return m_request.size() - m_offset + QTcpSocket::bytesAvailable(); }

qint64 LaneSocket::readData(char *data, qint64 maxSize)
{
    const auto size = qsizetype(qMin<qint64>(maxSize, m_request.size() - m_offset));
    std::memcpy(data, m_request.constData() + m_offset, std::size_t(size));
    m_offset += size;
    return size;
}

} // namespace trunkline
