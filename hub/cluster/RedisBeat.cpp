// SPDX-License-Identifier: GPL-3.0-or-later
// What happens all the time while a backplane is up: leases are renewed, hubs are watched, silence is noticed.
#include "hub/cluster/RedisBackplane.h"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

constexpr int kTicksPerBeat = 10;                               ///< a beat a second
constexpr int kBeatsPerRenewal = 10;                            ///< a third of a lease's time
constexpr std::size_t kChunk = 500;                             ///< leases renewed by one command

} // namespace

void RedisBackplane::tick()
{
    // A hub that did not run has not read what came meanwhile: it judges at the next tick.
    const Clock::Instant now = m_clock.now();
    const bool stood = now - std::exchange(m_lastTick, now) > m_settings.redisTimeout / 2;
    if (stood && !std::exchange(m_excused, true)) {
        m_pong = now;
        return;
    }
    m_excused = false;
    m_posts.expire();
    if (m_state.link == BackplaneState::Link::Down)
        return;
    const Clock::Duration patience = m_settings.redisTimeout;
    const bool silent = m_commands.waiting() > patience || m_subscriber.waiting() > patience
        || (m_subscriber.isReady() && m_commands.isReady() && now - m_pong > patience + std::chrono::seconds(1));
    if (silent)
        return goDown(QStringLiteral("no answer within %1 ms").arg(m_settings.redisTimeout.count()));
    if (isUp() && ++m_ticks % kTicksPerBeat == 0)
        beat();
    else if (m_subscriber.isReady() && m_commands.isReady() && !isUp() && ++m_ticks % kTicksPerBeat == 0)
        m_subscriber.subscribe({"PING"});
}

void RedisBackplane::beat()
{
    const Clock::Instant sent = m_clock.now();
    m_commands.command({"PING"}, [this, sent](const RedisReply &) { m_state.latencyMicroseconds = int((m_clock.now() - sent).count()); });
    m_subscriber.subscribe({"PING"});
    const int beat = m_ticks / kTicksPerBeat;
    watchHubs();
    if (beat % kBeatsPerRenewal == 0) {
        m_commands.command({"PEXPIRE", key("on", m_name), QByteArray::number(qint64(kUsersTtl.count()))});
        m_renewing.clear();
        for (const auto &[user, held] : m_users) {
            if (m_leases && held.subscribed)
                m_renewing.push_back(user);
        }
        m_renewShare = m_renewing.size() / std::size_t(kBeatsPerRenewal) + 1;
    }
    const std::size_t rest = m_renewing.size() > m_renewShare ? m_renewing.size() - m_renewShare : 0;
    while (m_renewing.size() > rest)
        renewLeases();
}

/// The leases of some users, in one command.
void RedisBackplane::renewLeases()
{
    const std::size_t count = std::min(m_renewing.size(), kChunk);
    std::vector<UserId> users(m_renewing.end() - std::ptrdiff_t(count), m_renewing.end());
    m_renewing.resize(m_renewing.size() - count);
    std::erase_if(users, [this](const UserId &user) { return !m_users.contains(user); });       // they have left since
    if (users.empty())
        return;
    QByteArrayList names;
    for (const UserId &user : users)
        names.append(key("lease", user));
    const QByteArray script = m_scripts.renew.sha;
    const QByteArray keys = QByteArray::number(qint64(names.size()));
    const QByteArray ttl = QByteArray::number(qint64(kLeaseTtl.count()));
    std::vector<QByteArrayView> words{"EVALSHA", script, keys};
    words.insert(words.end(), names.begin(), names.end());
    words.insert(words.end(), {QByteArrayView(m_name), QByteArrayView(ttl)});
    m_commands.command(words, [this, users = std::move(users)](const RedisReply &reply) {
        for (std::size_t i = 0; i < reply.size(); ++i) {
            const std::size_t place = std::size_t(reply.at(i).integer());
            if (place < users.size() && m_users.contains(users[place]))
                m_host->taken(users[place], m_settings.duplicatePolicy == DuplicatePolicy::Replace);
        }
    });
}

/// Which hubs are there, and what to do for those that died.
void RedisBackplane::watchHubs()
{
    m_commands.command({"EVALSHA", m_scripts.hubs.sha, "1", m_hubsKey, m_name, QByteArray(m_prefix + ":h:")}, [this](const RedisReply &reply) {
        // This is the check of all that is written: scripts flushed, a replica, no memory.
        if (reply.size() != 2)
            return goDown(QString::fromUtf8(reply.text()));
        m_hubs.clear();
        for (std::size_t i = 0; i < reply.at(0).size(); ++i)
            m_hubs.append(reply.at(0).at(i).text().toByteArray());
        for (std::size_t i = 0; i < reply.at(1).size(); ++i) {
            const QByteArray gone = reply.at(1).at(i).text().toByteArray();
            if (gone != m_name)
                bury(gone);
        }
    });
}

void RedisBackplane::bury(const QByteArray &hub)
{
    m_commands.command({"EVALSHA", m_scripts.bury.sha, "2", m_hubsKey, key("on", hub), hub, m_userChannels, QByteArray(m_prefix + ":h:")},
                       [this](const RedisReply &users) {
        for (std::size_t i = 0; i < users.size(); ++i)
            m_commands.command({"PUBLISH", m_presenceChannel, presenceNews(users.at(i).text().toByteArray(), false)});
    });
}

} // namespace trunkline
