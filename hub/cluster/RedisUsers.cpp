// SPDX-License-Identifier: GPL-3.0-or-later
// Users who come to this hub and leave it, and who is where.
#include "hub/cluster/RedisBackplane.h"

#include <algorithm>

namespace trunkline {

namespace {

/// A client that leaves one hub for another may be faster than the news of it.
constexpr std::chrono::milliseconds kLeaseRetry{100};

QByteArray number(qint64 value) { return QByteArray::number(value); }

} // namespace

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
    m_commands.command({"EVALSHA", m_scripts.lease.sha, "1", key("lease", user), m_name, number(kLeaseTtl.count()),
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
    m_commands.command({"EVALSHA", m_scripts.came.sha, "1", key("on", m_name), user, userChannel(user), m_presenceChannel,
                        presenceNews(user, true), number(kUsersTtl.count())},
                       [this, user, generation = it->second.generation](const RedisReply &) {
        // Whoever watches from now on finds the user among those who are there, and is not told that it came.
        if (!m_keeps)
            finish(user, generation);
    });
    if (!m_keeps || !it->second.done)
        return;     // after a loss: see syncSome()
    m_store.read(user, 0, [this, user, generation = it->second.generation](StoredUser kept, quint64) {
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

void RedisBackplane::drop(const UserId &user)
{
    const auto it = m_users.find(user);
    if (it == m_users.end())
        return;
    const bool asked = it->second.asked;
    m_users.erase(it);
    if (const auto early = m_early.extract(user); !early.empty()) {
        for (const QByteArray &bytes : early.mapped())
            m_earlyBytes -= bytes.size();
    }
    if (m_state.link == BackplaneState::Link::Down)
        return;
    if (m_leases)
        m_commands.notify({"EVALSHA", m_scripts.release.sha, "1", key("lease", user), m_name});
    if (asked)
        m_subscriber.subscribe({"UNSUBSCRIBE", userChannel(user)});
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
    const auto call = std::make_shared<Question>(
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
    m_claims.emplace(++m_lastClaim, std::make_shared<Question>([found, done = std::move(done)](std::optional<bool>, const QByteArray &) { done(*found); }));
    if (!isUp())
        return later([this, claim = m_lastClaim] { answerClaim(claim, {}, {}); });
    m_commands.command({"EVALSHA", m_scripts.holders.sha, "1", m_hubsKey, m_prefix, user}, [this, found, claim = m_lastClaim](const RedisReply &reply) {
        for (std::size_t i = 0; i < reply.size(); ++i)
            found->append(reply.at(i).text().toByteArray());
        answerClaim(claim, true, {});
    });
}

} // namespace trunkline
