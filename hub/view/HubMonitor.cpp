// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/HubMonitor.h"

#include "hub/core/HandOver.h"
#include "hub/core/JournalTap.h"

#include <QElapsedTimer>

#include <algorithm>
#include <map>
#include <utility>

namespace trunkline {

/// Journal batches made in this tick, by the sequence they begin after: readers that are equally far share them.
struct HubMonitor::Batches
{
    std::map<quint64, std::shared_ptr<const JournalBatch>> made;
};

bool HubDoor::post(std::function<void(HubMonitor &)> order)
{
    const std::lock_guard lock(m_mutex);
    if (!m_monitor)
        return false;
    callLater(m_monitor, [monitor = m_monitor, order = std::move(order)] { order(*monitor); });
    return true;
}

HubMonitor::HubMonitor(HubFeed &feed) : m_feed(feed)
{
    m_door->m_monitor = this;
    m_timer.setInterval(kInterval);
    connect(&m_timer, &QTimer::timeout, this, &HubMonitor::tick);
    // Not more often: each turn of the recorder takes a core from somebody, the hub or who talks to it.
    m_recorderTimer.setInterval(kInterval);
    connect(&m_recorderTimer, &QTimer::timeout, this, &HubMonitor::serveRecorders);
}

HubMonitor::~HubMonitor()
{
    {
        const std::lock_guard lock(m_door->m_mutex);
        m_door->m_monitor = nullptr;
    }
    // What happened since the last tick, the end included, is still told.
    Batches batches;
    for (Reader &reader : m_readers) {
        do {
            serve(reader, batches);
        } while (reader.behind);
    }
    for (const Reader &reader : m_readers) {
        HubNews news;
        news.link = HubView::Link::Lost;
        news.linkDetail = tr("The hub has stopped");
        reader.mailbox->put(std::move(news));
    }
}

void HubMonitor::addMailbox(const std::shared_ptr<HubMailbox> &mailbox, Legs legs)
{
    if (legs == Legs::Both)
        addRecorder();
    m_readers.push_back({mailbox, legs});
    HubNews news;
    news.link = HubView::Link::Live;
    news.linkDetail = QString();
    mailbox->put(std::move(news));
    watchOrRest();
    if (legs == Legs::Both)
        return serveRecorders();
    m_snapshotDue = true;
    tick();
}

void HubMonitor::removeMailbox(const HubMailbox *mailbox)
{
    drop([mailbox](const Reader &reader) { return reader.mailbox.get() == mailbox; });
    watchOrRest();
}

void HubMonitor::drop(const std::function<bool(const Reader &)> &goes)
{
    const auto gone = std::stable_partition(m_readers.begin(), m_readers.end(), [&goes](const Reader &reader) { return !goes(reader); });
    const auto recorders = std::count_if(gone, m_readers.end(), [](const Reader &reader) { return reader.legs == Legs::Both; });
    m_readers.erase(gone, m_readers.end());
    for (std::ptrdiff_t i = 0; i < recorders; ++i)
        removeRecorder();
}

void HubMonitor::addRecorder()
{
    if (++m_recorders == 1)
        m_feed.setRecording(true);
}

void HubMonitor::removeRecorder()
{
    if (--m_recorders == 0)
        m_feed.setRecording(false);
}

void HubMonitor::record(JournalTap &tap)
{
    tap.begin(m_feed.journal().lastSequence(), m_feed.clock().now());
    m_feed.setTap(&tap);
    addRecorder();
}

void HubMonitor::setFaults(FaultPlan plan)
{
    m_feed.setFaults(std::move(plan));
    m_snapshotDue = true;       // no counter tells of it
}

void HubMonitor::addListener(Listener *listener)
{
    m_listeners.push_back(listener);
    watchOrRest();
}

void HubMonitor::removeListener(Listener *listener)
{
    // Its place is kept: this may be a call from within changed().
    std::replace(m_listeners.begin(), m_listeners.end(), listener, static_cast<Listener *>(nullptr));
    watchOrRest();
}

/// Whether somebody sees sessions and exchanges: a recorder alone does not.
bool HubMonitor::isLookedAt() const
{
    return std::any_of(m_readers.begin(), m_readers.end(), [](const Reader &reader) { return reader.legs == Legs::AsIs; })
        || std::any_of(m_listeners.begin(), m_listeners.end(), [](const Listener *listener) { return listener; });
}

void HubMonitor::watchOrRest()
{
    const bool recorded = std::any_of(m_readers.begin(), m_readers.end(), [](const Reader &reader) { return reader.legs == Legs::Both; });
    if (!recorded)
        m_recorderTimer.stop();
    else if (!m_recorderTimer.isActive())
        m_recorderTimer.start();
    const bool watched = isLookedAt();
    if (watched == m_timer.isActive())
        return;
    if (watched)
        m_timer.start();
    else
        m_timer.stop();
    m_feed.setWatched(watched);
}

HubMonitor::Pulse HubMonitor::pulse() const
{
    return {m_feed.journal().lastSequence(), m_feed.exchanges().revision(), m_feed.metrics(), m_feed.isStopping()};
}

void HubMonitor::tick()
{
    const Pulse now = pulse();
    bool news = now != m_seen;
    m_seen = now;
    m_snapshotDue = m_snapshotDue || news;
    const bool quiet = m_feed.clock().now() - m_snapshotTaken >= kQuietInterval;
    if ((m_snapshotDue || quiet) && snapshotIsAffordable())
        news = takeSnapshot() || news;
    drop([](const Reader &reader) { return reader.mailbox->isClosed(); });
    Batches batches;
    for (Reader &reader : m_readers) {
        if (reader.legs == Legs::Both)
            continue;
        if (news || reader.behind || reader.snapshot == 0)
            serve(reader, batches);
    }
    if (news) {
        for (std::size_t i = 0; i < m_listeners.size(); ++i) {
            if (m_listeners[i])
                m_listeners[i]->changed();
        }
    }
    std::erase(m_listeners, nullptr);
    watchOrRest();
}

void HubMonitor::serveRecorders()
{
    drop([](const Reader &reader) { return reader.mailbox->isClosed(); });
    Batches batches;
    for (Reader &reader : m_readers) {
        if (reader.legs == Legs::AsIs)
            continue;
        if (reader.snapshot == 0)
            (void)snapshot();
        serve(reader, batches);
    }
    watchOrRest();
}

bool HubMonitor::snapshotIsAffordable() const
{
    return !m_snapshot || m_feed.clock().now() - m_snapshotTaken >= m_snapshotCost * kSnapshotShare;
}

/// Whether the new one differs in anything that no counter tells.
bool HubMonitor::takeSnapshot()
{
    QElapsedTimer cost;
    cost.start();
    auto fresh = std::make_shared<HubSnapshot>();
    m_feed.describe(*fresh);
    fresh->number = (m_snapshot ? m_snapshot->number : 0) + 1;
    m_snapshotTaken = m_feed.clock().now();
    const bool due = std::exchange(m_snapshotDue, false);
    const bool differs = due || !m_snapshot || fresh->sessions != m_snapshot->sessions || fresh->upstreams != m_snapshot->upstreams
        || fresh->openRequests != m_snapshot->openRequests || fresh->history != m_snapshot->history
        || fresh->queue != m_snapshot->queue || fresh->waiting != m_snapshot->waiting || fresh->faultRules != m_snapshot->faultRules
        || fresh->firstReplyP50 != m_snapshot->firstReplyP50 || fresh->firstReplyP99 != m_snapshot->firstReplyP99
        || fresh->backplane != m_snapshot->backplane;
    if (differs)
        m_snapshot = std::move(fresh);
    m_snapshotCost = Clock::Duration(cost.nsecsElapsed() / 1000);
    return differs;
}

void HubMonitor::serve(Reader &reader, Batches &batches)
{
    HubNews news;
    if (m_snapshot && reader.snapshot != m_snapshot->number && (reader.legs == Legs::AsIs || reader.snapshot == 0)) {
        news.snapshot = m_snapshot;
        reader.snapshot = m_snapshot->number;
    }
    reader.behind = false;
    serveJournal(reader, batches, news);
    if (reader.legs == Legs::AsIs)
        serveExchanges(reader, news);
    if (news.hasData())
        reader.mailbox->put(std::move(news));
}

void HubMonitor::serveJournal(Reader &reader, Batches &batches, HubNews &news)
{
    if (m_feed.journal().lastSequence() <= reader.sequence)
        return;
    auto &batch = batches.made[reader.sequence];
    if (!batch)
        batch = std::make_shared<const JournalBatch>(m_feed.journal().batchAfter(reader.sequence, kMaxBatch, kMaxBatchBytes));
    if (batch->isEmpty())
        return;
    news.journal.push_back(batch);
    reader.sequence = batch->last();
    reader.behind = m_feed.journal().lastSequence() > reader.sequence;
}

void HubMonitor::serveExchanges(Reader &reader, HubNews &news)
{
    ExchangePage page = m_feed.exchanges().after(reader.revision, kMaxExchanges);
    reader.behind = reader.behind || page.exchanges.size() == kMaxExchanges;
    reader.revision = page.revision;
    news.exchangesSkipped = page.skipped;
    news.exchanges = std::move(page.exchanges);
}

std::shared_ptr<const HubSnapshot> HubMonitor::snapshot()
{
    const bool stale = !m_snapshot || m_feed.clock().now() - m_snapshotTaken >= kInterval;
    if (stale && snapshotIsAffordable()) {
        m_snapshotDue = true;
        takeSnapshot();
    }
    return m_snapshot;
}

void HubMonitor::clearHistory()
{
    m_feed.clearHistory();
    ++m_timesCleared;
    m_snapshotDue = true;
    for (Reader &reader : m_readers) {
        HubNews news;
        news.cleared = true;
        reader.mailbox->put(std::move(news));
        reader.sequence = m_feed.journal().lastSequence();
        reader.revision = 0;        // open exchanges go on: they are told again
    }
    tick();
}

} // namespace trunkline
