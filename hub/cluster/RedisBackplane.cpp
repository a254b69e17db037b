// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and claims. Users are in RedisUsers.cpp, the connections in RedisLinks.cpp.
#include "hub/cluster/RedisBackplane.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHostInfo>
#include <QRandomGenerator>

#include <algorithm>

namespace trunkline {

namespace {

constexpr int kClaimTries = 3;      ///< how often a claim is asked for that is given back meanwhile

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
      m_store(m_commands, settings, m_scripts, m_prefix), m_posts(clock, settings.redisTimeout)
{
    connectLinks();
}

RedisBackplane::~RedisBackplane() = default;

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

quint64 RedisBackplane::publish(Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    return publishOnce({}, envelope, std::move(answer));
}

quint64 RedisBackplane::publishOnce(const QByteArray &group, Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    if (!m_keeps || envelope.kind == Envelope::Kind::Said)
        return publishOn(userChannel(envelope.user), envelope, std::move(answer));
    const quint64 ticket = begin(envelope, std::move(answer));
    if (envelope.ticket == 0)
        return ticket;
    m_store.publish(envelope, group, [this, ticket](const RedisReply &reply) {
        if (reply.size() != 3) {
            m_posts.fail(ticket);
            // Somebody has flushed the scripts: they are loaded again with the connection.
            if (reply.text().startsWith("NOSCRIPT"))
                goDown(QString::fromUtf8(reply.text()));
            return;
        }
        if (reply.at(0).integer() < 0)
            return m_posts.repeat(ticket);
        m_posts.published(ticket, int(reply.at(0).integer()), reply.at(1).text().toByteArray().toULongLong(), reply.at(2).integer() == 1);
    });
    return ticket;
}

quint64 RedisBackplane::publishToAll(Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    return publishOn(m_allChannel, envelope, std::move(answer));
}

/// A ticket for a message that is about to be published. Where that cannot be, `envelope` gets none, and `answer` is told so later.
quint64 RedisBackplane::begin(Envelope &envelope, std::function<void(const PostOutcome &)> answer)
{
    const quint64 ticket = m_posts.add(std::move(answer));
    if (!isUp() || m_posts.size() > std::size_t(m_settings.maxOpenCorrelations)) {
        later([this, ticket] { m_posts.fail(ticket); });
        return ticket;
    }
    ++m_state.published;
    envelope.ticket = ticket;
    envelope.hub = m_name;
    return ticket;
}

quint64 RedisBackplane::publishOn(const QByteArray &channel, Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    const quint64 ticket = begin(envelope, std::move(answer));
    if (envelope.ticket != 0)
        send(ticket, channel, envelope.encode());
    return ticket;
}

void RedisBackplane::send(quint64 ticket, const QByteArray &channel, const QByteArray &bytes)
{
    m_commands.command({"PUBLISH", channel, bytes}, [this, ticket](const RedisReply &reply) {
        if (reply.isError())
            m_posts.fail(ticket);
        else
            m_posts.published(ticket, int(reply.integer()));
    });
}

quint64 RedisBackplane::publishToOne(Envelope envelope, std::function<void(const PostOutcome &)> answer)
{
    const quint64 ticket = begin(envelope, std::move(answer));
    if (envelope.ticket != 0) {
        holders(envelope.user.toByteArray(), [this, ticket, bytes = envelope.encode()](QByteArrayList hubs) {
            hubs.removeAll(m_name);
            offer(ticket, bytes, std::move(hubs));
        });
    }
    return ticket;
}

/// Asks the first of `hubs` to take a message, and then the others.
void RedisBackplane::offer(quint64 ticket, const QByteArray &bytes, QByteArrayList hubs)
{
    if (hubs.isEmpty())
        return m_posts.published(ticket, 0);
    const QByteArray hub = hubs.takeFirst();
    Envelope envelope = *Envelope::decode(bytes);
    const quint64 part = begin(envelope, [this, ticket, bytes, hubs = std::move(hubs)](const PostOutcome &outcome) {
        if (outcome.fate != PostOutcome::Fate::Settled)
            return m_posts.fail(ticket);
        if (outcome.sessions == 0)
            return offer(ticket, bytes, hubs);
        m_posts.receipt(ticket, outcome);
        m_posts.published(ticket, 1);
    });
    if (envelope.ticket != part)
        return;
    QByteArray bundle;
    appendToBundle(bundle, envelope);
    send(part, key("h", hub), bundle);
}

void RedisBackplane::keepWaiting(const Envelope &message, std::function<void(bool)> done)
{
    if (!isUp())
        return later([done = std::move(done)] { done(false); });
    m_store.wait(message.user.toByteArray(), message.sequence, message.encodeUnnumbered(), std::move(done));
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
            m_commands.notify({"PUBLISH", key("h", hub), bundle});
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
    m_claims.emplace(++m_lastClaim, std::make_shared<Question>(std::move(done)));
    tryClaim(m_lastClaim, {key("c", name), value, number(std::max<qint64>(1, ttl.count()))}, kClaimTries);
}

void RedisBackplane::tryClaim(quint64 claim, const Claim &wanted, int tries)
{
    m_commands.command({"SET", wanted.place, wanted.value, "NX", "PX", wanted.ttl}, [this, claim, wanted, tries](const RedisReply &reply) {
        if (reply.isError() || !reply.isNull())
            return answerClaim(claim, reply.isError() ? std::nullopt : std::optional(true), {});
        m_commands.command({"GET", wanted.place}, [this, claim, wanted, tries](const RedisReply &held) {
            // Given back in between: its request ended before this one came, but Redis reads connections in an order of its own.
            if (held.isNull() && tries > 1)
                return tryClaim(claim, wanted, tries - 1);
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
        m_commands.notify({"DEL", key("c", name)});
    else
        m_commands.notify({"SET", key("c", name), value, "PX", number(std::max<qint64>(1, ttl.count()))});
    m_commands.flush();     // before the stream ends or the answer goes: who has it may ask another hub at once
}

} // namespace trunkline
