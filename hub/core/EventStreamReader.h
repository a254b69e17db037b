// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

namespace trunkline {

/// Takes the data of Server-Sent Events out of a stream's bytes, in pieces of any size (WHATWG HTML §9.2.6).
class EventStreamReader final
{
public:
    /// The data of the events that `bytes` complete. Comments, ids and names are skipped; an unfinished event waits.
    QByteArrayList feed(QByteArrayView bytes);

private:
    void takeLine(const QByteArray &line, QByteArrayList &events);

    QByteArray m_line;
    QByteArray m_data;
    bool m_hasData = false;
    bool m_afterReturn = false;     ///< the last byte was \r: a \n that follows belongs to it
};

} // namespace trunkline
