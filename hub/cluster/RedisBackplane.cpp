// SPDX-License-Identifier: GPL-3.0-or-later
// Users and messages. The connections are in RedisLinks.cpp.
#include "hub/cluster/RedisBackplane.h"

#include "hub/cluster/RedisScripts.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHostInfo>
#include <QRandomGenerator>

#include <algorithm>

namespace trunkline {

namespace {

/// A client that leaves one hub for another may be faster than the news of it.
constexpr std::chrono::milliseconds kLeaseRetry{100};

QByteArray hubName(const Settings &settings)
{
    QByteArray name = settings.hubName.toUtf8();
    if (name.isEmpty())
        name = QHostInfo::localHostName().toUtf8() + '-' + QByteArray::number(QCoreApplication::applicationPid());
    // Each start is a hub of its own: what an earlier one held is not ours.
    return name + '#' + QByteArray::number(QRandomGenerator::system()->generate(), 16);
}

QByteArray number(qint64 value) { return QByteArray::number(value); }

} // namespace

RedisBackplane::RedisBackplane(const Settings &settings, const RedisUrl &url, const Clock &clock, TurnWriter &turn)
    : m_settings(settings), m_prefix(settings.redisPrefix.toUtf8()), m_name(hubName(settings)), m_hubChannel(key("h", m_name)), m_userChannels(m_prefix + ":u:"),
      m_allChannel(m_prefix + ":all"), m_presenceChannel(m_prefix + ":presence"), m_hubsKey(m_prefix + ":hubs"), m_place(url.display().toUtf8()),
      m_keeps(settings.historySize > 0 || settings.offlineQueue > 0), m_leases(settings.duplicatePolicy != DuplicatePolicy::Allow),
      m_clock(clock), m_commands(url, settings.redisCa, "trunkline", clock, turn),
      m_subscriber(url, settings.redisCa, "trunkline-subscriber", clock, turn),
      m_store(m_commands, settings, m_prefix, shaOf(scripts::kWait)), m_posts(clock, settings.redisTimeout)
{
    connectLinks();
}

RedisBackplane::~RedisBackplane() = default;

RedisBackplane::Script RedisBackplane::shaOf(const char *script)
{
    return QCryptographicHash::hash(script, QCryptographicHash::Sha1).toHex();
}

QByteArray RedisBackplane::key(const char *kind, QByteArrayView name) const
{
    QByteArray text;
    text.reserve(m_prefix.size() + name.size() + 16);
    return text.append(m_prefix).append(':').append(kind).append(':').append(name);
}

QByteArray RedisBackplane::presenceNews(const UserId &user, bool online) const
{
    Envelope news;
    news.kind = online ? Envelope::Kind::Online : Envelope::Kind::Offline;
    news.at = m_clock.wall().count();
    news.hub = m_name;
    news.user = user;
    return news.encode();
}

BackplaneState RedisBackplane::state() const
{
    m_state.name = m_name;
    m_state.place = m_place;
    m_state.hubs = isUp() ? int(std::max<qsizetype>(1, m_hubs.size())) : 0;
    return m_state;
}

void RedisBackplane::later(std::function<void()> call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); }

void RedisBackplane::hold(const UserId &user, std::function<void(Hold)> done)
{
    Held &held = m_users[user];
    held.done = std::move(done);
    held.hold = {};
    held.retried = false;
    held.generation = ++m_lastGeneration;
    if (!isUp())
        return fallBack(held);
    if (m_leases)
        lease(user, held);
    else
        subscribe(user);
}

/// Nobody can be asked: the user may come. What it means for others is found out when the backplane is back.
void RedisBackplane::fallBack(Held &held)
{
    if (!held.done)
        return;
    later([done = std::exchange(held.done, nullptr)] { done({}); });
}

void RedisBackplane::lease(const UserId &user, Held &held)
{
    Envelope taken;
    taken.kind = Envelope::Kind::Taken;
    taken.hub = m_name;
    taken.user = user;
    QByteArray bundle;
    appendToBundle(bundle, taken);
    const bool rejects = m_settings.duplicatePolicy == DuplicatePolicy::Reject;
    m_commands.command({"EVALSHA", shaOf(scripts::kLease), "1", key("lease", user), m_name, number(kLeaseTtl.count()),
                        rejects ? "reject" : "replace", QByteArray(m_prefix + ":h:"), bundle},
                       [this, user, generation = held.generation](const RedisReply &reply) {
        const auto it = m_users.find(user);
        if (it == m_users.end() || it->second.generation != generation)
            return;
        if (reply.isError()) {
            // Without a lease the user may come, as without Redis. Whether all of it is broken the next beat will say.
            return fallBack(it->second);
        }
        if (reply.text().isEmpty()) {
            it->second.leased = true;
            return subscribe(user);
        }
        if (!std::exchange(it->second.retried, true)) {
            QTimer::singleShot(kLeaseRetry, this, [this, user, generation] {
                const auto again = m_users.find(user);
                if (again != m_users.end() && again->second.generation == generation && again->second.done && isUp())
                    lease(user, again->second);
            });
            return;
        }
        it->second.hold.granted = false;
        if (const auto done = std::exchange(it->second.done, nullptr))
            done(it->second.hold);
    });
}

