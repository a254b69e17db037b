// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/AccessPolicy.h"
#include "hub/core/RequestHead.h"
#include "hub/core/RequestTrace.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"
#include "hub/net/Admission.h"
#include "hub/net/HttpExchange.h"
#include "hub/net/TurnWriter.h"

namespace trunkline {

class HttpFrontend;
class UpstreamTable;
class WsFrontend;

/// Deadlines of a connection.
struct GateDeadlines
{
    Clock::Duration head = std::chrono::seconds(10);        ///< from the first byte (or from accept) to the end of the head
    Clock::Duration body = std::chrono::seconds(30);
    Clock::Duration idle = std::chrono::seconds(75);        ///< between requests
    Clock::Duration handshake = std::chrono::seconds(10);   ///< TLS and WebSocket
    Clock::Duration linger = std::chrono::seconds(2);       ///< reading on after a refusal, so that it arrives
};

/// Bytes that may wait behind an open stream for their turn.
inline constexpr qint64 kMaxHeldBytes = 16 * 1024;

/// What all connections of one gate share. Lives on the hub's thread.
struct GateContext
{
    const Settings &settings;
    TimerWheel &wheel;
    RequestHandler &handler;
    TurnWriter &turn;
    RateLimits &rates;
    RefusalLog &refusals;
    HttpFrontend *http = nullptr;
    WsFrontend *webSockets = nullptr;
    SessionHost *sessions = nullptr;        ///< of WS_PATH
    SessionHost *echo = nullptr;            ///< of kEchoPath; null without ECHO_ENDPOINT
    const AccessPolicy *access = nullptr;
    GateDeadlines deadlines{};
    bool secure = false;
    quint64 *keepAlives = nullptr;          ///< counts the comments on event streams
    UpstreamTable *upstreams = nullptr;     ///< null while nobody watches
    RequestHeadParser parser{};
    RequestIdSource requestIds{};
    /// What a connection peeks into: whole small requests are handled from here without another copy.
    QByteArray scratch{};
};

} // namespace trunkline
