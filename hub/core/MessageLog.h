// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/MessageStore.h"

#include <QList>

#include <list>
#include <optional>
#include <unordered_map>

namespace trunkline {

class OutboundMessage;

/// What is kept of one user. Messages of both lists are in the order of their sequence and may be the same ones.
struct UserLog
{
    UserId user;
    quint64 last = 0;               ///< the newest sequence that was handed out
    quint64 lostThrough = 0;        ///< the newest sequence of a message that is in neither list
    QList<KeptMessagePtr> history;  ///< the newest ones
    QList<KeptMessagePtr> queue;    ///< those that wait for the user
    std::list<UserLog *>::iterator historyPlace{};
    std::list<UserLog *>::iterator queuePlace{};
    std::list<UserLog *>::iterator idlePlace{};
    bool isIdle = false;            ///< nothing is kept, nobody is connected: remembered for its number, as long as there is room
};

/// Numbers the messages of each user, keeps the newest (history) and those that wait for an absent user (queue). Both are
/// bounded in messages a user, in age and in bytes over all users. A user's numbers begin at a number made from the civil time, so that
/// they are never used twice, also when the hub starts anew and remembers nothing.
/// Not thread-safe; lives on the hub's thread.
class MessageLog
{
public:
    /// Users of whom nothing but their number is remembered, so that one who comes back is told of no gap where there is none.
    static constexpr std::size_t kMaxIdleUsers = 10'000;

    struct Limits
    {
        int history = 0;                                ///< messages a user; 0: no history
        std::chrono::milliseconds historyTtl{};         ///< 0: for ever
        qint64 historyBytes = 0;
        int queue = 0;                                  ///< messages a user; 0: nobody waits
        std::chrono::milliseconds queueTtl{};           ///< 0: for ever
        qint64 queueBytes = 0;
    };
    /// Told what became of messages.
    class Observer
    {
    public:
        virtual ~Observer() = default;
        /// A message waited for too long.
        virtual void expired(const UserId &user, const KeptMessage &message) = 0;
        [[nodiscard]] virtual bool isConnected(const UserId &user) const = 0;
    };
    /// Whether a message shall wait for its user.
    enum class Waits { No, Yes };
    /// Which messages after() looks at.
    enum class From { QueueOnly, Everything };
    struct Kept
    {
        bool inHistory = false;
        bool inQueue = false;
        [[nodiscard]] bool any() const { return inHistory || inQueue; }
    };
    struct Size
    {
        qint64 messages = 0;
        qint64 bytes = 0;
    };

    MessageLog(const Clock &clock, const Limits &limits, Observer &observer);
    ~MessageLog();

    /// Takes over what `store` remembered and tells it everything from now on. Before the first message.
    void attach(MessageStore &store, std::vector<StoredUser> users);

    /// Takes over what is kept of one user elsewhere. The store is not told.
    void load(const StoredUser &user);
    /// Forgets a user that is kept elsewhere. The store is not told.
    void unload(const UserId &user);

    /// True when there is a history or a queue: then every user is numbered, not only those who asked for it.
    [[nodiscard]] bool keepsMessages() const { return m_limits.history > 0 || m_limits.queue > 0; }
    /// The user's log, made when there is none. Valid until release() of another user or sweep().
    UserLog &at(const UserId &user);
    [[nodiscard]] UserLog *find(const UserId &user);
    [[nodiscard]] const UserLog *find(const UserId &user) const;
    /// Hands out the next number.
    static quint64 next(UserLog &log) { return ++log.last; }
    /// Keeps `message`, which has its number, as far as the limits allow.
    Kept keep(UserLog &log, const OutboundMessage &message, QByteArrayView correlation, Waits waits);
    /// Lets a message wait that was meant to be delivered at once and could not be. False when there is no room.
    bool makeWait(UserLog &log, const OutboundMessage &message, QByteArrayView correlation);
    /// The first kept message behind `sequence`; null when there is none.
    KeptMessagePtr after(UserLog &log, quint64 sequence, From from);
    /// The client has what waited up to `through`.
    void confirm(UserLog &log, quint64 through);
    /// Drops what is too old.
    void sweep();
    /// A user of whom nothing is kept and who is not connected becomes idle: the one who is so for the longest time is forgotten first.
    void release(const UserId &user);

    [[nodiscard]] Size history() const { return m_history; }
    [[nodiscard]] Size queue() const { return m_queue; }
    [[nodiscard]] std::size_t users() const { return m_users.size() - m_idle.size(); }      ///< without the idle ones
    [[nodiscard]] const Limits &limits() const { return m_limits; }
    /// Users for whom messages wait, the one who got one last at the end.
    [[nodiscard]] const std::list<UserLog *> &waiting() const { return m_withQueue; }
    /// Bytes that a message counts for.
    [[nodiscard]] static qint64 costOf(const KeptMessage &message);

private:
    struct UserHash
    {
        std::size_t operator()(const UserId &user) const noexcept { return qHash(user); }
    };
    using Users = std::unordered_map<UserId, UserLog, UserHash>;

    void adopt(const StoredUser &stored);
    [[nodiscard]] quint64 firstNumber() const;
    [[nodiscard]] KeptMessagePtr made(const OutboundMessage &message, QByteArrayView correlation) const;
    void addToHistory(UserLog &log, const KeptMessagePtr &message);
    void addToQueue(UserLog &log, const KeptMessagePtr &message);
    void dropHistory(UserLog &log, qsizetype count);
    void dropQueue(UserLog &log, qsizetype count);
    void trim(UserLog &log);
    void makeRoom();
    [[nodiscard]] bool hasRoomInQueue(const UserLog &log, qint64 cost) const;
    void noteStanding(const UserLog &log);
    void forgetIdle();

    const Clock &m_clock;
    const Limits m_limits;
    Observer &m_observer;
    MessageStore *m_store = nullptr;
    Users m_users;
    std::list<UserLog *> m_withHistory;     ///< by their newest message, the oldest first
    std::list<UserLog *> m_withQueue;
    std::list<UserLog *> m_idle;            ///< the one who became so last at the end
    Size m_history;
    Size m_queue;
    quint64 m_released = 0;                 ///< the highest number of a user who was forgotten
};

} // namespace trunkline