void RedisBackplane::subscribe(const UserId &user)
{
    m_users.at(user).asked = true;
    m_subscriber.subscribe({"SUBSCRIBE", userChannel(user)});
}

/// Messages for the user come here from now on.
void RedisBackplane::arrive(const UserId &user)
{
    const auto it = m_users.find(user);
    if (it == m_users.end()) {
        // It left before this was confirmed.
        m_subscriber.subscribe({"UNSUBSCRIBE", userChannel(user)});
        return;
    }
    it->second.subscribed = true;
    m_commands.command({"EVALSHA", shaOf(scripts::kCame), "1", key("on", m_name), user, userChannel(user), m_presenceChannel,
                        presenceNews(user, true), number(kUsersTtl.count())},
                       [this, user, generation = it->second.generation](const RedisReply &) {
        // Whoever watches from now on finds the user among those who are there, and is not told that it came.
        if (!m_keeps)
            finish(user, generation);
    });
    if (!m_keeps || !it->second.done)
        return;     // after a loss: see syncSome()
    load(user, [this, user, generation = it->second.generation](StoredUser kept) {
        const auto held = m_users.find(user);
        if (held == m_users.end() || held->second.generation != generation)
            return;
        held->second.hold.known = true;
        held->second.hold.kept = std::move(kept);
        finish(user, generation);
    });
}

void RedisBackplane::finish(const UserId &user, quint64 generation)
{
    const auto it = m_users.find(user);
    if (it == m_users.end() || it->second.generation != generation)
        return;
    if (const auto done = std::exchange(it->second.done, nullptr))
        done(std::exchange(it->second.hold, {}));
}

/// Everything that Redis keeps of a user.
void RedisBackplane::load(const UserId &user, std::function<void(StoredUser)> done)
{
    auto kept = std::make_shared<StoredUser>();
    kept->user = user;
    const auto take = [kept](bool history) {
        return [kept, history](const RedisReply &reply) {
            for (std::size_t i = 0; i < reply.size(); ++i) {
                const RedisReply entry = reply.at(i);
                if (entry.size() != 2 || entry.at(1).size() < 2)
                    continue;
                const QByteArrayView id = entry.at(0).text();
                const quint64 sequence = id.first(std::max<qsizetype>(0, id.indexOf('-'))).toByteArray().toULongLong();
                const auto known = std::find_if(kept->items.begin(), kept->items.end(),
                                                [sequence](const StoredUser::Item &item) { return item.message->sequence == sequence; });
                if (known != kept->items.end())
                    known->inQueue = true;
                else if (const KeptMessagePtr message = RedisStore::decode(entry.at(1).at(1).text(), sequence))
                    kept->items.push_back({message, history, !history});
            }
        };
    };
    m_commands.command({"HMGET", key("n", user), "last", "lost"}, [kept](const RedisReply &reply) {
        if (reply.size() == 2) {
            kept->last = reply.at(0).text().toByteArray().toULongLong();
            kept->lostThrough = reply.at(1).text().toByteArray().toULongLong();
        }
    });
    // Nothing is known of the user: its next number will be made from this clock.
    m_commands.command({"TIME"}, [kept](const RedisReply &reply) {
        if (kept->last == 0 && reply.size() == 2)
            kept->last = kept->lostThrough = reply.at(0).text().toByteArray().toULongLong() * 1'000'000 + reply.at(1).text().toByteArray().toULongLong();
    });
    m_commands.command({"XRANGE", key("hist", user), "-", "+"}, take(true));
    m_commands.command({"XRANGE", key("q", user), "-", "+"}, [kept, takeQueue = take(false), done = std::move(done)](const RedisReply &reply) {
        takeQueue(reply);
        std::sort(kept->items.begin(), kept->items.end(), [](const StoredUser::Item &a, const StoredUser::Item &b) {
            return a.message->sequence < b.message->sequence;
        });
        const bool hasHistory = std::any_of(kept->items.begin(), kept->items.end(), [](const StoredUser::Item &item) { return item.inHistory; });
        if (!hasHistory)        // it has expired, or there is none
            kept->lostThrough = kept->items.empty() ? kept->last : kept->items.front().message->sequence - 1;
        done(std::move(*kept));
    });
}

