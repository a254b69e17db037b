// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsFrame.h"

#include <QtEndian>

namespace trunkline {

qsizetype writeWsHeader(char *out, WsOpcode opcode, qsizetype payloadBytes)
{
    out[0] = char(0x80 | int(opcode));
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

QByteArray makeWsFrame(WsOpcode opcode, QByteArrayView payload)
{
    char header[kMaxWsHeaderBytes];
    const qsizetype size = writeWsHeader(header, opcode, payload.size());
    QByteArray frame;
    frame.reserve(size + payload.size());
    return frame.append(header, size).append(payload);
}

QByteArray makeWsCloseFrame(quint16 code, QByteArrayView reason)
{
    qsizetype size = qMin(reason.size(), kMaxWsControlBytes - 2);
    while (size > 0 && size < reason.size() && (uchar(reason[size]) & 0xc0) == 0x80)
        --size;
    char number[2];
    qToBigEndian(code, number);
    return makeWsFrame(WsOpcode::Close, QByteArray(number, 2).append(reason.first(size)));
}

} // namespace trunkline
