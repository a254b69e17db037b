// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trunkline {

/// What keeps connections alive and is no message. Counters since the start; hub's thread.
struct Heartbeats
{
    quint64 pings = 0;          ///< sent to WebSocket clients
    quint64 pongs = 0;          ///< that came back
    quint64 keepAlives = 0;     ///< comments on event streams
};

} // namespace trunkline
