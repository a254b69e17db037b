// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/FilterEvaluation.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace trunkline::filter {

namespace {

bool compareNumber(const Test &test, double number)
{
    switch (test.compare) {
    case Compare::Less: return number < test.numbers.front();
    case Compare::LessEqual: return number <= test.numbers.front();
    case Compare::Greater: return number > test.numbers.front();
    case Compare::GreaterEqual: return number >= test.numbers.front();
    default: break;
    }
    return std::find(test.numbers.begin(), test.numbers.end(), number) != test.numbers.end();
}

/// Number comparisons with != are turned around by their callers, as those with text are.
bool turned(const Test &test, bool passed) { return passed != (test.compare == Compare::IsNot); }

bool anyMatches(const Test &test, QByteArrayView text)
{
    return std::any_of(test.patterns.begin(), test.patterns.end(), [text](const TextPattern &pattern) { return pattern.matches(text); });
}

bool anyMatchesJson(const Test &test, QByteArrayView json)
{
    return std::any_of(test.patterns.begin(), test.patterns.end(), [json](const TextPattern &pattern) { return pattern.matchesJson(json); });
}

bool isNameByte(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// @name as the hub looks for it: name = [A-Za-z0-9_]+. For "any" the middle of an e-mail address does not count.
bool mentions(const Test &test, QByteArrayView payload)
{
    const char *at = payload.data();
    const char *end = at + payload.size();
    while (at < end && (at = static_cast<const char *>(std::memchr(at, '@', std::size_t(end - at))))) {
        const bool isInside = at > payload.data() && (isNameByte(at[-1]) || at[-1] == '.' || at[-1] == '-');
        const char *name = ++at;
        while (at < end && isNameByte(*at))
            ++at;
        if (at > name && (test.anyMention ? !isInside : anyMatches(test, QByteArrayView(name, at))))
            return true;
    }
    return false;
}

bool jsonOrder(const Test &test, QByteArrayView token)
{
    if (token.isEmpty() || token.front() == '"' || token.front() == '{' || token.front() == '[')
        return false;
    bool ok = false;
    const double number = token.toByteArray().toDouble(&ok);
    return ok && compareNumber(test, number);
}

bool jsonEquals(const Test &test, QByteArrayView token)
{
    const bool isString = !token.isEmpty() && token.front() == '"';
    const QByteArrayView inner = isString && token.size() >= 2 ? token.sliced(1, token.size() - 2) : token;
    const QByteArray text = inner.contains('\\') ? tokenText(token) : QByteArray::fromRawData(inner.data(), inner.size());
    std::optional<double> number;
    for (std::size_t i = 0; i < test.patterns.size(); ++i) {
        if (test.patterns[i].matches(text))
            return true;
        if (isString || test.numbers.empty() || std::isnan(test.numbers[i]) || text.size() > 15)
            continue;       // 42 and 42.0 are the same; longer numbers are compared digit by digit
        bool ok = false;
        if (!number)
            number = text.toDouble(&ok);
        if (*number == test.numbers[i] && (ok || *number != 0))
            return true;
    }
    return false;
}

bool jsonPasses(const Test &test, QByteArrayView payload)
{
    const bool isOrder = test.compare >= Compare::Less;
    return turned(test, anyValueAt(payload, test.path, [&](QByteArrayView token) {
        if (isOrder)
            return jsonOrder(test, token);
        return test.compare == Compare::Regex ? anyMatches(test, tokenText(token)) : jsonEquals(test, token);
    }));
}

template <typename Enum>
bool hasWord(const Test &test, Enum value) { return turned(test, (test.words & (1u << quint32(value))) != 0); }

quint32 stateBit(EntryStatus status)
{
    switch (status) {
    case EntryStatus::Ok: return StateOk;
    case EntryStatus::NotConnected: return StateNotConnected | StateFailed;
    case EntryStatus::Late: return StateLate;
    case EntryStatus::Orphan: return StateOrphan;
    case EntryStatus::Refused: return StateRefused | StateFailed;
    case EntryStatus::Malformed: return StateMalformed | StateFailed;
    case EntryStatus::Timeout: return StateTimeout | StateFailed;
    case EntryStatus::Disconnected: return StateDisconnected | StateFailed;
    case EntryStatus::Shutdown: return StateShutdown | StateFailed;
    case EntryStatus::Overflow: return StateOverflow | StateFailed;
    case EntryStatus::Cancelled: return StateCancelled;
    case EntryStatus::Duplicate: return StateDuplicate | StateFailed;
    case EntryStatus::Dropped: return StateDropped | StateFailed;
    case EntryStatus::Queued: return StateQueued;
    case EntryStatus::Replayed: return StateReplayed | StateOk;
    case EntryStatus::Gap: return StateGap | StateFailed;
    case EntryStatus::Expired: return StateExpired | StateFailed;
    }
    return 0;
}

quint32 stateBit(ExchangeState state)
{
    switch (state) {
    case ExchangeState::Streaming: return StateStreaming;
    case ExchangeState::Done: return StateOk;
    case ExchangeState::TimedOut: return StateTimeout;
    case ExchangeState::NotConnected: return StateNotConnected;
    case ExchangeState::Disconnected: return StateDisconnected;
    case ExchangeState::Cancelled: return StateCancelled;
    case ExchangeState::Shutdown: return StateShutdown;
    case ExchangeState::Overflow: return StateOverflow;
    }
    return 0;
}

/// An exchange is a request, and its replies are events of it.
quint32 kindsOf(const ExchangeInfo &exchange)
{
    const quint32 replies = (1u << quint32(EntryKind::Reply)) | (1u << quint32(EntryKind::Event));
    return (1u << quint32(EntryKind::Request)) | (exchange.chunks + exchange.lateReplies > 0 ? replies : 0u);
}

} // namespace

quint32 statesOf(const JournalEntry &entry) { return stateBit(entry.status); }

quint32 statesOf(const ExchangeInfo &exchange)
{
    return stateBit(exchange.state) | (exchange.lateReplies > 0 ? StateLate : 0u) | (exchange.isFailed() ? StateFailed : 0u);
}

bool EntrySubject::passes(const Test &test) const
{
    const JournalEntry &entry = m_entry;
    switch (test.field) {
    case Field::Any: return anyMatches(test, entry.user) || anyMatches(test, entry.correlation) || anyMatchesJson(test, entry.payload());
    case Field::Json: return jsonPasses(test, entry.payload());
    case Field::User: return turned(test, anyMatches(test, entry.user));
    case Field::Correlation: return turned(test, anyMatches(test, entry.correlation));
    case Field::Text: return turned(test, anyMatchesJson(test, entry.payload()));
    case Field::Mention: return turned(test, mentions(test, entry.payload()));
    case Field::Kind: return hasWord(test, entry.kind);
    case Field::State: return turned(test, (test.words & statesOf(entry)) != 0);
    case Field::Direction: return hasWord(test, entry.direction);
    case Field::Leg: return hasWord(test, entry.leg);
    case Field::Size: return turned(test, compareNumber(test, double(std::max<qint64>(entry.textBytes, entry.payload().size()))));
    case Field::Session: return turned(test, compareNumber(test, double(entry.session.value)));
    case Field::Number: return turned(test, compareNumber(test, double(entry.sequence)));
    case Field::Named:
    case Field::Owner:
    case Field::Latency:
    case Field::Gap:
    case Field::Chunks:
    case Field::Late:
    case Field::Ping:
    case Field::Queue:
    case Field::From:
    case Field::Agent: break;
    }
    return false;
}

const std::optional<Gap> &ExchangeSubject::longestGap() const
{
    if (!m_longest)
        m_longest = whyLate(m_exchange).longest;
    return *m_longest;
}

bool ExchangeSubject::gapPasses(const Test &test) const
{
    if (test.compare == Compare::Greater || test.compare == Compare::GreaterEqual) {
        // No gap is longer than all of it; most exchanges are done with this.
        std::chrono::microseconds most = m_exchange.latency;
        for (const ExchangeStep &step : m_exchange.steps)
            most = std::max(most, step.at);
        if (!compareNumber(test, double(most.count())))
            return false;
    }
    const std::optional<Gap> &gap = longestGap();
    return turned(test, compareNumber(test, gap ? double(gap->length().count()) : 0.0));
}

bool ExchangeSubject::namePasses(const Test &test) const
{
    const ExchangeInfo &exchange = m_exchange;
    switch (test.field) {
    case Field::User: return anyMatches(test, exchange.route.target.isEmpty() ? exchange.route.named : exchange.route.target);
    case Field::Named: return anyMatches(test, exchange.route.named);
    case Field::Correlation: return anyMatches(test, exchange.correlation);
    case Field::From: return anyMatches(test, exchange.upstream);
    case Field::Agent: return anyMatches(test, exchange.agent);
    case Field::Text: return anyMatchesJson(test, exchange.request);
    case Field::Mention:
        return (!exchange.route.mention.isEmpty() && anyMatches(test, exchange.route.mention)) || mentions(test, exchange.request);
    default: return false;
    }
}

bool ExchangeSubject::passes(const Test &test) const
{
    const ExchangeInfo &exchange = m_exchange;
    switch (test.field) {
    case Field::Any:
        return anyMatches(test, exchange.route.target) || anyMatches(test, exchange.route.named) || anyMatches(test, exchange.correlation)
            || anyMatchesJson(test, exchange.request);
    case Field::Json: return jsonPasses(test, exchange.request);
    case Field::User:
    case Field::Named:
    case Field::Correlation:
    case Field::From:
    case Field::Agent:
    case Field::Text:
    case Field::Mention: return turned(test, namePasses(test));
    case Field::Kind: return turned(test, (test.words & kindsOf(exchange)) != 0);
    case Field::State: return turned(test, (test.words & statesOf(exchange)) != 0);
    case Field::Owner: return longestGap() && hasWord(test, longestGap()->owner);
    case Field::Gap: return gapPasses(test);
    case Field::Latency: return turned(test, compareNumber(test, double(exchange.latency.count())));
    case Field::Size: return turned(test, compareNumber(test, double(std::max<qint64>(exchange.requestBytes, exchange.request.size()))));
    case Field::Chunks: return turned(test, compareNumber(test, exchange.chunks));
    case Field::Late: return turned(test, compareNumber(test, exchange.lateReplies));
    case Field::Ping: return exchange.pingMicroseconds >= 0 && turned(test, compareNumber(test, exchange.pingMicroseconds));
    case Field::Queue: return turned(test, compareNumber(test, double(exchange.queuedBytes)));
    case Field::Session: return turned(test, compareNumber(test, double(exchange.session.value)));
    case Field::Number: return turned(test, compareNumber(test, double(exchange.number)));
    case Field::Direction:
    case Field::Leg: break;
    }
    return false;
}

} // namespace trunkline::filter
