// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/Envelope.h"
#include "hub/core/BackplaneState.h"
#include "hub/core/Clock.h"
#include "hub/core/Ids.h"
#include "hub/core/MessageStore.h"

#include <QByteArrayList>

#include <functional>
#include <optional>
#include <vector>

namespace trunkline {

/// What became of a message that went to other hubs, added up over all that got it.
struct PostOutcome
{
    enum class Fate {
        Settled,            ///< every hub that got it has said what became of it
        Silent,             ///< not all did in time: what is counted here is certain, the rest is not known
        Unavailable         ///< the backplane was lost, or is not there
    };
    Fate fate = Fate::Settled;
    int hubs = 0;           ///< that got it; 0: the user is connected nowhere
    int silent = 0;         ///< of those, that did not say anything
    int sessions = 0;       ///< that it was written to
    int holders = 0;        ///< hubs that wrote it
    int users = 0;          ///< of a broadcast: who got it
    int slow = 0;           ///< of a broadcast: sessions whose queue was full
    int connected = 0;      ///< of a broadcast: users who should have got it and were there
    bool queued = false;    ///< nobody took it, and it waits for the user
    bool blocked = false;   ///< SLOW_CONSUMER=block-publisher: there was no room in time, nothing was written
    bool repeated = false;  ///< of publishOnce(): another hub has published it for this user
    quint64 sequence = 0;   ///< its number among its user's messages; 0: not numbered
    QByteArray holder{};    ///< name of a hub that wrote it
};

/// A user as it is seen across hubs.
struct PresenceInfo
{
    UserId user;
    QByteArrayList hubs;        ///< names, this hub's included
};

/// Told by a backplane what comes from other hubs. Called on the hub's thread, never from within a call to the backplane.
class BackplaneHost
{
public:
    virtual ~BackplaneHost() = default;
    /// A message or news from another hub (or from this one, by way of the backplane).
    virtual void arrived(const Envelope &envelope) = 0;
    /// This hub has lost the user's lease to another hub: its sessions here must go. `byForce`: DUPLICATE_POLICY=replace.
    virtual void taken(const UserId &user, bool byForce) = 0;
    /// The number of the newest message that this hub has of the user, where the backplane numbers them; 0: none.
    [[nodiscard]] virtual quint64 knownThrough(const UserId &user) const = 0;
    /// What the user was sent behind `after` while nothing came through: to be delivered before anything else.
    virtual void missed(const UserId &user, StoredUser kept, quint64 after) = 0;
    virtual void linkChanged(bool up) = 0;
};

/// How hubs share users: a message to one who is connected elsewhere, or may be, goes through here. A hub never talks to a hub.
/// Lives on the hub's thread. No call waits.
class Backplane
{
public:
    /// What hold() found.
    struct Hold
    {
        bool granted = true;        ///< false: the user is connected to another hub and DUPLICATE_POLICY is reject
        bool known = false;         ///< `kept` was read
        StoredUser kept{};          ///< what is kept of the user
    };

    virtual ~Backplane() = default;
    [[nodiscard]] virtual bool isUp() const = 0;
    [[nodiscard]] virtual BackplaneState state() const = 0;
    [[nodiscard]] virtual QByteArray name() const = 0;
    /// Whether messages are numbered and kept by the backplane.
    [[nodiscard]] virtual bool keepsMessages() const = 0;

    /// Calls back on a turn of its own, unless the backplane is gone by then.
    virtual void later(std::function<void()> call) = 0;

    /// A user comes to this hub: takes its lease and has its messages sent here. `done` is called once, later, unless drop()
    /// comes before. While the backplane is away everybody may come.
    virtual void hold(const UserId &user, std::function<void(Hold)> done) = 0;
    /// The user has no session here any more.
    virtual void drop(const UserId &user) = 0;

    /// Publishes a message for `envelope.user`; ticket, hub and number are set here. `answer` is called once, later, unless forget()
    /// comes before. Returns what forget() takes.
    virtual quint64 publish(Envelope envelope, std::function<void(const PostOutcome &)> answer) = 0;
    /// The same, where several hubs publish the same message, of which `group` is the name: one of them does it for each user.
    virtual quint64 publishOnce(const QByteArray &group, Envelope envelope, std::function<void(const PostOutcome &)> answer) = 0;
    /// The same for one of the other hubs that have the user: they are asked one after the other, until one takes it.
    virtual quint64 publishToOne(Envelope envelope, std::function<void(const PostOutcome &)> answer) = 0;
    /// The same for all hubs.
    virtual quint64 publishToAll(Envelope envelope, std::function<void(const PostOutcome &)> answer) = 0;
    virtual void forget(quint64 ticket) = 0;
    /// A numbered message for a user who is gone waits after all. `done` comes later: false when it could not be kept.
    virtual void keepWaiting(const Envelope &message, std::function<void(bool kept)> done) = 0;
    /// Tells one hub something, together with what else it is told in this turn of the event loop.
    virtual void tell(QByteArrayView hub, const Envelope &envelope) = 0;
    /// Whether news of presence are wanted: they come by arrived().
    virtual void watchPresence(bool on) = 0;

    /// Takes a name that only one hub may have at a time: an id of a request, an Idempotency-Key. `done(taken, value)`: `value` is what
    /// the one who has it wrote; empty while it wrote nothing. nullopt: the backplane is away.
    virtual void claim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl,
                       std::function<void(std::optional<bool> taken, const QByteArray &value)> done) = 0;
    /// Writes over a name that this hub took; a null value gives it back.
    virtual void settleClaim(const QByteArray &name, const QByteArray &value, std::chrono::milliseconds ttl) = 0;

    /// Users across hubs behind `after` whose name begins with `prefix`, at most `max`, and how many there are in all.
    virtual void users(const QByteArray &after, const QByteArray &prefix, int max,
                       std::function<void(std::optional<std::vector<PresenceInfo>>, qint64 total)> done) = 0;
    /// The hubs that hold one user.
    virtual void holders(const UserId &user, std::function<void(const QByteArrayList &hubs)> done) = 0;
};

} // namespace trunkline
