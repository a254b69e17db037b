// SPDX-License-Identifier: GPL-3.0-or-later
// What comes from other hubs: messages for users of this one, and replies of users elsewhere.
#include "hub/HubCluster.h"

namespace trunkline {

namespace {

constexpr qint64 kMaxEarlyBytes = 1024 * 1024;      ///< messages for one user that is about to come
constexpr std::chrono::milliseconds kGrace{2'000};  ///< a request of another hub is remembered so much longer than it waits

/// The users that a broadcast names: each with its length in front.
std::vector<UserId> namedUsers(QByteArrayView text)
{
    std::vector<UserId> users;
    while (!text.isEmpty()) {
        const qsizetype colon = text.indexOf(':');
        const qsizetype size = colon < 0 ? -1 : qsizetype(text.first(colon).toByteArray().toLongLong());
        if (size < 0 || size > text.size() - colon - 1)
            break;
        users.push_back(text.sliced(colon + 1, size).toByteArray());
        text = text.sliced(colon + 1 + size);
    }
    return users;
}

} // namespace

/// SLOW_CONSUMER=block-publisher: a message of another hub that waits until its user has room.
class Hub::Cluster::RoomWait final : private WheelTimer
{
public:
    RoomWait(Cluster &cluster, const Envelope &envelope) : m_cluster(cluster), m_bytes(envelope.encode())
    {
        Hub &hub = cluster.m_hub;
        m_ticket = hub.waitForRoom(envelope.user.toByteArray(), envelope.body.size(), [this] { end(true); });
        hub.m_wheel.arm(*this, std::chrono::milliseconds(envelope.patience));
    }
    ~RoomWait() override { m_cluster.m_hub.m_room.leave(m_ticket); }

protected:
    void expired() override { end(false); }

private:
    void end(bool room)
    {
        Cluster &cluster = m_cluster;
        const QByteArray bytes = m_bytes;
        const RoomQueue::Ticket ticket = std::exchange(m_ticket, {});
        const auto self = cluster.m_roomWaits.extract(this);
        const auto envelope = Envelope::decode(bytes);
        if (room)
            return cluster.deliver(*envelope);
        cluster.m_hub.stopWaiting(ticket, envelope->user.toByteArray());
        Envelope receipt;
        receipt.kind = Envelope::Kind::Receipt;
        receipt.ticket = envelope->ticket;
        receipt.flags = Envelope::Slow;
        cluster.m_backplane.tell(envelope->hub, receipt);
    }
    Cluster &m_cluster;
    const QByteArray m_bytes;
    RoomQueue::Ticket m_ticket;
};

Hub::Cluster::Cluster(Hub &hub, Backplane &backplane) : m_hub(hub), m_backplane(backplane) { }

Hub::Cluster::~Cluster() = default;

void Hub::Cluster::arrived(const Envelope &envelope)
{
    switch (envelope.kind) {
    case Envelope::Kind::Push:
    case Envelope::Kind::Request:
        return takeMessage(envelope);
    case Envelope::Kind::Said:
        return takeSaid(envelope);
    case Envelope::Kind::Broadcast:
        return deliverBroadcast(envelope);
    case Envelope::Kind::Reply:
        return takeReply(envelope);
    case Envelope::Kind::Left:
        return takeLeaving(envelope);
    case Envelope::Kind::Acknowledged: {
        const QByteArray key = envelope.key.toByteArray();
        if (m_hub.m_acks.acknowledge(key, envelope.user.toByteArray()))
            ++m_hub.m_metrics.acks;
        return;
    }
    case Envelope::Kind::Online:
    case Envelope::Kind::Offline:
        m_hub.m_presenceNews.push_back({envelope.user.toByteArray(), envelope.kind == Envelope::Kind::Online,
                                        std::chrono::milliseconds(envelope.at)});
        return m_hub.armLater();
    case Envelope::Kind::Receipt:
    case Envelope::Kind::Room:
    case Envelope::Kind::Taken:
        return;         // the backplane's own
    }
}

/// A message for a user who is, or was, or is about to be here.
void Hub::Cluster::takeMessage(const Envelope &envelope)
{
    const UserId user = envelope.user.toByteArray();
    if (m_hub.m_sessions.isConnected(user)) {
        if (m_hub.m_settings.slowConsumer == SlowConsumer::BlockPublisher && envelope.patience > 0
            && (m_hub.m_room.isWaitedFor(user) || !m_hub.hasRoom(user, envelope.body.size()))) {
            Envelope wait;
            wait.kind = Envelope::Kind::Room;
            wait.ticket = envelope.ticket;
            wait.patience = envelope.patience;
            m_backplane.tell(envelope.hub, wait);
            auto waiting = std::make_unique<RoomWait>(*this, envelope);
            RoomWait *key = waiting.get();
            m_roomWaits.emplace(key, std::move(waiting));
            return;
        }
        return deliver(envelope);
    }
    const auto held = m_held.find(user);
    if (held != m_held.end() && held->second.reservations > 0 && !held->second.refused) {
        QByteArray bytes = envelope.encode();
        if (held->second.earlyBytes + bytes.size() <= kMaxEarlyBytes) {
            held->second.earlyBytes += bytes.size();
            held->second.early.push_back(std::move(bytes));
            return;
        }
    }
    Delivery nobody{.sequence = envelope.sequence};
    if (envelope.sequence == 0 || envelope.kind != Envelope::Kind::Push || m_hub.m_settings.offlineQueue == 0)
        return answer(envelope, nobody);
    m_backplane.keepWaiting(envelope, [this, bytes = envelope.encode(), nobody](bool kept) mutable {
        nobody.queued = kept;
        answer(*Envelope::decode(bytes), nobody);
    });
}

void Hub::Cluster::deliver(const Envelope &envelope)
{
    const UserId user = envelope.user.toByteArray();
    const QByteArray key = envelope.key.toByteArray();
    const EntryKind kind = envelope.kind == Envelope::Kind::Request ? EntryKind::Request : EntryKind::Push;
    // Registered before it is delivered: the client may be quick.
    if ((kind == EntryKind::Request || envelope.has(Envelope::WantsAck)) && m_foreign.size() >= std::size_t(m_hub.m_settings.maxOpenCorrelations))
        return;     // its hub hears nothing of it, and says so
    if (kind == EntryKind::Request)
        expectReply(envelope);
    else if (envelope.has(Envelope::WantsAck))
        expectReceipt(envelope);
    const QByteArray request = envelope.request.toByteArray();
    OutboundMessage message = OutboundMessage::ofJson(envelope.body, envelope.sequence, envelope.event.toByteArray());
    message.setRequestId(request);
    Delivery delivery;
    const UserLog *log = envelope.sequence != 0 && m_hub.m_log ? &m_hub.m_log->at(user) : nullptr;
    if (log && envelope.sequence <= log->last)
        delivery = deliverKnown(user, message, kind, key);
    else if (envelope.sequence != 0 || m_hub.isNumbered(user))
        delivery = m_hub.deliverNumbered(user, message, kind, key);
    else if (const SessionRegistry::OfUser *sessions = m_hub.m_sessions.of(user))
        delivery.sessions = m_hub.fanOut(*sessions, message, kind, key);
    answer(envelope, delivery);
}

/// A message that was read with what is kept before it came by the channel: only those sessions get it that do not get it from there.
Hub::Delivery Hub::Cluster::deliverKnown(const UserId &user, const OutboundMessage &message, EntryKind kind, const QByteArray &key)
{
    Delivery delivery{.sequence = message.sequence()};
    bool waits = false;
    for (const SessionId id : m_hub.m_sessions.sessionsOf(user)) {
        Session *session = m_hub.m_sessions.find(id);
        if (!session)
            continue;
        if (session->replayedThrough >= message.sequence()) {
            ++delivery.sessions;
        } else if (session->catchUp) {
            waits = waits || m_hub.m_log->makeWait(m_hub.m_log->at(user), message, key);
            delivery.sessions += waits;
        } else {
            delivery.sessions += m_hub.deliverTo(*session, message, kind, key);
        }
    }
    return delivery;
}

void Hub::Cluster::answer(const Envelope &envelope, const Delivery &delivery)
{
    if (envelope.hub.isEmpty())
        return;         // nobody asks: it was read from what is kept
    Envelope receipt;
    receipt.kind = Envelope::Kind::Receipt;
    receipt.ticket = envelope.ticket;
    receipt.sessions = quint32(delivery.sessions);
    receipt.flags = delivery.queued ? Envelope::Queued : Envelope::None;
    receipt.sequence = delivery.sequence;
    m_backplane.tell(envelope.hub, receipt);
}

void Hub::Cluster::expectReply(const Envelope &envelope)
{
    const auto patience = std::chrono::milliseconds(envelope.patience) + kGrace;
    m_foreign.insert_or_assign(envelope.key.toByteArray(),
                               Foreign{envelope.hub.toByteArray(), envelope.user.toByteArray(), envelope.ticket,
                                       m_hub.m_clock.now() + patience, patience, {}, true});
    if (Asked *own = envelope.hub == m_backplane.name() ? askedFor(envelope.key.toByteArray()) : nullptr)
        own->here = true;
    armExpiry(patience);
}

/// A request of this hub that was sent by the backplane; null when there is none.
Hub::Cluster::Asked *Hub::Cluster::askedFor(const QByteArray &key)
{
    const OpenRequest *open = m_hub.m_correlations.find(CorrelationId{key, {}});
    const auto asked = open ? m_asked.find(open->stream) : m_asked.end();
    return asked == m_asked.end() ? nullptr : &asked->second;
}

void Hub::Cluster::expectReceipt(const Envelope &envelope)
{
    const QByteArray key = envelope.key.toByteArray();
    const UserId user = envelope.user.toByteArray();
    const QByteArray hub = envelope.hub.toByteArray();
    const auto patience = std::chrono::milliseconds(envelope.patience) + kGrace;
    if (const auto known = m_foreign.find(key); known != m_foreign.end())
        m_hub.m_acks.forget(known->second.ack);
    const AckTable::Ticket ack = m_hub.m_acks.expect(key, user, [this, key, user, hub] {
        m_foreign.erase(key);
        m_hub.m_correlations.remember(key);
        Envelope news;
        news.kind = Envelope::Kind::Acknowledged;
        news.user = user;
        news.key = key;
        m_backplane.tell(hub, news);
    });
    m_foreign.insert_or_assign(key, Foreign{hub, user, envelope.ticket, m_hub.m_clock.now() + patience, patience, ack, false});
    armExpiry(patience);
}

bool Hub::Cluster::forwardReply(const Session &from, const Reply &reply)
{
    // What came from another hub is not sent on, and this hub's own request has ended when it is not found.
    const auto it = from.id ? m_foreign.find(reply.correlation->key) : m_foreign.end();
    if (it == m_foreign.end() || !it->second.request || it->second.hub == m_backplane.name())
        return false;
    Envelope forward;
    forward.kind = Envelope::Kind::Reply;
    forward.user = from.user;
    forward.key = reply.correlation->key;
    forward.text = reply.correlation->json;
    forward.body = reply.event;
    forward.flags = reply.final ? Envelope::Final : Envelope::None;
    m_backplane.tell(it->second.hub, forward);
    m_hub.note({.kind = EntryKind::Reply, .status = from.user == it->second.user ? EntryStatus::Ok : EntryStatus::Refused, .session = from.id,
                .user = from.user, .correlation = reply.correlation->key, .text = reply.event});
    if (from.user != it->second.user)
        return true;
    it->second.deadline = m_hub.m_clock.now() + it->second.patience;
    if (reply.final) {
        m_hub.m_correlations.remember(it->first);
        m_foreign.erase(it);
    }
    return true;
}

void Hub::Cluster::takeReply(const Envelope &envelope)
{
    Reply reply;
    reply.correlation = CorrelationId{envelope.key.toByteArray(), envelope.text.toByteArray()};
    reply.final = envelope.has(Envelope::Final);
    reply.event = envelope.body.toByteArray();
    Session elsewhere{.id = {}, .user = envelope.user.toByteArray(), .remote = {}, .since = {}};
    m_hub.deliverReply(elsewhere, std::move(reply));
}

/// A text that a listener posted to another hub than the one that streams to it.
void Hub::Cluster::takeSaid(const Envelope &envelope)
{
    QByteArray text;
    text.reserve(envelope.body.size() + kJsonPadding);
    text.append(envelope.body);
    const ReplyFate fate = m_hub.receivedFrom(envelope.user.toByteArray(), text, kJsonPadding);
    Envelope receipt;
    receipt.kind = Envelope::Kind::Receipt;
    receipt.ticket = envelope.ticket;
    receipt.sessions = fate == ReplyFate::NoStream ? 0 : 1;
    receipt.users = quint32(fate);
    m_backplane.tell(envelope.hub, receipt);
}

/// A hub has lost a user who was asked. The request goes on as long as another one has the user.
void Hub::Cluster::takeLeaving(const Envelope &envelope)
{
    const CorrelationId id{envelope.key.toByteArray(), {}};
    const OpenRequest *open = m_hub.m_correlations.find(id);
    const auto asked = open && open->target == envelope.user ? m_asked.find(open->stream) : m_asked.end();
    if (asked == m_asked.end())
        return;
    ++asked->second.left;
    if (asked->second.holders < 0 || asked->second.left < asked->second.holders)
        return;
    if (const auto request = m_hub.m_correlations.settle(id)) {
        ++m_hub.m_metrics.requestsDisconnected;
        m_hub.finish(*request, "User disconnected", EntryStatus::Disconnected);
    }
}

void Hub::Cluster::deliverBroadcast(const Envelope &envelope)
{
    BroadcastRequest request;
    request.named = envelope.has(Envelope::Named);
    request.users = namedUsers(envelope.text);
    request.prefix = envelope.user.toByteArray();
    if (m_backplane.keepsMessages() && m_backplane.isUp())
        return publishBroadcast(envelope, request);
    OutboundMessage message = OutboundMessage::ofJson(envelope.body, 0, envelope.event.toByteArray());
    const QByteArray id = envelope.request.toByteArray();
    message.setRequestId(id);
    const BroadcastDelivery delivery = m_hub.broadcastHere(request, message, envelope.key.toByteArray());
    Envelope receipt;
    receipt.kind = Envelope::Kind::Receipt;
    receipt.ticket = envelope.ticket;
    receipt.sessions = quint32(delivery.sessions);
    receipt.users = quint32(delivery.users);
    receipt.slow = quint32(delivery.slow);
    receipt.connected = quint32(delivery.connected);
    m_backplane.tell(envelope.hub, receipt);
}

/// Each user of this hub gets the message with a number of its own, and it goes into its history.
void Hub::Cluster::publishBroadcast(const Envelope &envelope, const BroadcastRequest &request)
{
    struct Sum
    {
        Envelope receipt;
        QByteArray hub;
        int pending = 1;
    };
    const auto sum = std::make_shared<Sum>();
    sum->receipt.kind = Envelope::Kind::Receipt;
    sum->receipt.ticket = envelope.ticket;
    sum->hub = envelope.hub.toByteArray();
    const auto finish = [this, sum] {
        if (--sum->pending == 0)
            m_backplane.tell(sum->hub, sum->receipt);
    };
    Envelope wait;
    wait.kind = Envelope::Kind::Room;
    wait.ticket = envelope.ticket;
    wait.patience = quint32(m_hub.m_settings.redisTimeout.count());
    m_backplane.tell(envelope.hub, wait);
    // Where a user may have sessions on several hubs, one of them does it.
    QByteArray group;
    if (m_hub.m_settings.duplicatePolicy == DuplicatePolicy::Allow)
        group = envelope.hub.toByteArray() + ':' + QByteArray::number(envelope.ticket);
    int last = -1;
    const auto targets = request.named ? m_hub.m_sessions.targetsOf(request.users) : m_hub.m_sessions.targetsWithPrefix(request.prefix);
    for (const SessionRegistry::Target &target : targets) {
        if (std::exchange(last, target.user) == target.user)
            continue;       // another session of the same user
        const UserId user = m_hub.m_sessions.find(target.id)->user;
        Envelope message = envelope;
        message.kind = Envelope::Kind::Push;
        message.flags = Envelope::None;
        message.text = {};
        message.user = user;
        ++sum->pending;
        m_backplane.publishOnce(group, message, [this, sum, finish](const PostOutcome &outcome) {
            if (outcome.repeated)
                return finish();
            ++sum->receipt.connected;
            sum->receipt.sessions += quint32(outcome.sessions);
            sum->receipt.users += outcome.sessions > 0;
            sum->receipt.slow += outcome.sessions == 0;
            m_hub.m_metrics.broadcastDeliveries += quint64(outcome.sessions);
            finish();
        });
    }
    finish();
}

} // namespace trunkline
