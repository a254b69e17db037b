// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/AckTable.h"
#include "hub/core/BroadcastRequest.h"
#include "hub/core/CorrelationTable.h"
#include "hub/core/ExchangeLog.h"
#include "hub/core/Heartbeats.h"
#include "hub/core/Journal.h"
#include "hub/core/MentionRouter.h"
#include "hub/core/Message.h"
#include "hub/core/MessageLog.h"
#include "hub/core/Metrics.h"
#include "hub/core/RefusalLog.h"
#include "hub/core/Reply.h"
#include "hub/core/RoomQueue.h"
#include "hub/core/SessionRegistry.h"
#include "hub/core/Settings.h"
#include "hub/core/TimerWheel.h"

#include <unordered_map>

namespace trunkline {

class Backplane;
class BackplaneHost;
struct PostOutcome;

/// How a message to a user elsewhere is to be handled there.
struct PostWishes
{
    bool ack = false;                           ///< the client's acknowledgement is awaited
    std::chrono::milliseconds patience{};       ///< how long the sender waits for it, for room or for a reply
};

/// Where and when a `/sse/send` request came in, for those who watch.
struct RequestOrigin
{
    Clock::Instant received{};      ///< its last byte; 0: when the hub is asked
    QByteArray upstream{};          ///< address:port
    QByteArray agent{};             ///< product of the User-Agent
    QByteArray requestId{};         ///< X-Request-ID
    QByteArray traceparent{};       ///< W3C Trace Context; empty: none
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
        bool queued = false;            ///< nobody took it, and it waits for the user
        quint64 sequence = 0;           ///< its number among the user's messages; 0: the user's are not numbered
        MessageStore::Ticket ticket = 0;    ///< not 0: answer in whenStored(), so that what was answered survives
        [[nodiscard]] bool delivered() const { return sessions > 0; }
    };
    /// What became of a reply that was posted.
    enum class ReplyFate {
        Forwarded,      ///< to the stream of its request
        Late,           ///< the request had ended
        Orphan,         ///< nobody knows the id
        Refused,        ///< another user was asked
        NoId,           ///< it names no correlation
        Malformed,      ///< no JSON
        Acknowledged,   ///< a receipt that somebody waited for
        NoStream        ///< the user does not listen on Server-Sent Events
    };
    /// What became of a broadcast.
    struct BroadcastDelivery
    {
        int users = 0;                  ///< who got it
        int sessions = 0;               ///< how many sessions of theirs
        int connected = 0;              ///< users who should have got it and were there
        int notConnected = 0;           ///< users who were named and were not there
        int slow = 0;                   ///< sessions whose queue was full
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

    ReservationId reserve(const UserId &user, std::function<void()> ready) override;
    void unreserve(ReservationId reservation) override;
    /// Registers a connection according to the duplicate policy. Returns 0 when it was refused: the endpoint has been
    /// told to close and must not call closed().
    SessionId opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote) override;
    /// The connection is gone: open requests to a user without another session end with `User disconnected`.
    void closed(SessionId session) override;
    /// A text frame came from a client; `text` has `padding` readable bytes behind it.
    void received(SessionId session, QByteArrayView text, qsizetype padding) override;

    void pinged() override { ++m_heartbeats.pings; }
    void ponged() override { ++m_heartbeats.pongs; }

    /// A reply that a listener on Server-Sent Events posted.
    ReplyFate receivedFrom(const UserId &user, QByteArrayView text, qsizetype padding);

    /// Messages that waited made place for newer ones.
    void dropped(SessionId session, int messages) override;
    /// Those who wait for room at that user may go on.
    void roomMade(SessionId session) override;

    /// Of every kPushSample-th push the time is taken: two calls of the clock each would be felt.
    static constexpr quint64 kPushSample = 64;
    Delivery push(const Message &message) { return m_metrics.pushes % kPushSample == 0 ? timedPush(message) : untimedPush(message); }
    /// Calls back once what Delivery::ticket stands for survives the end of the process, or could not be written.
    void whenStored(MessageStore::Ticket ticket, std::function<void(bool stored)> callback);
    /// One frame for all. Receivers that are too slow are left out.
    BroadcastDelivery broadcast(const BroadcastRequest &request);
    /// The public account that the message mentions, else the user that it names.
    [[nodiscard]] UserId targetOf(const Message &message) const;

    /// Who waits for receipts. Expect before push(): the client may be quick.
    [[nodiscard]] AckTable &acks() { return m_acks; }
    [[nodiscard]] const AckTable &acks() const { return m_acks; }
    /// Notes that a receipt did not come in time; when it comes still, it counts as late.
    void unacknowledged(const UserId &target, const QByteArray &correlationKey);

