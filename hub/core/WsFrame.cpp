// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsFrame.h"

#include <QtEndian>

namespace trunkline {

qsizetype writeWsTextHeader(char *out, qsizetype payloadBytes)
{
    out[0] = char(0x81);
    if (payloadBytes < 126) {
        out[1] = char(payloadBytes);
        return 2;
    }
    if (payloadBytes <= 0xffff) {
        out[1] = 126;
        qToBigEndian(quint16(payloadBytes), out + 2);
        return 4;
    }
    out[1] = 127;
    qToBigEndian(quint64(payloadBytes), out + 2);
    return 10;
}

WsFrameGuard::Verdict WsFrameGuard::feed(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        if (m_payloadLeft > 0) {
            const auto skipped = qMin<quint64>(m_payloadLeft, quint64(bytes.size()));
            m_payloadLeft -= skipped;
            bytes = bytes.sliced(qsizetype(skipped));
            continue;
        }
        m_header[m_have++] = uchar(bytes.front());
        bytes = bytes.sliced(1);
        if (m_have < 2)
            continue;
        if (!(m_header[1] & 0x80))
            return Verdict::Unmasked;
        const int length = m_header[1] & 0x7f;
        const int lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (m_have < 2 + lengthBytes + 4)
            continue;
        m_payloadLeft = lengthBytes == 2 ? qFromBigEndian<quint16>(m_header + 2)
            : lengthBytes == 8           ? qFromBigEndian<quint64>(m_header + 2)
                                         : quint64(length);
        m_have = 0;
    }
    return Verdict::Fine;
}

bool WsFrameGuard::skip(quint64 count)
{
    if (count > m_payloadLeft)
        return false;
    m_payloadLeft -= count;
    return true;
}

} // namespace trunkline
