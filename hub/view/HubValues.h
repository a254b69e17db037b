// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/BackplaneState.h"
#include "hub/core/Exchange.h"
#include "hub/core/Ids.h"
#include "hub/core/Journal.h"
#include "hub/core/Metrics.h"
#include "hub/core/RefusalLog.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

/// Values that windows and admin routes read: copies, safe to keep and to pass between threads.
namespace trunkline {

/// One registered client as it stands at a snapshot.
struct SessionInfo
{
    SessionId id{};
    UserId user{};
    QByteArray remote{};                        ///< address:port
    bool isPublic = false;                      ///< a public account (bot)
    std::chrono::milliseconds connectedAt{};    ///< since 1970-01-01 UTC
    quint64 messagesIn = 0;
    quint64 messagesOut = 0;
    qint64 queuedBytes = 0;                     ///< unsent
    int pingMicroseconds = -1;                  ///< of the last ping; -1: not measured yet
    quint64 dropped = 0;                        ///< messages dropped because it reads too slowly
    bool eventStream = false;                   ///< listens on Server-Sent Events, not on a WebSocket
    bool catchingUp = false;                    ///< still gets what was kept for it
    qint64 history = 0;                         ///< messages of its user that are kept for those who resume
    qint64 waiting = 0;                         ///< messages that its user has not got yet
    friend bool operator==(const SessionInfo &, const SessionInfo &) = default;
};

/// A user who is away and for whom messages wait.
struct WaitingInfo
{
    UserId user{};
    qint64 messages = 0;
    std::chrono::milliseconds since{};          ///< when the oldest came, since 1970-01-01 UTC
    friend bool operator==(const WaitingInfo &, const WaitingInfo &) = default;
};
/// Users that a snapshot names; HubSnapshot::queue counts all.
inline constexpr std::size_t kMaxWaitingUsers = 1000;

/// What is kept of messages.
struct KeptInfo
{
    qint64 messages = 0;
    qint64 bytes = 0;
    qint64 maxBytes = 0;                        ///< 0: nothing is kept
    friend bool operator==(const KeptInfo &, const KeptInfo &) = default;
};

/// A sender of HTTP requests: all connections from one address with one User-Agent.
struct UpstreamInfo
{
    QByteArray address{};
    QByteArray agent{};                         ///< product of the User-Agent, may be empty
    quint64 requests = 0;
    int connections = 0;
    friend bool operator==(const UpstreamInfo &, const UpstreamInfo &) = default;
};

inline constexpr std::size_t kMaxShownRefusals = 50;

/// The hub at one moment.
struct HubSnapshot
{
    QByteArray instance{};                      ///< random, of this start of the hub: another one means that all numbers began anew
    quint64 number = 0;                         ///< grows by one with each snapshot
    std::chrono::milliseconds takenAt{};        ///< since 1970-01-01 UTC
    Clock::Instant instant{};                   ///< the same moment on the clock of JournalEntry::time
    std::chrono::microseconds uptime{};
    Metrics metrics{};
    std::vector<SessionInfo> sessions{};        ///< by session id
    std::vector<UpstreamInfo> upstreams{};
    std::vector<WaitingInfo> waiting{};         ///< the user who got one last first
    KeptInfo history{};                         ///< for clients that resume
    KeptInfo queue{};                           ///< for users who are away
    bool stored = false;                        ///< both survive a restart
    std::vector<Refusal> refusals{};            ///< the last kMaxShownRefusals, oldest first
    QByteArrayList publicAccounts{};
    int openRequests = 0;
    int waitingReceipts = 0;                    ///< messages whose sender waits for an acknowledgement
    int blockedPushes = 0;                      ///< messages that wait for a slow reader
    int idempotencyKeys = 0;                    ///< remembered
    quint64 journalLast = 0;                    ///< newest sequence
    quint64 journalEvicted = 0;
    qint64 journalBytes = 0;
    qint64 journalMaxBytes = 0;
    int firstReplyP50 = -1;                     ///< microseconds from request to first reply in the last seconds; -1: none
    int firstReplyP99 = -1;
    QByteArray url{};
    QByteArray webSocketUrl{};
    QByteArray ssePath{};                       ///< where Push, Batch and Send are posted
    QByteArray sseBatchPath{};
    QByteArray sseSendPath{};
    QByteArray sseBroadcastPath{};              ///< empty: a hub that has none
    QByteArray version{};
    bool secure = false;
    bool boundToLoopback = true;
    bool protectedMode = true;
    bool tokensNeeded = false;                  ///< AUTH_TOKENS or JWT: who comes needs a token
    bool stopping = false;
    BackplaneState backplane{};                 ///< how this hub shares its users with others
    int faultRules = 0;                         ///< messages are meddled with on purpose
};

/// How many were turned away since the start, for whatever reason.
inline quint64 refusedInAll(const Metrics &m)
{
    return m.refusedUnauthorized + m.refusedForbidden + m.refusedHosts + m.refusedTooLarge + m.refusedRates + m.refusedBusy + m.refusedSlow;
}

/// The civil time of a journal entry, in milliseconds since 1970-01-01 UTC.
inline std::chrono::milliseconds wallTime(const HubSnapshot &snapshot, Clock::Instant instant)
{
    return snapshot.takenAt - std::chrono::duration_cast<std::chrono::milliseconds>(snapshot.instant - instant);
}

} // namespace trunkline
