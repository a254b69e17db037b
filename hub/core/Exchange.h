// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"

#include <chrono>
#include <memory>
#include <vector>

/// Values of one `/sse/send` request from POST to last chunk: copies, safe to keep and to pass between threads.
namespace trunkline {

enum class ExchangeState : quint8 {
    Streaming, Done, TimedOut, NotConnected, Disconnected, Cancelled, Shutdown, Overflow
};

/// What happened in an exchange, in the order in which it happened.
enum class StepKind : quint8 {
    RequestComplete,    ///< the last byte of the POST was read; time 0
    Routed,             ///< the target is known
    Written,            ///< handed to the target's socket
    Drained,            ///< the kernel took the last byte of it
    Reply,              ///< a reply came from the target
    EventWritten,       ///< its event was handed to the upstream's socket
    UpstreamDrained,    ///< the kernel took the last byte of the answer
    Ended,              ///< final reply, error event or hang-up
    LateReply           ///< a reply after the end
};

struct ExchangeStep
{
    StepKind kind = StepKind::RequestComplete;
    std::chrono::microseconds at{};             ///< since RequestComplete
    qint64 bytes = 0;                           ///< of the message, reply or event; 0 where there is none
    friend bool operator==(const ExchangeStep &, const ExchangeStep &) = default;
};

/// Why a message went where it went.
struct RouteInfo
{
    UserId named{};                             ///< whom the sender named
    UserId target{};                            ///< who was asked in the end
    QByteArray mention{};                       ///< the public account that was mentioned, empty when there was none
    int sessionsFound = 0;
    int written = 0;
    int overflowed = 0;                         ///< sessions whose queue was full
    QByteArray hub{};                           ///< the hub that holds the target; empty: this one
    QByteArray answer{};                        ///< what the sender got when nothing was streamed, e.g. "User not connected"
    friend bool operator==(const RouteInfo &, const RouteInfo &) = default;
};

/// Steps that one exchange keeps; later ones are counted in `stepsDropped`.
inline constexpr std::size_t kMaxExchangeSteps = 512;

/// One correlation from POST to last chunk.
struct ExchangeInfo
{
    quint64 number = 0;                         ///< 1, 2, 3 …; never changes
    quint64 revision = 0;                       ///< grows with every change of any exchange
    QByteArray correlation{};
    ExchangeState state = ExchangeState::Streaming;
    std::chrono::milliseconds startedAt{};      ///< since 1970-01-01 UTC
    RouteInfo route{};
    SessionId session{};                        ///< the first one asked; 0: none
    QByteArray upstream{};                      ///< address:port of the sender
    QByteArray agent{};                         ///< product of its User-Agent
    QByteArray requestId{};                     ///< X-Request-ID, the sender's or one that was made
    QByteArray traceparent{};                   ///< W3C Trace Context; empty when the sender gave none
    int chunks = 0;
    int lateReplies = 0;
    std::chrono::microseconds latency{};        ///< to the end, or so far
    int pingMicroseconds = -1;                  ///< the target's last ping when it was asked
    qint64 queuedBytes = 0;                     ///< the target's unsent bytes when it was asked
    QByteArray request{};                       ///< the payload as the target got it; empty when it was too large to keep
    qint64 requestBytes = 0;                    ///< its size; larger than request.size() when it was not kept
    std::vector<ExchangeStep> steps{};
    quint64 stepsDropped = 0;
    [[nodiscard]] bool isFailed() const
    {
        return state != ExchangeState::Streaming && state != ExchangeState::Done && state != ExchangeState::Cancelled;
    }
};

/// Exchanges that changed, in the order of their revision.
struct ExchangePage
{
    std::vector<std::shared_ptr<const ExchangeInfo>> exchanges{};
    quint64 revision = 0;                       ///< ask on from here
    quint64 skipped = 0;                        ///< exchanges that fell out before they were read
};

} // namespace trunkline
