// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubFeed.h"
#include "hub/view/HubMailbox.h"

#include <QTimer>

namespace trunkline {

class HubMonitor;

/// The way to a monitor from other threads; outlives it.
class HubDoor final
{
public:
    /// Runs `order` on the hub's thread, later. False, and nothing happens, when the hub is gone. Any thread.
    bool post(std::function<void(HubMonitor &)> order);

private:
    friend class HubMonitor;
    std::mutex m_mutex;
    HubMonitor *m_monitor = nullptr;
};

/// The hub's side of every window: while somebody watches it looks ten times a second what is new, and sends copies to the
/// mailboxes. Costs nothing while nobody does. Lives on the hub's thread, with all calls but those through the door.
class HubMonitor final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kInterval{100};
    /// A snapshot takes at most one part in so many of the hub's time: with many sessions it comes less often.
    static constexpr int kSnapshotShare = 50;
    /// Pings, queues and the backplane change without an entry, latencies grow old: looked at so often, and told only when they did.
    static constexpr std::chrono::milliseconds kQuietInterval{2000};
    static constexpr std::size_t kMaxBatch = 20'000;            ///< journal entries for one mailbox at a time
    static constexpr qint64 kMaxBatchBytes = 16LL * 1024 * 1024;
    static constexpr std::size_t kMaxExchanges = 2'000;

    /// Told when something is new, at most ten times a second.
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void changed() = 0;     ///< may remove itself
    };

    explicit HubMonitor(HubFeed &feed);
    ~HubMonitor() override;

    [[nodiscard]] const std::shared_ptr<HubDoor> &door() const { return m_door; }
    [[nodiscard]] HubFeed &feed() const { return m_feed; }
    [[nodiscard]] bool isWatched() const { return m_timer.isActive(); }

    /// From now on the mailbox gets everything, beginning with what the hub still has. With Legs::Both, for recorders, that is
    /// the journal with both legs and one snapshot.
    void addMailbox(const std::shared_ptr<HubMailbox> &mailbox, Legs legs);
    void removeMailbox(const HubMailbox *mailbox);
    void addListener(Listener *listener);
    void removeListener(Listener *listener);

    /// As long as there are more addRecorder() than removeRecorder(), the journal holds the upstream leg, too.
    void addRecorder();
    void removeRecorder();
    /// From now on `tap` gets all that happens, on both legs. It has to outlive the hub. One for each hub.
    void record(JournalTap &tap);

    /// The newest snapshot, at most kInterval old unless taking one is dear. Never null.
    [[nodiscard]] std::shared_ptr<const HubSnapshot> snapshot();
    void clearHistory();
    /// As HubFeed::setFaults(); watchers are told with the next look.
    void setFaults(FaultPlan plan);
    [[nodiscard]] quint64 timesCleared() const { return m_timesCleared; }

private:
    struct Reader
    {
        std::shared_ptr<HubMailbox> mailbox;
        Legs legs = Legs::AsIs;
        quint64 sequence = 0;
        quint64 revision = 0;
        quint64 snapshot = 0;       ///< the number that it has
        bool behind = false;        ///< there is more than fitted
    };
    /// What changes with nearly everything that happens in a hub.
    struct Pulse
    {
        quint64 sequence = 0;
        quint64 revision = 0;
        Metrics metrics{};
        bool stopping = false;
        friend bool operator==(const Pulse &, const Pulse &) = default;
    };
    struct Batches;

    [[nodiscard]] Pulse pulse() const;
    void tick();
    void serveRecorders();
    [[nodiscard]] bool snapshotIsAffordable() const;
    bool takeSnapshot();
    void serve(Reader &reader, Batches &batches);
    void serveJournal(Reader &reader, Batches &batches, HubNews &news);
    void serveExchanges(Reader &reader, HubNews &news);
    [[nodiscard]] bool isLookedAt() const;
    void drop(const std::function<bool(const Reader &)> &goes);
    void watchOrRest();

    HubFeed &m_feed;
    std::shared_ptr<HubDoor> m_door = std::make_shared<HubDoor>();
    QTimer m_timer;
    QTimer m_recorderTimer;
    std::vector<Reader> m_readers;
    std::vector<Listener *> m_listeners;
    std::shared_ptr<const HubSnapshot> m_snapshot;
    Pulse m_seen;
    Clock::Instant m_snapshotTaken;
    Clock::Duration m_snapshotCost{};
    quint64 m_timesCleared = 0;
    int m_recorders = 0;
    bool m_snapshotDue = true;
};

} // namespace trunkline
