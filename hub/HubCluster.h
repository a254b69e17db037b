// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/Hub.h"
#include "hub/cluster/Backplane.h"

#include <map>

namespace trunkline {

/// The hub's side of a backplane: users who are elsewhere are asked there, and who is here is asked on behalf of other hubs. Users who come
/// and go are in HubCluster.cpp, what goes to other hubs in HubElsewhere.cpp, what comes from them in HubArrivals.cpp.
/// Made only when there is a backplane; a hub that stands alone has none of this.
class Hub::Cluster final : public BackplaneHost, private WheelTimer
{
public:
    Cluster(Hub &hub, Backplane &backplane);
    ~Cluster() override;

    [[nodiscard]] Backplane &backplane() const { return m_backplane; }
    /// Whether a message to that user has to go by the backplane.
    [[nodiscard]] bool goesElsewhere(const UserId &user) const;

    // Users of this hub.
    ReservationId reserve(const UserId &user, std::function<void()> ready);
    void unreserve(ReservationId reservation);
    /// Whether another hub keeps the user (DUPLICATE_POLICY=reject).
    [[nodiscard]] bool isRefused(const UserId &user) const;
    /// The user's first session is registered, and welcomed.
    void came(const UserId &user);
    /// The user's last session is gone.
    void left(const UserId &user);

    // Messages of this hub for users elsewhere.
    quint64 publish(const Message &message, const UserId &target, EntryKind kind, const CorrelationId &correlation,
                    const PostWishes &wishes, std::function<void(const PostOutcome &)> answer);
    quint64 say(const UserId &user, QByteArrayView text, std::function<void(std::optional<ReplyFate>)> answer);
    quint64 broadcast(const BroadcastRequest &request, std::function<void(const PostOutcome &)> answer);
    /// The stream of a request to a user elsewhere, until streamEnded().
    void asked(StreamId stream, quint64 ticket) { m_asked.insert_or_assign(stream, Asked{ticket}); }
    [[nodiscard]] bool isAsked(StreamId stream) const { return m_asked.contains(stream); }
    /// That many hubs have the user. False when all of them have lost it meanwhile.
    bool noteHolders(StreamId stream, int holders);
    /// A user of this hub has got the request: it goes on also without the others.
    [[nodiscard]] bool isHere(StreamId stream) const;
    /// A request holds the name `key` across hubs.
    void claimed(const QByteArray &key) { m_claims.emplace(key, m_hub.m_clock.now()); }
    void touched(const QByteArray &key);
    void ended(const OpenRequest &request);

    /// A reply to a request of another hub. False when there is none of that id.
    bool forwardReply(const Session &from, const Reply &reply);

    // BackplaneHost
    void arrived(const Envelope &envelope) override;
    void taken(const UserId &user, bool byForce) override;
    [[nodiscard]] quint64 knownThrough(const UserId &user) const override;
    void missed(const UserId &user, StoredUser kept, quint64 after) override;
    void linkChanged(bool up) override;

    /// Names the claim of a request's id.
    [[nodiscard]] static QByteArray claimName(const QByteArray &key) { return "id:" + key; }
    /// How long such a claim lasts without a reply.
    [[nodiscard]] std::chrono::milliseconds claimTtl() const;

protected:
    void expired() override;

private:
    class RoomWait;
    struct Held
    {
        int reservations = 0;
        bool ready = false;
        bool refused = false;
        bool known = false;         ///< the log has what the backplane keeps of the user, and its numbers
        std::map<quint64, std::function<void()>> waiting{};     ///< by reservation
        std::vector<QByteArray> early{};        ///< messages that came before the session did, encoded
        qint64 earlyBytes = 0;
    };
    /// A request that another hub has open, or a push whose receipt one waits for.
    struct Foreign
    {
        QByteArray hub;
        UserId user;
        quint64 ticket = 0;
        Clock::Instant deadline;
        Clock::Duration patience{};
        AckTable::Ticket ack{};
        bool request = false;
    };
    /// A request of this hub that other hubs were asked to deliver.
    struct Asked
    {
        quint64 ticket = 0;
        int holders = -1;           ///< hubs whose user may reply; -1: not known yet
        int left = 0;               ///< of those, that have lost the user
        bool here = false;          ///< this hub is one of them, and still has the user
    };
    struct Hash
    {
        std::size_t operator()(const QByteArray &bytes) const noexcept { return qHash(bytes); }
    };
    void hold(const UserId &user);
    void tellReady(const UserId &user);
    void onHeld(const UserId &user, Backplane::Hold hold);
    void dropIfUnused(const UserId &user);
    void takeMessage(const Envelope &envelope);
    void deliver(const Envelope &envelope);
    Delivery deliverKnown(const UserId &user, const OutboundMessage &message, EntryKind kind, const QByteArray &key);
    void deliverBroadcast(const Envelope &envelope);
    void publishBroadcast(const Envelope &envelope, const BroadcastRequest &request);
    void answer(const Envelope &envelope, const Delivery &delivery);
    Asked *askedFor(const QByteArray &key);
    [[nodiscard]] bool isOwn(const Foreign &request) const { return request.request && request.hub == m_backplane.name(); }
    void reload(const UserId &user, StoredUser kept, quint64 after);
    void skipTo(const UserId &user, quint64 next, quint64 lostThrough);
    void expectReply(const Envelope &envelope);
    void expectReceipt(const Envelope &envelope);
    void takeSaid(const Envelope &envelope);
    void takeLeaving(const Envelope &envelope);
    void takeReply(const Envelope &envelope);
    void noteNotTaken(const UserId &target, const QByteArray &correlation, const PostOutcome &outcome, QByteArrayView request);
    void armExpiry(Clock::Duration after);

    Hub &m_hub;
    Backplane &m_backplane;
    std::unordered_map<UserId, Held, Hash> m_held;
    std::unordered_map<quint64, UserId> m_reservations;
    quint64 m_lastReservation = 0;
    std::unordered_map<QByteArray, Foreign, Hash> m_foreign;        ///< by correlation
    std::unordered_map<StreamId, Asked> m_asked;
    std::unordered_map<QByteArray, Clock::Instant, Hash> m_claims;  ///< and when they were last made to last longer
    std::map<RoomWait *, std::unique_ptr<RoomWait>> m_roomWaits;
};

} // namespace trunkline
