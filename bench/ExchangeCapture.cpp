// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/ExchangeCapture.h"

#include "hub/core/Json.h"

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

/// How a failed exchange ends on the upstream leg, and what its last event says.
struct End
{
    EntryStatus status = EntryStatus::Ok;
    const char *error = nullptr;        ///< null: the hub wrote no event
};

End endOf(ExchangeState state)
{
    switch (state) {
    case ExchangeState::TimedOut: return {EntryStatus::Timeout, "Timeout waiting for response"};
    case ExchangeState::NotConnected: return {EntryStatus::NotConnected, "User not connected"};
    case ExchangeState::Disconnected: return {EntryStatus::Disconnected, "User disconnected"};
    case ExchangeState::Shutdown: return {EntryStatus::Shutdown, "Server shutting down"};
    case ExchangeState::Cancelled: return {EntryStatus::Cancelled, nullptr};
    default: return {};
    }
}

JournalEntry upstream(const ExchangeInfo &exchange, Direction direction, EntryKind kind, const QByteArray &text, Clock::Instant at)
{
    JournalEntry entry;
    entry.time = at;
    entry.leg = Leg::Upstream;
    entry.direction = direction;
    entry.kind = kind;
    entry.user = kind == EntryKind::Request ? exchange.route.named : exchange.route.target;
    entry.correlation = exchange.correlation;
    entry.text = text;
    entry.textBytes = text.size();
    return entry;
}

/// What went over the upstream leg, put together from the other one.
std::vector<JournalEntry> withUpstream(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages, const QByteArray &posted, Clock::Instant began)
{
    std::vector<JournalEntry> all{upstream(exchange, Direction::In, EntryKind::Request, posted, began)};
    for (const JournalEntry &entry : messages) {
        all.push_back(entry);
        if (entry.kind == EntryKind::Reply && entry.status == EntryStatus::Ok)
            all.push_back(upstream(exchange, Direction::Out, EntryKind::Event, entry.text, entry.time));
    }
    const End end = endOf(exchange.state);
    if (end.status == EntryStatus::Ok)
        return all;
    const Clock::Instant at{began.sinceStart + exchange.latency};
    std::vector<JournalEntry> last;
    if (end.error) {
        const QByteArray text = QByteArray("{\"error\":") + encodeJsonString(end.error) + ",\"correlation_id\":" + encodeJsonString(exchange.correlation) + '}';
        last.push_back(upstream(exchange, Direction::Out, EntryKind::Event, text, at));
    }
    last.push_back(upstream(exchange, Direction::In, EntryKind::Request, {}, at));
    last.back().status = end.status;
    if (end.error)
        last.front().status = end.status;
    const auto behind = std::upper_bound(all.begin(), all.end(), at, [](Clock::Instant time, const JournalEntry &entry) { return time < entry.time; });
    all.insert(behind, last.begin(), last.end());
    return all;
}

/// Everybody who has a part in it, as one who was there before.
std::vector<JournalEntry> connections(const HubSnapshot &hub, const std::vector<JournalEntry> &messages)
{
    std::vector<JournalEntry> entries;
    std::set<quint64> seen;
    for (const JournalEntry &message : messages) {
        if (!message.session || !seen.insert(message.session.value).second)
            continue;
        JournalEntry entry;
        entry.leg = Leg::Client;
        entry.kind = EntryKind::Connect;
        entry.session = message.session;
        entry.user = message.user;
        const auto known = std::find_if(hub.sessions.begin(), hub.sessions.end(), [&](const SessionInfo &session) { return session.id == message.session; });
        if (known != hub.sessions.end())
            entry.text = known->remote;
        entry.textBytes = entry.text.size();
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace

Capture captureOf(const HubSnapshot &hub, const ExchangeInfo &exchange, std::vector<JournalEntry> messages, const QByteArray &posted)
{
    std::sort(messages.begin(), messages.end(), [](const JournalEntry &a, const JournalEntry &b) { return a.sequence < b.sequence; });
    // The journal's clock and the wall's meet in the snapshot.
    const Clock::Instant began = messages.empty() ? Clock::Instant{hub.instant.sinceStart - (hub.takenAt - exchange.startedAt)} : messages.front().time;
    const bool recorded = std::any_of(messages.begin(), messages.end(), [](const JournalEntry &entry) { return entry.leg == Leg::Upstream; });
    if (!recorded && !posted.isEmpty())
        messages = withUpstream(exchange, messages, posted, began);
    Capture capture;
    capture.header.version = hub.version;
    capture.header.startedAt = wallTime(hub, began);
    capture.header.url = hub.url;
    capture.header.webSocketUrl = hub.webSocketUrl;
    capture.header.pushPath = hub.ssePath;
    capture.header.sendPath = hub.sseSendPath;
    capture.entries = connections(hub, messages);
    quint64 number = 0;
    for (JournalEntry &entry : messages) {
        entry.time = {entry.time - began};
        entry.sequence = ++number;
        capture.entries.push_back(std::move(entry));
    }
    return capture;
}

} // namespace trunkline
