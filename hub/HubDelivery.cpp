// SPDX-License-Identifier: GPL-3.0-or-later
// Receipts, broadcasts, presence, and readers that are too slow.
#include "hub/HubCluster.h"

namespace trunkline {

/// Does on the next tick what must not happen in the middle of something else.
class Hub::LaterTimer final : public WheelTimer
{
public:
    explicit LaterTimer(Hub &hub) : m_hub(hub) { }

protected:
    void expired() override { m_hub.doLater(); }

private:
    Hub &m_hub;
};

std::unique_ptr<WheelTimer> Hub::makeLaterTimer() { return std::make_unique<LaterTimer>(*this); }

void Hub::armLater()
{
    if (!m_later->isArmed())
        m_wheel.arm(*m_later, {});
}

void Hub::doLater()
{
    for (const UserId &user : std::exchange(m_usersLeft, {}))
        advanceRoom(user);
    for (const PresenceNews &news : std::exchange(m_presenceNews, {}))
        tellPresence(news);
}

bool Hub::acknowledge(const Session &from, const Reply &reply)
{
    if (!reply.ack || m_acks.isEmpty())
        return false;
    const UserId user = from.user;      // those who waited are told on the way; the session may end meanwhile
    const JournalRecord record{.kind = EntryKind::Ack, .session = from.id, .user = user, .correlation = reply.correlation->key,
                               .text = reply.event};
    if (!m_acks.acknowledge(reply.correlation->key, user))
        return false;
    ++m_metrics.acks;
    note(record);
    return true;
}

void Hub::unacknowledged(const UserId &target, const QByteArray &correlationKey)
{
    ++m_metrics.ackTimeouts;
    m_correlations.remember(correlationKey);
    note({.leg = Leg::Upstream, .kind = EntryKind::Ack, .status = EntryStatus::Timeout, .user = target,
          .correlation = correlationKey});
}

bool Hub::hasRoom(const UserId &target, qsizetype bytes) const
{
    const SessionRegistry::OfUser *sessions = m_sessions.of(target);
    if (!sessions)
        return true;
    for (const SessionId id : sessions->ids) {
        if (const Session *session = m_sessions.find(id); session && !session->endpoint->hasRoom(bytes))
            return false;
    }
    return true;
}

RoomQueue::Ticket Hub::waitForRoom(const UserId &target, qsizetype bytes, std::function<void()> ready)
{
    ++m_metrics.pushesBlocked;
    const RoomQueue::Ticket ticket = m_room.wait(target, bytes, std::move(ready));
    for (const SessionId id : m_sessions.sessionsOf(target)) {
        if (const Session *session = m_sessions.find(id))
            session->endpoint->watchRoom();
    }
    return ticket;
}

void Hub::stopWaiting(RoomQueue::Ticket ticket, const UserId &target)
{
    m_room.leave(ticket);
    ++m_metrics.pushesBlockedOut;
    note({.leg = Leg::Upstream, .kind = EntryKind::Push, .status = EntryStatus::Timeout, .user = target});
}

void Hub::advanceRoom(const UserId &user)
{
    if (m_room.advance(user, [this, &user](qsizetype bytes) { return hasRoom(user, bytes); })) {
        m_usersLeft.push_back(user);
        armLater();
    }
}

void Hub::roomMade(SessionId session)
{
    if (m_room.size() == 0)
        return;
    if (const Session *found = m_sessions.find(session)) {
        const UserId user = found->user;
        advanceRoom(user);
    }
}

void Hub::dropped(SessionId session, int messages)
{
    m_metrics.messagesDropped += quint64(messages);
    if (const Session *found = m_sessions.find(session)) {
        const QByteArray text = QByteArray::number(messages) + " older, the client reads too slowly";
        note({.leg = Leg::Client, .direction = Direction::Out, .kind = EntryKind::Event, .status = EntryStatus::Dropped,
              .session = session, .user = found->user, .text = text});
    }
}

void Hub::eventsDropped(StreamId stream, int events)
{
    m_metrics.messagesDropped += quint64(events);
    const QByteArray text = QByteArray::number(events) + " older, the sender reads too slowly";
    note({.leg = Leg::Upstream, .direction = Direction::Out, .kind = EntryKind::Event, .status = EntryStatus::Dropped,
          .session = m_exchanges.asked(stream).session, .text = text});
}

Hub::BroadcastDelivery Hub::broadcast(const BroadcastRequest &request)
{
    ++m_metrics.broadcasts;
    const CorrelationId correlation = request.message.correlation ? *request.message.correlation : makeCorrelationId();
    OutboundMessage outbound(request.message, correlation.json);
    outbound.setEventName(eventNameOf(request.message));
    return broadcastHere(request, outbound, correlation.key);
}

/// The users of this hub.
Hub::BroadcastDelivery Hub::broadcastHere(const BroadcastRequest &request, OutboundMessage &outbound, const QByteArray &correlationKey)
{
    const auto targets = request.named ? m_sessions.targetsOf(request.users) : m_sessions.targetsWithPrefix(request.prefix);
    const QByteArray audience = request.prefix + '*';
    // One entry for all of it: thousands would wash out everything else.
    note({.leg = Leg::Upstream, .kind = EntryKind::Broadcast, .status = targets.empty() ? EntryStatus::NotConnected : EntryStatus::Ok,
          .user = audience, .correlation = correlationKey, .text = outbound.payload(), .request = outbound.requestId()});
    BroadcastDelivery delivery;
    int lastSeen = -1;
    int lastReached = -1;
    int counted = 0;        // by deliverTo()
    for (const SessionRegistry::Target &target : targets) {
        Session *session = m_sessions.find(target.id);
        if (!session)
            continue;
        const bool isFirst = std::exchange(lastSeen, target.user) != target.user;
        delivery.connected += isFirst;
        if (const UserId user = session->user; isNumbered(user)) {
            // All sessions of the user at once: they share the number, and the history.
            if (isFirst) {
                const int taken = deliverNumbered(user, outbound, EntryKind::Broadcast, correlationKey).sessions;
                delivery.sessions += taken;
                delivery.users += taken > 0;
                delivery.slow += taken == 0;
                counted += taken;
            }
            continue;
        }
        if (!broadcastTo(*session, outbound, correlationKey)) {
            ++delivery.slow;
            continue;
        }
        ++delivery.sessions;
        if (std::exchange(lastReached, target.user) != target.user)
            ++delivery.users;
    }
    if (request.named)
        delivery.notConnected = int(request.users.size()) - delivery.connected;
    m_metrics.messagesDelivered += quint64(delivery.sessions - counted);
    m_metrics.broadcastDeliveries += quint64(delivery.sessions);
    return delivery;
}

/// PUSH_TO_ALL: the routes refuse such messages otherwise.
Hub::Delivery Hub::pushToAll(const Message &message)
{
    const BroadcastDelivery delivery = broadcast({.message = message});
    if (delivery.sessions == 0)
        ++m_metrics.pushesNotConnected;
    return {.sessions = delivery.sessions};
}

/// A delivery that is journalled only when it fails.
bool Hub::broadcastTo(Session &session, const OutboundMessage &message, const QByteArray &correlationKey)
{
    const SessionId id = session.id;
    const UserId user = session.user;       // the session may be closed from within deliver()
    ++session.messagesOut;
    if (session.endpoint->deliver(message))
        return true;
    if (Session *still = m_sessions.find(id))
        --still->messagesOut;
    ++m_metrics.messagesOverflowed;
    note({.leg = Leg::Client, .direction = Direction::Out, .kind = EntryKind::Broadcast, .status = EntryStatus::Overflow,
          .session = id, .user = user, .correlation = correlationKey, .request = message.requestId()});
    return false;
}

bool Hub::watchPresence(SessionId session)
{
    if (!m_sessions.find(session) || m_presenceWatchers.size() >= std::size_t(m_settings.presenceWatchers))
        return false;
    m_presenceWatchers.push_back(session);
    noteWatchers();
    return true;
}

void Hub::noteWatchers()
{
    if (m_cluster)
        m_cluster->backplane().watchPresence(!m_presenceWatchers.empty());
}

void Hub::notePresence(const UserId &user, bool online)
{
    m_presenceNews.push_back({user, online, m_clock.wall()});
    armLater();
}

void Hub::tellPresence(const PresenceNews &news)
{
    const qint64 milliseconds = news.at.count();
    QByteArray json = R"({"type":"presence","user_id":)" + encodeJsonString(news.user) + R"(,"event":)";
    json.append(news.online ? R"("online")" : R"("offline")").append(R"(,"timestamp":)");
    json.append(QByteArray::number(milliseconds / 1000)).append('.').append(QByteArray::number(milliseconds % 1000).rightJustified(3, '0'));
    const OutboundMessage message = OutboundMessage::ofJson(json.append('}'), 0, "presence");
    const std::vector<SessionId> watchers = m_presenceWatchers;
    for (const SessionId id : watchers) {
        Session *session = m_sessions.find(id);
        // Nobody is told of itself; by way of a backplane its own coming may be heard after it came.
        if (!session || session->user == news.user || !session->endpoint->deliver(message))
            continue;
        ++m_metrics.presenceEvents;
        if (Session *still = m_sessions.find(id))
            ++still->messagesOut;
    }
}

} // namespace trunkline