    /// Whether a message of that size fits into what may wait for each session of the user; true for one who is not connected.
    [[nodiscard]] bool hasRoom(const UserId &target, qsizetype bytes) const;
    /// Calls `ready` when it does, or when the user left; behind those who wait already.
    RoomQueue::Ticket waitForRoom(const UserId &target, qsizetype bytes, std::function<void()> ready);
    /// Notes that it took too long.
    void stopWaiting(RoomQueue::Ticket ticket, const UserId &target);
    [[nodiscard]] RoomQueue &room() { return m_room; }
    [[nodiscard]] const RoomQueue &room() const { return m_room; }

    /// From now on the session gets `{"type":"presence"}` messages. False when too many do already.
    bool watchPresence(SessionId session);
    [[nodiscard]] bool canWatchPresence() const { return m_presenceWatchers.size() < std::size_t(m_settings.presenceWatchers); }
    /// Whether open() with this message would be refused: Conflict or Full; Streaming otherwise.
    [[nodiscard]] Opening admission(const Message &message) const;
    /// Asks the target. `stream` must stay alive until it got end(), or cancel() was called.
    Opening open(const Message &message, StreamId id, ReplyStream &stream, const RequestOrigin &origin = {});
    /// The upstream hung up: the correlation closes at once.
    void cancel(StreamId stream);
    /// Events that waited for a slow upstream made place for newer ones.
    void eventsDropped(StreamId stream, int events);

    /// Ends every stream with the shutdown event and closes every session with 1001.
    void shutdown();

    /// Closes a session with 1008 and `reason` (cut to 123 bytes). False when there is none.
    bool disconnectSession(SessionId session, const QByteArray &reason);
    /// Empties journal and finished exchanges.
    void clearHistory();
    /// Keeps messages in `store` from now on, beginning with those it had. Before the first client; `store` outlives the hub's use.
    void attachStore(MessageStore &store, std::vector<StoredUser> users);
    /// Shares its users with other hubs from now on. Before the first client; `backplane` outlives the hub's use. `store` keeps what waits
    /// for users, where the backplane does that.
    void attachBackplane(Backplane &backplane, MessageStore &store);
    /// Who is told what comes by the backplane; after attachBackplane().
    [[nodiscard]] BackplaneHost &backplaneHost() const;
    [[nodiscard]] bool isShared() const { return m_cluster != nullptr; }
    [[nodiscard]] Backplane *backplane() const;     ///< null: the hub stands alone
    /// Whether a message to that user goes by the backplane: postElsewhere(), not push().
    [[nodiscard]] bool goesElsewhere(const UserId &target) const;
    /// Pushes to a user elsewhere. `answer` comes once, later, unless forgetPost() comes before. The message has a correlation.
    quint64 postElsewhere(const Message &message, const PostWishes &wishes, std::function<void(const PostOutcome &)> answer);
    /// A reply of a listener whose stream another hub has. `answer`: nullopt when nothing is heard of it.
    quint64 sayElsewhere(const UserId &user, QByteArrayView text, std::function<void(std::optional<ReplyFate>)> answer);
    void forgetPost(quint64 ticket);
    /// A broadcast on all hubs; only while isShared().
    quint64 broadcastEverywhere(const BroadcastRequest &request, std::function<void(const PostOutcome &)> answer);
    /// Makes sure that no other hub has a request with that id open. `done` comes later: false when one has; nullopt when nobody can be asked.
    void claimRequest(const CorrelationId &correlation, std::function<void(std::optional<bool>)> done);
    /// The claim is not used after all.
    void unclaimRequest(const CorrelationId &correlation);
    /// The request with that claim waits for so long, at most, before it is opened.
    void prolongClaim(const CorrelationId &correlation, std::chrono::milliseconds time);

    /// Whether somebody looks: only then are pings asked for and drains waited for.
    void setWatched(bool watched) { m_watched = watched; }

    /// Whether somebody records: only then the journal also holds what was posted and the events that were streamed.
    void setRecording(bool recording) { m_recording = recording; }
    /// Notes what was done to a message on purpose.
    void noteFault(const JournalRecord &record) { note(record); }

