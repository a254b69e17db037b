// SPDX-License-Identifier: GPL-3.0-or-later
// The two connections of a backplane: how they come up, how they are watched, what comes in by them.
#include "hub/cluster/RedisBackplane.h"

#include <QLoggingCategory>

#include <algorithm>

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcRedis, "trunkline.redis", QtInfoMsg)

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kFirstBackoff{100};
constexpr std::chrono::milliseconds kLongestBackoff{2'000};
constexpr qint64 kMostEarlyBytes = 16 * 1024 * 1024;            ///< messages that wait until what is kept was read
constexpr qsizetype kChunk = 500;                               ///< users named by one command
constexpr int kReadsAtOnce = 50;                                ///< users of whom it is read what they missed

} // namespace

void RedisBackplane::connectLinks()
{
    m_backoff = kFirstBackoff;
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &RedisBackplane::tick);
    m_reconnect.setSingleShot(true);
    connect(&m_reconnect, &QTimer::timeout, this, [this] {
        m_state.link = BackplaneState::Link::Connecting;
        m_commands.open();
        m_subscriber.open();
    });
    for (RedisLink *link : {&m_commands, &m_subscriber}) {
        connect(link, &RedisLink::opened, this, &RedisBackplane::onOpened);
        connect(link, &RedisLink::lost, this, &RedisBackplane::goDown);
    }
    m_subscriber.setListener([this](QByteArrayView kind, const RedisReply &reply) { onSubscribed(kind, reply); });
}

void RedisBackplane::start(BackplaneHost &host)
{
    m_host = &host;
    m_state.link = BackplaneState::Link::Connecting;
    m_commands.open();
    m_subscriber.open();
    m_lastTick = m_clock.now();
    m_tick.start();
}

void RedisBackplane::stop()
{
    if (isUp()) {
        flushBundles();
        for (const auto &[user, held] : m_users) {
            if (m_leases)
                m_commands.command({"EVALSHA", m_scripts.release.sha, "1", key("lease", user), m_name});
        }
        m_commands.flush();
    }
    m_tick.stop();
    m_reconnect.stop();
    const Users users = std::exchange(m_users, {});
    m_state.link = BackplaneState::Link::Down;
    m_state.problem = "the hub has stopped";
    m_commands.closeGently();
    m_subscriber.close();
    m_posts.failAll();
    for (const auto &[claim, call] : std::exchange(m_claims, {}))
        (*call)(std::nullopt, {});
    // Who was about to come may, and is told by the hub that it stops.
    for (const auto &[user, held] : users) {
        if (held.done)
            held.done({});
    }
}

void RedisBackplane::onOpened()
{
    if (m_commands.isReady() && m_subscriber.isReady())
        sync();
}

/// Both connections are there: makes Redis know what this hub has.
void RedisBackplane::sync()
{
    m_pong = m_clock.now();
    m_awaitedAnswers = 0;
    for (const RedisScript *script : m_scripts.all()) {
        ++m_awaitedAnswers;
        m_commands.command({"SCRIPT", "LOAD", script->text}, [this](const RedisReply &reply) {
            if (reply.isError())
                return goDown(QString::fromUtf8(reply.text()));
            --m_awaitedAnswers;
            maybeUp();
        });
    }
    // Tells a Redis that was emptied, or is another one.
    const QByteArray epoch = m_prefix + ":epoch";
    m_commands.command({"SET", epoch, m_name, "NX"});
    m_commands.command({"GET", epoch}, [this](const RedisReply &reply) {
        const QByteArray last = std::exchange(m_epoch, reply.text().toByteArray());
        m_emptied = m_emptied || (!last.isEmpty() && last != m_epoch);
    });
    m_awaitedChannels = 2;
    m_subscriber.subscribe({"SUBSCRIBE", m_hubChannel, m_allChannel});
    if (m_watchesPresence) {
        ++m_awaitedChannels;
        m_subscriber.subscribe({"SUBSCRIBE", m_presenceChannel});
    }
    watchHubs();
    syncUsers();
}

