// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace trunkline {

/// How a backplane fares, for those who watch.
struct BackplaneState
{
    enum class Link { None, Connecting, Up, Down };
    Link link = Link::None;     ///< None: this hub stands alone
    QByteArray name{};          ///< of this hub
    QByteArray place{};         ///< where the backplane is, without a password
    QByteArray problem{};       ///< why it is down; empty while it is up
    int hubs = 0;               ///< that stand behind the same backplane, this one included
    int latencyMicroseconds = -1;   ///< of the last ping; -1: none yet
    quint64 published = 0;      ///< messages handed to it
    quint64 received = 0;       ///< messages that came from it
    quint64 reconnects = 0;
    quint64 lost = 0;           ///< messages of which it is not known what became of them
    friend bool operator==(const BackplaneState &, const BackplaneState &) = default;
};

} // namespace trunkline
