// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Exchange.h"
#include "hub/core/LatencyHistogram.h"

#include <deque>
#include <list>
#include <unordered_map>

namespace trunkline {

/// Keeps the steps of each `/sse/send` exchange, open or finished. Finished ones and failed ones fall out of rings of their
/// own, oldest first, so that a burst cannot wash out an error; open ones stay. A reply that comes after the end is added to
/// its exchange as a LateReply. Not thread-safe; lives on the hub's thread. Pushes never touch it.
class ExchangeLog
{
public:
    /// Bounds. `bytes` is over all exchanges: beyond it finished ones fall out, and open ones keep no payload and no more
    /// steps than kSparseSteps. 0 finished and 0 failed: an exchange is forgotten when it ends.
    struct Limits
    {
        std::size_t finished = 10'000;
        std::size_t failed = 1'000;
        qint64 bytes = 8LL * 1024 * 1024;
    };
    static constexpr qsizetype kMaxPayloadBytes = 64 * 1024;    ///< larger requests are noted without their payload
    static constexpr std::size_t kSparseSteps = 16;             ///< steps of an exchange while the log is over its bytes
    static constexpr std::size_t kMaxSamples = 4'096;           ///< first replies behind the percentiles
    static constexpr Clock::Duration kSampleAge = std::chrono::seconds(10);

    ExchangeLog(const Clock &clock, const Limits &limits);

    /// A request came; its last byte was read at `received`. Notes RequestComplete and Routed. `info` brings correlation,
    /// route, session, upstream, agent, ping, queue; the log sets the rest. Gives the exchange's number.
    quint64 begin(StreamId stream, ExchangeInfo info, Clock::Instant received);
    /// The payload was handed to `written` sessions; the queue of `overflowed` others was full.
    void written(StreamId stream, QByteArrayView payload, int written, int overflowed);
    void reply(StreamId stream, qint64 bytes);
    void eventWritten(StreamId stream, qint64 bytes);
    /// The kernel took the last byte: Drained or UpstreamDrained; also after the end.
    void drained(StreamId stream, StepKind kind);
    /// The end, once; harmless for a stream that is not open. `answer`: what the sender got when it was an error.
    void finish(StreamId stream, ExchangeState state, QByteArrayView answer = {});
    /// A reply to a finished exchange; harmless when that is forgotten.
    void lateReply(const QByteArray &correlation, qint64 bytes);
    /// Who was asked, of an exchange that is remembered.
    struct Asked
    {
        SessionId session{};
        int sessionsFound = 0;
    };
    [[nodiscard]] Asked asked(StreamId stream) const;
    /// Sets which other hub holds the target.
    void setHolder(StreamId stream, const QByteArray &hub);
    /// Sets a ping that was not known when the exchange began.
    void setPing(StreamId stream, int microseconds);

    /// Copies of what is new or changed since `revision`, in the order of the revisions, at most `max`.
    [[nodiscard]] ExchangePage after(quint64 revision, std::size_t max) const;
    /// Forgets what has ended; what is open goes on.
    void clear();

    [[nodiscard]] quint64 revision() const { return m_revision; }
    [[nodiscard]] std::size_t size() const { return m_exchanges.size(); }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }
    /// The time from request to first reply that `percent` of the exchanges of the last seconds kept; -1 without any.
    [[nodiscard]] int firstReplyPercentile(int percent) const;
    [[nodiscard]] const LatencyHistogram &firstReplies() const { return m_firstReplies; }   ///< since the start
    [[nodiscard]] const LatencyHistogram &lengths() const { return m_lengths; }             ///< of exchanges that ended

private:
    struct Exchange
    {
        ExchangeInfo info;
        Clock::Instant received;
        StreamId stream;
        qint64 weight = 0;          ///< bytes
    };
    using Exchanges = std::list<Exchange>;      ///< by revision
    using Iterator = Exchanges::iterator;
    struct KeyHash
    {
        std::size_t operator()(const QByteArray &key) const noexcept { return qHash(key); }
    };
    struct Sample
    {
        Clock::Instant at;
        int microseconds;
    };

    [[nodiscard]] Iterator find(StreamId stream);
    [[nodiscard]] Iterator findOpen(StreamId stream);
    void changed(Iterator exchange);
    void addStep(Exchange &exchange, StepKind kind, qint64 bytes = 0);
    void weigh(Exchange &exchange, qint64 bytes);
    void noteFirstReply(std::chrono::microseconds after);
    void forget(Iterator exchange);
    void forgetOldest(std::deque<Iterator> &ring);
    void trim();
    [[nodiscard]] quint64 forgottenSince(quint64 revision) const;

    const Clock &m_clock;
    const Limits m_limits;
    Exchanges m_exchanges;
    std::unordered_map<StreamId, Iterator> m_byStream;
    std::unordered_map<QByteArray, Iterator, KeyHash> m_byCorrelation;     ///< the latest one of that id
    std::deque<Iterator> m_finished;            ///< in the order in which they ended
    std::deque<Iterator> m_failed;
    std::deque<Sample> m_samples;
    LatencyHistogram m_firstReplies;
    LatencyHistogram m_lengths;
    qint64 m_bytes = 0;
    quint64 m_revision = 0;
    quint64 m_lastNumber = 0;
    std::deque<quint64> m_forgotten;            ///< the revisions of those that fell out lately
    quint64 m_forgottenNewest = 0;              ///< the greatest of all that fell out
    quint64 m_forgottenEarlier = 0;             ///< how many fell out before those
    quint64 m_forgottenEarlierNewest = 0;
};

} // namespace trunkline
