// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/Backplane.h"
#include "hub/cluster/PostTable.h"
#include "hub/cluster/RedisLink.h"
#include "hub/cluster/RedisStore.h"
#include "hub/core/Settings.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <unordered_map>

namespace trunkline {

/// Hubs behind one Redis: each subscribes to the channels of its users and to one of its own, and PUBLISH says how many
/// hubs got a message. Two connections, one for commands and one that subscribes; both come back by themselves.
class RedisBackplane final : public QObject, public Backplane
{
    Q_OBJECT

public:
    /// `settings.redisUrl` is good. Connects once start() was called.
    RedisBackplane(const Settings &settings, const RedisUrl &url, const Clock &clock, TurnWriter &turn);
    ~RedisBackplane() override;

    void start(BackplaneHost &host);
    /// Gives back what this hub holds, and leaves.
    void stop();
    /// Keeps what waits for users, for the hub's message log.
    [[nodiscard]] MessageStore &store() { return m_store; }

    [[nodiscard]] bool isUp() const override { return m_state.link == BackplaneState::Link::Up; }
    [[nodiscard]] BackplaneState state() const override;
    [[nodiscard]] QByteArray name() const override { return m_name; }
    [[nodiscard]] bool keepsMessages() const override { return m_keeps; }

    void later(std::function<void()> call) override;
    void hold(const UserId &user, std::function<void(Hold)> done) override;
    void drop(const UserId &user) override;
    quint64 publish(Envelope envelope, std::function<void(const PostOutcome &)> answer) override;
    quint64 publishOnce(const QByteArray &group, Envelope envelope, std::function<void(const PostOutcome &)> answer) override;
    quint64 publishToOne(Envelope envelope, std::function<void(const PostOutcome &)> answer) override;
    quint64 publishToAll(Envelope envelope, std::function<void(const PostOutcome &)> answer) override;
    void forget(quint64 ticket) override { m_posts.forget(ticket); }
    void keepWaiting(const Envelope &message, std::function<void(bool)> done) override;
    void tell(QByteArrayView hub, const Envelope &envelope) override;
    void watchPresence(bool on) override;
    void claim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl,
               std::function<void(std::optional<bool>, const QByteArray &)> done) override;
    void settleClaim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl) override;
    void users(const QByteArray &after, const QByteArray &prefix, int max,
               std::function<void(std::optional<std::vector<PresenceInfo>>, qint64)> done) override;
    void holders(const UserId &user, std::function<void(const QByteArrayList &)> done) override;

private:
    /// How long a hub that is cut off, and does not know it, keeps its users; what each renewal costs Redis is why it is not shorter.
    static constexpr std::chrono::milliseconds kLeaseTtl{30'000};
    static constexpr std::chrono::milliseconds kUsersTtl{60'000};       ///< of the list of a hub's users
    struct Held
    {
        std::function<void(Hold)> done;         ///< null once it was called
        Hold hold{};
        bool asked = false;                     ///< SUBSCRIBE was sent
        bool subscribed = false;                ///< Redis has confirmed it
        bool leased = false;
        bool retried = false;
        quint64 generation = 0;                 ///< tells answers for one that was dropped meanwhile
    };
    using Users = std::unordered_map<UserId, Held>;

    // The connections; in RedisLinks.cpp.
    void connectLinks();
    void onOpened();
    void sync();
    void syncUsers();
    void syncSome(const std::vector<UserId> &users);
    void readMissed();
    void missed(const UserId &user, StoredUser kept, quint64 after);
    void maybeUp();
    void goDown(const QString &reason);
    void onSubscribed(QByteArrayView kind, const RedisReply &reply);
    void onBundle(QByteArrayView bundle);
    // What happens all the time; in RedisBeat.cpp.
    void tick();
    void beat();
    void renewLeases();
    void watchHubs();
    void bury(const QByteArray &hub);
    // Coming and going of users; in RedisUsers.cpp.
    void fallBack(Held &held);
    void lease(const UserId &user, Held &held);
    void subscribe(const UserId &user);
    void arrive(const UserId &user);
    void finish(const UserId &user, quint64 generation);
    void flushBundles();
    quint64 begin(Envelope &envelope, std::function<void(const PostOutcome &)> answer);
    quint64 publishOn(const QByteArray &channel, Envelope envelope, std::function<void(const PostOutcome &)> answer);
    void send(quint64 ticket, const QByteArray &channel, const QByteArray &bytes);
    void offer(quint64 ticket, const QByteArray &bytes, QByteArrayList hubs);
    struct Claim { QByteArray place, value, ttl; };
    void tryClaim(quint64 claim, const Claim &wanted, int tries);
    void answerClaim(quint64 claim, std::optional<bool> taken, const QByteArray &value);

    [[nodiscard]] QByteArray key(const char *kind, QByteArrayView name) const;
    [[nodiscard]] QByteArray userChannel(QByteArrayView user) const { return key("u", user); }
    [[nodiscard]] QByteArray presenceNews(const UserId &user, bool online) const;

    const Settings &m_settings;
    const QByteArray m_prefix;
    const QByteArray m_name;
    const QByteArray m_hubChannel;
    const QByteArray m_userChannels;            ///< what those of users begin with
    const QByteArray m_allChannel;
    const QByteArray m_presenceChannel;
    const QByteArray m_hubsKey;
    const QByteArray m_place;
    const bool m_keeps;
    const bool m_leases;                        ///< a user is connected to one hub only
    const Clock &m_clock;
    BackplaneHost *m_host = nullptr;
    RedisLink m_commands;
    RedisLink m_subscriber;
    const RedisScripts m_scripts;
    RedisStore m_store;
    PostTable m_posts;
    Users m_users;
    std::vector<UserId> m_renewing;             ///< whose leases are still to be renewed in this round
    std::size_t m_renewShare = 0;               ///< how many of them a beat
    std::deque<UserId> m_toRead;                ///< of whom it is still to be read what they missed
    int m_reading = 0;                          ///< how many are being read
    std::unordered_map<UserId, std::vector<QByteArray>> m_early;    ///< what came by channel before what is kept was read
    qint64 m_earlyBytes = 0;
    std::map<QByteArray, QByteArray> m_bundles; ///< by hub
    bool m_flushPosted = false;
    QByteArrayList m_hubs;
    QByteArray m_epoch;                         ///< the hub that found Redis empty
    bool m_emptied = false;                     ///< Redis was emptied while this hub was away, whose users have not all been read again
    bool m_watchesPresence = false;
    QTimer m_tick;
    QTimer m_reconnect;
    std::chrono::milliseconds m_backoff;
    int m_ticks = 0;
    Clock::Instant m_lastTick{};
    bool m_excused = false;                     ///< the last tick came late
    std::size_t m_awaitedChannels = 0;          ///< while connecting
    int m_awaitedAnswers = 0;
    Clock::Instant m_pong{};                    ///< when the subscribing connection was last heard of
    quint64 m_lastGeneration = 0;
    /// Answered once each, also when the connection is lost before Redis says something.
    using Question = std::function<void(std::optional<bool> taken, const QByteArray &value)>;
    std::map<quint64, std::shared_ptr<Question>> m_claims;
    quint64 m_lastClaim = 0;
    mutable BackplaneState m_state;
};

} // namespace trunkline