/// Users of whom Redis does not know yet: who came, or stayed, while nobody could be asked.
void RedisBackplane::syncUsers()
{
    std::vector<UserId> users;
    for (auto &[user, held] : m_users) {
        if (!std::exchange(held.asked, true))
            users.push_back(user);
    }
    syncSome(users);
}

void RedisBackplane::syncSome(const std::vector<UserId> &users)
{
    for (std::size_t begin = 0; begin < users.size(); begin += std::size_t(kChunk)) {
        const std::vector<UserId> chunk(users.begin() + std::ptrdiff_t(begin), users.begin() + std::ptrdiff_t(std::min(users.size(), begin + std::size_t(kChunk))));
        QByteArrayList names;
        std::vector<QByteArrayView> words{"SUBSCRIBE"};
        for (const UserId &user : chunk)
            names.append(userChannel(user));
        words.insert(words.end(), names.begin(), names.end());
        m_awaitedChannels += chunk.size();
        m_subscriber.subscribe(words);
        const QByteArray own = key("on", m_name);
        words = {"ZADD", own};
        for (const UserId &user : chunk)
            words.insert(words.end(), {QByteArrayView("0"), QByteArrayView(user)});
        m_commands.command(words);
    }
    m_commands.command({"PEXPIRE", key("on", m_name), QByteArray::number(qint64(kUsersTtl.count()))});
    m_renewing = users;
    while (m_leases && !m_renewing.empty())
        renewLeases();
    m_renewing.clear();
    if (!m_keeps)
        return;
    m_toRead.insert(m_toRead.end(), users.begin(), users.end());
    m_awaitedAnswers += int(users.size());
    readMissed();
}

/// Some users at a time: what all of them missed would come at once, and has to be held somewhere.
void RedisBackplane::readMissed()
{
    while (m_reading < kReadsAtOnce && !m_toRead.empty()) {
        const UserId user = std::move(m_toRead.front());
        m_toRead.pop_front();
        if (!m_users.contains(user)) {
            --m_awaitedAnswers;
            continue;
        }
        ++m_reading;
        const quint64 known = m_host->knownThrough(user);
        m_store.read(user, known, [this, user, known](StoredUser kept, quint64 after) {
            --m_reading;
            --m_awaitedAnswers;
            // Redis has no number of the user: it got nothing for so long that its own has expired, unless Redis has lost all that it had.
            if (known != 0 && after == 0 && kept.items.empty() && !m_emptied)
                kept.lostThrough = std::min(kept.lostThrough, known);
            missed(user, std::move(kept), after);
            readMissed();
            maybeUp();
        });
    }
}

/// What is kept comes first, then what came by the channel before it was read.
void RedisBackplane::missed(const UserId &user, StoredUser kept, quint64 after)
{
    m_host->missed(user, std::move(kept), after);
    const auto early = m_early.extract(user);
    if (early.empty())
        return;
    for (const QByteArray &bytes : early.mapped()) {
        m_earlyBytes -= bytes.size();
        if (const auto envelope = Envelope::decode(bytes))
            m_host->arrived(*envelope);
    }
}

void RedisBackplane::maybeUp()
{
    if (m_state.link != BackplaneState::Link::Connecting || m_awaitedAnswers > 0 || m_awaitedChannels > 0)
        return;
    m_state.link = BackplaneState::Link::Up;
    m_state.problem.clear();
    for (const auto &[user, messages] : std::exchange(m_early, {})) {
        for (const QByteArray &bytes : messages)
            m_host->arrived(*Envelope::decode(bytes));
    }
    m_earlyBytes = 0;
    m_emptied = false;
    syncUsers();        // those that came meanwhile: more and more would come if all were waited for
    m_backoff = kFirstBackoff;
    watchHubs();        // this hub is subscribed now
    qCInfo(lcRedis, "The backplane at %s is up; this hub is %s there", m_place.constData(), m_name.constData());
    m_host->linkChanged(true);
}

