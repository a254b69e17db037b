// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/CorrelationTable.h"
#include "hub/core/ExchangeLog.h"
#include "hub/core/Journal.h"
#include "hub/core/MentionRouter.h"
#include "hub/core/Message.h"
#include "hub/core/Metrics.h"
#include "hub/core/Reply.h"
#include "hub/core/SessionRegistry.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"

#include <unordered_map>

namespace trunkline {

/// Where and when a `/sse/send` request came in, for those who watch.
struct RequestOrigin
{
    Clock::Instant received{};      ///< its last byte; 0: when the hub is asked
    QByteArray upstream{};          ///< address:port
    QByteArray agent{};             ///< product of the User-Agent
};

/// The switchboard: sessions register here, messages are routed here, replies find their request here.
/// Knows no socket. Not thread-safe: one hub, one thread. Nothing is destroyed inside a fan-out.
class Hub final : public SessionHost
{
public:
    /// What became of a push.
    struct Delivery
    {
        int sessions = 0;               ///< how many took the message; 0: user not connected
        [[nodiscard]] bool delivered() const { return sessions > 0; }
    };
    /// What became of a `/sse/send` request.
    enum class Opening {
        Streaming,      ///< replies will come
        Ended,          ///< the stream got its error event and its end already
        Conflict,       ///< the id is open (answer 409); the stream was not touched
        Full            ///< too many open requests (answer 503); the stream was not touched
    };

    Hub(const Settings &settings, const Clock &clock, TimerWheel &wheel);
    ~Hub() override;

    /// Registers a connection according to the duplicate policy. Returns 0 when it was refused: the endpoint has been
    /// told to close and must not call closed().
    SessionId opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote) override;
    /// The connection is gone: open requests to a user without another session end with `User disconnected`.
    void closed(SessionId session) override;
    /// A text frame came from a client; `text` has `padding` readable bytes behind it.
    void received(SessionId session, QByteArrayView text, qsizetype padding) override;

    Delivery push(const Message &message);
    /// Whether open() with this message would be refused: Conflict or Full; Streaming otherwise.
    [[nodiscard]] Opening admission(const Message &message) const;
    /// Asks the target. `stream` must stay alive until it got end(), or cancel() was called.
    Opening open(const Message &message, StreamId id, ReplyStream &stream, const RequestOrigin &origin = {});
    /// The upstream hung up: the correlation closes at once.
    void cancel(StreamId stream);

    /// Ends every stream with the shutdown event and closes every session with 1001.
    void shutdown();

    /// Closes a session with 1008 and `reason` (cut to 123 bytes). False when there is none.
    bool disconnectSession(SessionId session, const QByteArray &reason);
    /// Empties journal and finished exchanges.
    void clearHistory();
    /// Whether somebody looks: only then are pings asked for and drains waited for.
    void setWatched(bool watched) { m_watched = watched; }

    [[nodiscard]] SessionId nextSessionId() { return SessionId{++m_lastSession}; }
    [[nodiscard]] StreamId nextStreamId() { return StreamId{++m_lastStream}; }
    [[nodiscard]] const SessionRegistry &sessions() const { return m_sessions; }
    [[nodiscard]] const CorrelationTable &correlations() const { return m_correlations; }
    [[nodiscard]] const MentionRouter &mentions() const { return m_mentions; }
    [[nodiscard]] const Journal &journal() const { return m_journal; }
    [[nodiscard]] const ExchangeLog &exchanges() const { return m_exchanges; }
    [[nodiscard]] const Metrics &metrics() const { return m_metrics; }
    [[nodiscard]] const Settings &settings() const { return m_settings; }
    [[nodiscard]] Clock::Duration uptime() const { return m_clock.now() - m_started; }
    [[nodiscard]] bool isStopping() const { return m_stopping; }

private:
    class ExpiryTimer;
    void replace(SessionId session);
    UserId targetOf(const Message &message) const;
    bool deliverTo(Session &session, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey);
    int fanOut(const SessionRegistry::OfUser &target, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey);
    void deliverReply(Session &from, Reply reply);
    void finish(const OpenRequest &request, const char *error, EntryStatus status);
    void expire();
    void armExpiry();
    void note(const JournalRecord &record) { m_journal.append(record); }
    // The exchange log's side of a request; in HubExchanges.cpp.
    void noteAsked(StreamId id, const Message &message, const UserId &target, const CorrelationId &correlation,
                   const RequestOrigin &origin);
    void noteWritten(StreamId id, const OutboundMessage &message, int written);
    void noteEnded(StreamId id, EntryStatus status, const char *error, ReplyStream &stream);
    static QByteArray errorEvent(const char *error, const CorrelationId &correlation);

    const Settings m_settings;
    const Clock &m_clock;
    TimerWheel &m_wheel;
    const Clock::Instant m_started;
    SessionRegistry m_sessions;
    CorrelationTable m_correlations;
    MentionRouter m_mentions;
    Journal m_journal;
    ExchangeLog m_exchanges;
    Metrics m_metrics;
    JsonReader m_reader;
    std::unordered_map<StreamId, ReplyStream *> m_streams;
    std::unique_ptr<ExpiryTimer> m_expiry;
    quint64 m_lastSession = 0;
    quint64 m_lastStream = 0;
    bool m_stopping = false;
    bool m_watched = false;
};

} // namespace trunkline