    [[nodiscard]] SessionId nextSessionId() { return SessionId{++m_lastSession}; }
    [[nodiscard]] StreamId nextStreamId() { return StreamId{++m_lastStream}; }
    [[nodiscard]] const SessionRegistry &sessions() const { return m_sessions; }
    [[nodiscard]] const CorrelationTable &correlations() const { return m_correlations; }
    [[nodiscard]] const MentionRouter &mentions() const { return m_mentions; }
    [[nodiscard]] const Journal &journal() const { return m_journal; }
    void setTap(JournalTap *tap) { m_journal.setTap(tap); }
    [[nodiscard]] const ExchangeLog &exchanges() const { return m_exchanges; }
    [[nodiscard]] const Metrics &metrics() const { return m_metrics; }
    [[nodiscard]] const Heartbeats &heartbeats() const { return m_heartbeats; }
    [[nodiscard]] Heartbeats &heartbeats() { return m_heartbeats; }
    [[nodiscard]] const LatencyHistogram &pushTimes() const { return m_pushTimes; }
    [[nodiscard]] const MessageLog *log() const { return m_log.get(); }     ///< null: nothing is kept, nobody is numbered
    [[nodiscard]] RefusalLog &refusals() { return m_refusals; }
    [[nodiscard]] const RefusalLog &refusals() const { return m_refusals; }
    [[nodiscard]] Metrics &counters() { return m_metrics; }     ///< for what only routes see
    [[nodiscard]] TimerWheel &wheel() const { return m_wheel; }
    [[nodiscard]] const Clock &clock() const { return m_clock; }
    [[nodiscard]] const Settings &settings() const { return m_settings; }
    [[nodiscard]] Clock::Duration uptime() const { return m_clock.now() - m_started; }
    [[nodiscard]] bool isStopping() const { return m_stopping; }

private:
    // Requests; in HubRequests.cpp.
    class ExpiryTimer;
    std::unique_ptr<WheelTimer> makeExpiryTimer();
    Delivery timedPush(const Message &message);
    Delivery untimedPush(const Message &message);
    void replace(SessionId session);
    bool deliverTo(Session &session, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey,
                   EntryStatus status = EntryStatus::Ok);
    int fanOut(const SessionRegistry::OfUser &target, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey);
    ReplyFate take(Session &from, QByteArrayView text, qsizetype padding);
    ReplyFate deliverReply(Session &from, Reply reply);
    void finish(const OpenRequest &request, const char *error, EntryStatus status);
    void expire();
    void armExpiry();
    // Numbers, history and the offline queue; in HubKeeping.cpp.
    class Keeper;
    /// Whether this hub numbers the user's messages; with a backplane that keeps them, that does.
    [[nodiscard]] bool isNumbered(const UserId &user) const
    {
        return m_log && !m_numbersElsewhere && (m_log->keepsMessages() || m_log->find(user));
    }
    Delivery pushNumbered(const Message &message, const UserId &target);
    Delivery deliverNumbered(const UserId &target, OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey);
    int deliverLive(const UserId &target, const OutboundMessage &message, EntryKind kind, QByteArrayView correlationKey);
    void makeLog();
    void welcome(SessionId session, ClientEndpoint &endpoint);
    void resume(Session &session, UserLog &log, quint64 after);
    void catchUp(SessionId session);
    bool tellGap(Session &session, quint64 after, quint64 next, const char *reason);
    void awaitReceipt(const Session &session, quint64 through);
    void confirm(const UserId &user, quint64 through);
    void armKeeper();
    // Receipts, broadcasts, presence, slow readers; in HubDelivery.cpp.
    class LaterTimer;
    struct PresenceNews
    {
        UserId user;
        bool online;
        std::chrono::milliseconds at;       ///< civil time
    };
    std::unique_ptr<WheelTimer> makeLaterTimer();
    void armLater();
    void doLater();
    bool acknowledge(const Session &from, const Reply &reply);
    void advanceRoom(const UserId &user);
    BroadcastDelivery broadcastHere(const BroadcastRequest &request, OutboundMessage &outbound, const QByteArray &correlationKey);
    bool broadcastTo(Session &session, const OutboundMessage &message, const QByteArray &correlationKey);
    void notePresence(const UserId &user, bool online);
    /// Other hubs' news are wanted only as long as somebody watches.
    void noteWatchers();
    void tellPresence(const PresenceNews &news);
    Delivery pushToAll(const Message &message);
    void note(const JournalRecord &record) { m_journal.append(record); }
    // Other hubs; in HubCluster.cpp, HubElsewhere.cpp and HubArrivals.cpp.
    class Cluster;
    Opening openElsewhere(const Message &message, const UserId &target, const CorrelationId &correlation, StreamId id, ReplyStream &stream);
    // The upstream leg; in HubExchanges.cpp. Called only while somebody records.
    void notePosted(const Message &message, EntryKind kind, QByteArrayView correlation);
    void noteEvent(QByteArrayView json, const UserId &user, QByteArrayView correlation, EntryStatus status = EntryStatus::Ok);
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
    RefusalLog m_refusals;
    Heartbeats m_heartbeats;
    LatencyHistogram m_pushTimes;
    JsonReader m_reader;
    std::unordered_map<StreamId, ReplyStream *> m_streams;
    std::unique_ptr<WheelTimer> m_expiry;
    std::unique_ptr<Keeper> m_keeper;
    std::unique_ptr<MessageLog> m_log;          ///< null while nothing is kept and nobody wants numbers
    MessageStore *m_store = nullptr;
    std::unique_ptr<Cluster> m_cluster;         ///< null: the hub stands alone
    bool m_numbersElsewhere = false;
    AckTable m_acks;
    RoomQueue m_room;
    std::vector<SessionId> m_presenceWatchers;
    std::vector<PresenceNews> m_presenceNews;       ///< not told yet
    std::vector<UserId> m_usersLeft;                ///< for whom somebody waited
    std::unique_ptr<WheelTimer> m_later;
    quint64 m_lastSession = 0;
    quint64 m_lastStream = 0;
    bool m_stopping = false;
    bool m_watched = false;
    bool m_recording = false;
};

} // namespace trunkline
