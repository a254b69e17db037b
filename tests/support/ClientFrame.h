// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QtEndian>

namespace trunkline {

/// A frame as a client may send it, or must not (RFC 6455 §5.2).
struct ClientFrame
{
    int opcode = 1;
    QByteArray payload{};
    bool final = true;
    bool masked = true;
    int reserved = 0;           ///< the three bits
    int lengthBytes = -1;       ///< 0, 2 or 8; -1: the fewest that can say it
    QByteArray mask = "\x37\xfa\x21\x3d";

    [[nodiscard]] QByteArray bytes() const
    {
        const qsizetype size = payload.size();
        const int more = lengthBytes >= 0 ? lengthBytes : size < 126 ? 0 : size <= 0xffff ? 2 : 8;
        QByteArray out(1, char((final ? 0x80 : 0) | reserved << 4 | opcode));
        out.append(char((masked ? 0x80 : 0) | (more == 0 ? int(size) : more == 2 ? 126 : 127)));
        char length[8];
        qToBigEndian(quint64(size), length);
        out.append(length + 8 - more, more);
        if (!masked)
            return out + payload;
        out.append(mask);
        for (qsizetype i = 0; i < size; ++i)
            out.append(char(payload[i] ^ mask[i % 4]));
        return out;
    }
};

} // namespace trunkline