void RedisBackplane::goDown(const QString &reason)
{
    if (m_state.link == BackplaneState::Link::Down)
        return;
    const bool wasUp = isUp();
    m_state.link = BackplaneState::Link::Down;
    const QByteArray problem = reason.toUtf8();
    if (wasUp || problem != m_state.problem)
        qCWarning(lcRedis, "The backplane at %s is not available: %s", m_place.constData(), problem.constData());
    m_state.problem = problem;
    m_state.latencyMicroseconds = -1;
    m_commands.close();
    m_subscriber.close();
    m_bundles.clear();
    m_early.clear();
    m_earlyBytes = 0;
    m_renewing.clear();
    m_toRead.clear();
    m_reading = 0;
    for (auto &[user, held] : m_users)
        held.asked = held.subscribed = held.leased = false;
    m_state.lost += m_posts.size();
    ++m_state.reconnects;
    m_reconnect.start(m_backoff);
    m_backoff = std::min(m_backoff * 2, kLongestBackoff);
    // Told on a turn of its own: this may be in the middle of somebody's call.
    QMetaObject::invokeMethod(this, [this, wasUp] {
        m_posts.failAll();
        for (const auto &[claim, call] : std::exchange(m_claims, {}))
            (*call)(std::nullopt, {});
        for (auto &[user, held] : m_users)
            fallBack(held);
        if (wasUp)
            m_host->linkChanged(false);
    }, Qt::QueuedConnection);
}

void RedisBackplane::onSubscribed(QByteArrayView kind, const RedisReply &reply)
{
    m_pong = m_clock.now();
    if (kind == "pong" || reply.size() < 3)
        return;
    const QByteArrayView channel = reply.at(1).text();
    const QByteArrayView users = m_userChannels;
    const bool isUser = channel.startsWith(users);
    if (kind == "message") {
        const QByteArrayView bytes = reply.at(2).text();
        if (channel == m_hubChannel)
            return onBundle(bytes);
        const auto envelope = Envelope::decode(bytes);
        if (!envelope) {
            qCWarning(lcRedis, "%lld bytes on %s are no message of this version", qlonglong(bytes.size()), channel.toByteArray().constData());
            return;
        }
        ++m_state.received;
        if (m_keeps && isUser && m_state.link == BackplaneState::Link::Connecting) {
            if (m_earlyBytes + bytes.size() > kMostEarlyBytes)
                return;     // its hub hears nothing of it, and says so; it is in the history
            m_earlyBytes += bytes.size();
            m_early[channel.sliced(users.size()).toByteArray()].push_back(bytes.toByteArray());
            return;
        }
        return m_host->arrived(*envelope);
    }
    const bool connecting = m_state.link == BackplaneState::Link::Connecting;
    if (kind == "subscribe") {
        if (connecting && m_awaitedChannels > 0)
            --m_awaitedChannels;
        if (isUser)
            arrive(channel.sliced(users.size()).toByteArray());
        if (connecting)
            maybeUp();
    } else if (kind == "unsubscribe" && isUser) {
        const UserId user = channel.sliced(users.size()).toByteArray();
        if (!m_users.contains(user))
            m_commands.notify({"EVALSHA", m_scripts.left.sha, "1", key("on", m_name), user, userChannel(user), m_presenceChannel,
                                presenceNews(user, false)});
    }
}

void RedisBackplane::onBundle(QByteArrayView bundle)
{
    const bool whole = readBundle(bundle, [this](const Envelope &envelope) {
        switch (envelope.kind) {
        case Envelope::Kind::Receipt: {
            PostOutcome part;
            part.sessions = int(envelope.sessions);
            part.users = int(envelope.users);
            part.slow = int(envelope.slow);
            part.connected = int(envelope.connected);
            part.queued = envelope.has(Envelope::Queued);
            part.blocked = envelope.has(Envelope::Slow);
            part.sequence = envelope.sequence;
            part.holder = envelope.hub.toByteArray();
            return m_posts.receipt(envelope.ticket, part);
        }
        case Envelope::Kind::Room:
            return m_posts.extend(envelope.ticket, std::chrono::milliseconds(envelope.patience));
        case Envelope::Kind::Taken:
            return m_host->taken(envelope.user.toByteArray(), true);
        default:
            return m_host->arrived(envelope);
        }
    });
    if (!whole)
        qCWarning(lcRedis, "A bundle of another version, or a damaged one, came from another hub");
}

} // namespace trunkline