void RedisBackplane::drop(const UserId &user)
{
    const auto it = m_users.find(user);
    if (it == m_users.end())
        return;
    const bool asked = it->second.asked;
    m_users.erase(it);
    m_early.erase(user);
    if (m_state.link == BackplaneState::Link::Down)
        return;
    if (m_leases)
        m_commands.command({"EVALSHA", shaOf(scripts::kRelease), "1", key("lease", user), m_name});
    if (asked)
        m_subscriber.subscribe({"UNSUBSCRIBE", userChannel(user)});
}

quint64 RedisBackplane::publish(Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    const quint64 ticket = m_posts.add(std::move(answer));
    if (!isUp() || m_posts.size() > std::size_t(m_settings.maxOpenCorrelations)) {
        later([this, ticket] { m_posts.fail(ticket); });
        return ticket;
    }
    ++m_state.published;
    envelope.ticket = ticket;
    envelope.hub = m_name;
    if (m_keeps && envelope.kind != Envelope::Kind::Said) {
        publishKept(envelope);
        return ticket;
    }
    m_commands.command({"PUBLISH", userChannel(envelope.user.toByteArray()), envelope.encode()}, [this, ticket](const RedisReply &reply) {
        if (reply.isError())
            m_posts.fail(ticket);
        else
            m_posts.published(ticket, int(reply.integer()));
    });
    return ticket;
}

void RedisBackplane::publishKept(const Envelope &envelope)
{
    const UserId user = envelope.user.toByteArray();
    const bool mayWait = envelope.kind == Envelope::Kind::Push;
    const bool forEver = m_settings.historyTtl.count() == 0 || m_settings.offlineTtl.count() == 0;
    const qint64 ttl = forEver ? 0 : std::max(m_settings.historyTtl, m_settings.offlineTtl).count() + kUsersTtl.count();
    m_commands.command({"EVALSHA", shaOf(scripts::kPublish), "3", key("n", user), key("hist", user), key("q", user), userChannel(user),
                        envelope.encodeUnnumbered(), number(m_settings.historySize),
                        number(m_settings.historyTtl.count()), number(mayWait ? m_settings.offlineQueue : 0),
                        number(m_settings.offlineTtl.count()), mayWait ? "1" : "0", number(ttl)},
                       [this, ticket = envelope.ticket](const RedisReply &reply) {
        if (reply.size() != 3) {
            m_posts.fail(ticket);
            // Somebody has flushed the scripts: they are loaded again with the connection.
            if (reply.text().startsWith("NOSCRIPT"))
                goDown(QString::fromUtf8(reply.text()));
            return;
        }
        m_posts.published(ticket, int(reply.at(0).integer()), reply.at(1).text().toByteArray().toULongLong(),
                          reply.at(2).integer() == 1);
    });
}

void RedisBackplane::keepWaiting(const Envelope &message, std::function<void(bool)> done)
{
    const UserId user = message.user.toByteArray();
    if (!isUp())
        return later([done = std::move(done)] { done(false); });
    m_commands.command({"EVALSHA", shaOf(scripts::kWait), "1", key("q", user), QByteArray::number(message.sequence), message.encodeUnnumbered(),
                        number(m_settings.offlineQueue), number(m_settings.offlineTtl.count())},
                       [done = std::move(done)](const RedisReply &reply) { done(reply.integer() == 1); });
}

quint64 RedisBackplane::publishToAll(Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    const quint64 ticket = m_posts.add(std::move(answer));
    if (!isUp() || m_posts.size() > std::size_t(m_settings.maxOpenCorrelations)) {
        later([this, ticket] { m_posts.fail(ticket); });
        return ticket;
    }
    ++m_state.published;
    envelope.ticket = ticket;
    envelope.hub = m_name;
    m_commands.command({"PUBLISH", m_allChannel, envelope.encode()}, [this, ticket](const RedisReply &reply) {
        if (reply.isError())
            m_posts.fail(ticket);
        else
            m_posts.published(ticket, int(reply.integer()));
    });
    return ticket;
}

void RedisBackplane::tell(QByteArrayView hub, const Envelope &envelope)
{
    Envelope signedOne = envelope;
    signedOne.hub = m_name;
    appendToBundle(m_bundles[hub.toByteArray()], signedOne);
    if (!std::exchange(m_flushPosted, true))
        QMetaObject::invokeMethod(this, &RedisBackplane::flushBundles, Qt::QueuedConnection);
}

void RedisBackplane::flushBundles()
{
    m_flushPosted = false;
    for (const auto &[hub, bundle] : std::exchange(m_bundles, {})) {
        if (hub == m_name)
            onBundle(bundle);
        else if (isUp())
            m_commands.command({"PUBLISH", key("h", hub), bundle});
    }
}

