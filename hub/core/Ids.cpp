// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Ids.h"

#include <QUuid>

namespace trunkline {

bool isValidUserId(QByteArrayView utf8)
{
    if (utf8.isEmpty() || utf8.size() > kMaxUserIdBytes)
        return false;
    bool ascii = true;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto byte = uchar(utf8[i]);
        if (byte < 0x20 || byte == 0x7f)
            return false;
        // C1 controls, U+0080 to U+009F
        if (byte == 0xc2 && i + 1 < utf8.size() && uchar(utf8[i + 1]) < 0xa0)
            return false;
        ascii = ascii && byte < 0x80;
    }
    return ascii || utf8.isValidUtf8();
}

CorrelationId makeCorrelationId()
{
    CorrelationId id;
    id.key = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    id.json.reserve(id.key.size() + 2);
    id.json.append('"').append(id.key).append('"');
    return id;
}

} // namespace trunkline
