// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EventStreamReader.h"

#include <utility>

namespace trunkline {

QByteArrayList EventStreamReader::feed(QByteArrayView bytes)
{
    QByteArrayList events;
    for (const char c : bytes) {
        const bool secondHalf = std::exchange(m_afterReturn, c == '\r') && c == '\n';
        if (secondHalf)
            continue;
        if (c == '\r' || c == '\n')
            takeLine(std::exchange(m_line, QByteArray()), events);
        else
            m_line += c;
    }
    return events;
}

void EventStreamReader::takeLine(const QByteArray &line, QByteArrayList &events)
{
    if (line.isEmpty()) {
        if (std::exchange(m_hasData, false))
            events << std::exchange(m_data, QByteArray());
        return;
    }
    const qsizetype colon = line.indexOf(':');
    if (line.left(colon < 0 ? line.size() : colon) != "data")
        return;
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    m_data += (m_hasData ? "\n" : "") + value;
    m_hasData = true;
}

} // namespace trunkline