void RedisBackplane::watchPresence(bool on)
{
    if (std::exchange(m_watchesPresence, on) != on && isUp())
        m_subscriber.subscribe({on ? "SUBSCRIBE" : "UNSUBSCRIBE", m_presenceChannel});
}

void RedisBackplane::claim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl,
                           std::function<void(std::optional<bool>, const QByteArray &)> done)
{
    if (!isUp()) {
        later([done = std::move(done)] { done(std::nullopt, {}); });
        return;
    }
    const QByteArray place = key("c", name);
    const auto call = std::make_shared<std::function<void(std::optional<bool>, const QByteArray &)>>(std::move(done));
    m_claims.emplace(++m_lastClaim, call);
    m_commands.command({"SET", place, value, "NX", "PX", number(std::max<qint64>(1, ttl.count()))},
                       [this, place, claim = m_lastClaim](const RedisReply &reply) {
        if (reply.isError() || !reply.isNull())
            return answerClaim(claim, reply.isError() ? std::nullopt : std::optional(true), {});
        m_commands.command({"GET", place}, [this, claim](const RedisReply &held) {
            answerClaim(claim, held.isError() ? std::nullopt : std::optional(false), held.text().toByteArray());
        });
    });
}

void RedisBackplane::answerClaim(quint64 claim, std::optional<bool> taken, const QByteArray &value)
{
    const auto it = m_claims.find(claim);
    if (it == m_claims.end())
        return;
    const auto call = it->second;
    m_claims.erase(it);
    (*call)(taken, value);
}

void RedisBackplane::settleClaim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl)
{
    if (!isUp())
        return;
    if (value.isNull())
        m_commands.command({"DEL", key("c", name)});
    else
        m_commands.command({"SET", key("c", name), value, "PX", number(std::max<qint64>(1, ttl.count()))});
}

void RedisBackplane::users(const QByteArray &after, const QByteArray &prefix, int max,
                           std::function<void(std::optional<std::vector<PresenceInfo>>, qint64)> done)
{
    if (!isUp()) {
        later([done = std::move(done)] { done(std::nullopt, 0); });
        return;
    }
    struct Listing
    {
        std::map<UserId, QByteArrayList> users;
        qint64 total = 0;
    };
    auto listing = std::make_shared<Listing>();
    const QByteArray least = after >= prefix && !after.isEmpty() ? '(' + after : prefix.isEmpty() ? QByteArray("-") : '[' + prefix;
    const QByteArray most = prefix.isEmpty() ? QByteArray("+") : '(' + prefix + '\xff';     // no UTF-8 holds that byte
    QByteArrayList hubs = m_hubs;
    if (!hubs.contains(m_name))
        hubs.append(m_name);
    for (const QByteArray &hub : hubs) {
        m_commands.command({"ZCARD", key("on", hub)}, [listing](const RedisReply &reply) { listing->total += reply.integer(); });
        m_commands.command({"ZRANGEBYLEX", key("on", hub), least, most, "LIMIT", "0", number(max)}, [listing, hub](const RedisReply &reply) {
            for (std::size_t i = 0; i < reply.size(); ++i)
                listing->users[reply.at(i).text().toByteArray()].append(hub);
        });
    }
    const auto call = std::make_shared<std::function<void(std::optional<bool>, const QByteArray &)>>(
        [listing, max, done = std::move(done)](std::optional<bool> fine, const QByteArray &) {
        if (!fine)
            return done(std::nullopt, 0);
        std::vector<PresenceInfo> found;
        for (const auto &[user, where] : listing->users) {
            if (int(found.size()) < max)
                found.push_back({user, where});
        }
        done(std::move(found), listing->total);
    });
    m_claims.emplace(++m_lastClaim, call);
    m_commands.command({"PING"}, [this, claim = m_lastClaim](const RedisReply &) { answerClaim(claim, true, {}); });
}

void RedisBackplane::holders(const UserId &user, std::function<void(const QByteArrayList &)> done)
{
    auto found = std::make_shared<QByteArrayList>();
    const auto call = std::make_shared<std::function<void(std::optional<bool>, const QByteArray &)>>(
        [found, done = std::move(done)](std::optional<bool>, const QByteArray &) { done(*found); });
    m_claims.emplace(++m_lastClaim, call);
    if (!isUp()) {
        later([this, claim = m_lastClaim] { answerClaim(claim, {}, {}); });
        return;
    }
    for (const QByteArray &hub : std::as_const(m_hubs)) {
        m_commands.command({"ZSCORE", key("on", hub), user}, [found, hub](const RedisReply &reply) {
            if (!reply.isNull() && !reply.isError())
                found->append(hub);
        });
    }
    m_commands.command({"PING"}, [this, claim = m_lastClaim](const RedisReply &) { answerClaim(claim, true, {}); });
}

} // namespace trunkline
