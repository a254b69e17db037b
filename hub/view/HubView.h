// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/view/HubValues.h"

#include <QByteArrayList>
#include <QObject>

#include <functional>
#include <optional>
#include <vector>

namespace trunkline {

/// How a window reads a hub, on its own thread or in another process. All calls from the window's thread; none blocks
/// for the hub. Data is as fresh as the last update, at most ten a second.
class HubView : public QObject
{
    Q_OBJECT

public:
    enum class Link {
        Connecting, Live, Lost,
        Recorded        ///< no hub: what was, read from a file, whole and for good
    };

    /// Never null; empty before the first update.
    [[nodiscard]] virtual std::shared_ptr<const HubSnapshot> snapshot() const = 0;
    /// Journal entries after `sequence`, at most `max`, and how many were skipped because they fell out.
    [[nodiscard]] virtual JournalPage journalAfter(quint64 sequence, std::size_t max) const = 0;
    /// Exchanges that are new or changed since `revision`, at most `max`.
    [[nodiscard]] virtual ExchangePage exchangesAfter(quint64 revision, std::size_t max) const = 0;
    [[nodiscard]] virtual Link link() const = 0;
    [[nodiscard]] virtual bool isReadOnly() const = 0;
    /// One sentence for people on why the link is not live; empty while it is.
    [[nodiscard]] virtual QString linkDetail() const { return {}; }
    /// How long the last question to the hub took; 0 when the hub is in this process.
    [[nodiscard]] virtual std::chrono::microseconds roundTrip() const { return {}; }

    /// Tries at once to reach a hub that is lost; without it that happens by itself, at growing intervals.
    virtual void retry() {}

Q_SIGNALS:
    /// New data can be read; at most ten a second, none while nothing changes.
    void updated();
    void linkChanged();
    /// Another hub (or the same one after a restart) answers now: sequences and revisions began anew, ask from 0 again.
    void restarted();

protected:
    using QObject::QObject;
};

/// The answer to a composed message.
struct ComposeAnswer
{
    int status = 0;                 ///< HTTP status; 0: the hub was not reached
    QByteArray body;                ///< JSON, or the event stream as far as it came
    QByteArray correlation;         ///< of a send: its id, to select the exchange
};

/// A user, and the names of the hubs that hold its sessions.
struct FoundUser
{
    QByteArray user;
    QByteArrayList hubs{};
};
/// Users of all hubs behind one backplane.
struct FoundUsers
{
    std::vector<FoundUser> users{};     ///< by name, at most as many as were asked for
    bool more = false;                  ///< there are more of them
};

/// How a window gives orders. Orders are queued; callbacks come on the window's thread, and not after the HubControl died.
class HubControl
{
public:
    enum class Kind { Push, Send, Batch, Broadcast };

    virtual ~HubControl() = default;
    /// Posts `body` to the route of `kind` exactly as a service would, by HTTP. `answered` may be called several times
    /// for a send, as the stream grows.
    virtual void compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered) = 0;
    /// Asks where users are whose name begins with `prefix`, on all hubs. `found` is called once, with nullopt when it cannot be known.
    virtual void findUsers(const QByteArray &prefix, int max, std::function<void(std::optional<FoundUsers>)> found) = 0;
    /// Closes a session with 1008 and `reason`.
    virtual void disconnectSession(SessionId session, const QByteArray &reason) = 0;
    /// Empties journal and exchanges of the hub itself.
    virtual void clearJournal() = 0;
    /// Starts the demo: `demo_bot`, and with `load` > 0 that many users and a burst.
    virtual void startDemo(int load) = 0;
    virtual void stopDemo() = 0;
    /// Called on the window's thread with one sentence when an order was not carried out. Composed messages have their answer.
    virtual void onOrderFailed(std::function<void(const QString &)> failed) { (void)failed; }
};

} // namespace trunkline
