// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <QString>

#include <array>
#include <utility>

/// The words of the admin API, and the metrics by name.
namespace trunkline::hubjson {

template <typename Enum, std::size_t Size>
using Names = std::array<std::pair<Enum, const char *>, Size>;

inline constexpr Names<Leg, 2> kLegs{{{Leg::Upstream, "upstream"}, {Leg::Client, "client"}}};
inline constexpr Names<Direction, 2> kDirections{{{Direction::In, "in"}, {Direction::Out, "out"}}};
inline constexpr Names<EntryKind, 9> kKinds{{{EntryKind::Push, "push"}, {EntryKind::Request, "request"},
    {EntryKind::Reply, "reply"}, {EntryKind::Event, "event"}, {EntryKind::Connect, "connect"},
    {EntryKind::Disconnect, "disconnect"}, {EntryKind::Text, "text"},
    {EntryKind::Ack, "ack"}, {EntryKind::Broadcast, "broadcast"}}};
inline constexpr Names<EntryStatus, 17> kStatuses{{{EntryStatus::Ok, "ok"}, {EntryStatus::NotConnected, "not_connected"},
    {EntryStatus::Late, "late"}, {EntryStatus::Orphan, "orphan"}, {EntryStatus::Refused, "refused"},
    {EntryStatus::Malformed, "malformed"}, {EntryStatus::Timeout, "timeout"}, {EntryStatus::Disconnected, "disconnected"},
    {EntryStatus::Shutdown, "shutdown"}, {EntryStatus::Overflow, "overflow"}, {EntryStatus::Cancelled, "cancelled"},
    {EntryStatus::Duplicate, "duplicate"}, {EntryStatus::Dropped, "dropped"},
    {EntryStatus::Queued, "queued"}, {EntryStatus::Replayed, "replayed"},
    {EntryStatus::Gap, "gap"}, {EntryStatus::Expired, "expired"}}};
inline constexpr Names<Fault, 10> kFaults{{{Fault::None, ""}, {Fault::Drop, "drop"}, {Fault::Delay, "delay"},
    {Fault::Duplicate, "duplicate"}, {Fault::Reorder, "reorder"}, {Fault::Truncate, "truncate"}, {Fault::Split, "split"},
    {Fault::Close, "close"}, {Fault::HalfClose, "half_close"}, {Fault::Stall, "stall"}}};
inline constexpr Names<ExchangeState, 8> kStates{{{ExchangeState::Streaming, "streaming"}, {ExchangeState::Done, "done"},
    {ExchangeState::TimedOut, "timed_out"}, {ExchangeState::NotConnected, "not_connected"},
    {ExchangeState::Disconnected, "disconnected"}, {ExchangeState::Cancelled, "cancelled"},
    {ExchangeState::Shutdown, "shutdown"}, {ExchangeState::Overflow, "overflow"}}};
inline constexpr Names<BackplaneState::Link, 4> kBackplaneLinks{{{BackplaneState::Link::None, ""}, {BackplaneState::Link::Connecting, "connecting"},
    {BackplaneState::Link::Up, "up"}, {BackplaneState::Link::Down, "down"}}};
inline constexpr Names<StepKind, 9> kSteps{{{StepKind::RequestComplete, "request_complete"}, {StepKind::Routed, "routed"},
    {StepKind::Written, "written"}, {StepKind::Drained, "drained"}, {StepKind::Reply, "reply"},
    {StepKind::EventWritten, "event_written"}, {StepKind::UpstreamDrained, "upstream_drained"}, {StepKind::Ended, "ended"},
    {StepKind::LateReply, "late_reply"}}};

inline constexpr std::array<std::pair<const char *, quint64 Metrics::*>, 45> kMetrics{{
    {"sessions_accepted", &Metrics::sessionsAccepted}, {"sessions_rejected", &Metrics::sessionsRejected},
    {"pushes", &Metrics::pushes}, {"pushes_not_connected", &Metrics::pushesNotConnected}, {"requests", &Metrics::requests},
    {"requests_finished", &Metrics::requestsFinished}, {"requests_not_connected", &Metrics::requestsNotConnected},
    {"requests_timed_out", &Metrics::requestsTimedOut}, {"requests_disconnected", &Metrics::requestsDisconnected},
    {"requests_cancelled", &Metrics::requestsCancelled}, {"requests_conflicted", &Metrics::requestsConflicted},
    {"replies", &Metrics::replies}, {"replies_late", &Metrics::repliesLate}, {"replies_orphan", &Metrics::repliesOrphan},
    {"replies_refused", &Metrics::repliesRefused}, {"texts_without_id", &Metrics::textsWithoutId},
    {"texts_malformed", &Metrics::textsMalformed}, {"messages_delivered", &Metrics::messagesDelivered},
    {"messages_overflowed", &Metrics::messagesOverflowed},
    {"acks", &Metrics::acks},
    {"ack_timeouts", &Metrics::ackTimeouts},
    {"broadcasts", &Metrics::broadcasts},
    {"broadcast_deliveries", &Metrics::broadcastDeliveries},
    {"messages_dropped", &Metrics::messagesDropped},
    {"pushes_blocked", &Metrics::pushesBlocked},
    {"pushes_blocked_out", &Metrics::pushesBlockedOut},
    {"idempotent_replays", &Metrics::idempotentReplays},
    {"idempotency_conflicts", &Metrics::idempotencyConflicts},
    {"presence_events", &Metrics::presenceEvents},
    {"messages_queued", &Metrics::messagesQueued}, {"messages_replayed", &Metrics::messagesReplayed},
    {"messages_expired", &Metrics::messagesExpired}, {"queue_refusals", &Metrics::queueRefusals},
    {"gaps", &Metrics::gaps}, {"store_errors", &Metrics::storeErrors},
    {"refused_unauthorized", &Metrics::refusedUnauthorized}, {"refused_forbidden", &Metrics::refusedForbidden},
    {"refused_hosts", &Metrics::refusedHosts}, {"refused_too_large", &Metrics::refusedTooLarge},
    {"refused_rates", &Metrics::refusedRates}, {"refused_busy", &Metrics::refusedBusy}, {"refused_slow", &Metrics::refusedSlow},
    {"tokens_expired", &Metrics::tokensExpired},
    {"posts_unanswered", &Metrics::postsUnanswered}, {"requests_unavailable", &Metrics::requestsUnavailable}}};
static_assert(sizeof(Metrics) == kMetrics.size() * sizeof(quint64), "every counter is in the table");

template <typename Enum, std::size_t Size>
const char *nameOf(const Names<Enum, Size> &names, Enum value)
{
    for (const auto &[known, name] : names) {
        if (known == value)
            return name;
    }
    return "";
}

/// The value of that name, or the first of the table for one that is not known.
template <typename Enum, std::size_t Size>
Enum valueOf(const Names<Enum, Size> &names, const QString &name)
{
    for (const auto &[value, known] : names) {
        if (name == QLatin1StringView(known))
            return value;
    }
    return names.front().first;
}

} // namespace trunkline::hubjson
