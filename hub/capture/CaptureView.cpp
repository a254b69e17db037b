// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/CaptureView.h"

#include "hub/core/JsonTree.h"

#include <QDateTime>

#include <algorithm>
#include <map>

namespace trunkline {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Building
{
    ExchangeInfo info;
    Clock::Instant began;
    bool ended = false;
};

ExchangeState stateOf(EntryStatus status)
{
    switch (status) {
    case EntryStatus::Timeout: return ExchangeState::TimedOut;
    case EntryStatus::NotConnected: return ExchangeState::NotConnected;
    case EntryStatus::Disconnected: return ExchangeState::Disconnected;
    case EntryStatus::Shutdown: return ExchangeState::Shutdown;
    case EntryStatus::Cancelled: return ExchangeState::Cancelled;
    default: return ExchangeState::Done;
    }
}

bool isFinal(const QByteArray &json)
{
    const auto tree = JsonTree::parse(json);
    const JsonTree::Node *final = tree ? tree->root().child("is_final") : nullptr;
    const JsonTree::Node *type = tree ? tree->root().child("type") : nullptr;
    return (final && final->raw == "true") || (type && type->text() == "final_response");
}

void addStep(Building &building, StepKind kind, const JournalEntry &entry, qint64 bytes)
{
    const auto at = entry.time - building.began;
    if (building.info.steps.size() < kMaxExchangeSteps)
        building.info.steps.push_back({kind, at, bytes});
    else
        ++building.info.stepsDropped;
    if (kind != StepKind::LateReply)
        building.info.latency = at;
}

void end(Building &building, ExchangeState state, const JournalEntry &entry)
{
    building.info.state = state;
    building.ended = true;
    addStep(building, StepKind::Ended, entry, 0);
}

/// Of a capture without the upstream leg an exchange begins with its delivery.
Building begin(const Capture &capture, const JournalEntry &entry, quint64 number)
{
    Building building;
    building.began = entry.time;
    building.info.number = building.info.revision = number;
    building.info.correlation = entry.correlation;
    building.info.requestId = entry.request;
    building.info.startedAt = capture.header.startedAt + std::chrono::duration_cast<milliseconds>(entry.time.sinceStart);
    building.info.route.named = building.info.route.target = entry.user;
    building.info.request = entry.text;
    building.info.requestBytes = entry.textBytes;
    addStep(building, StepKind::RequestComplete, entry, 0);
    return building;
}

void takeDelivery(Building &building, const JournalEntry &entry)
{
    ExchangeInfo &info = building.info;
    ++info.route.sessionsFound;
    ++(entry.status == EntryStatus::Ok ? info.route.written : info.route.overflowed);
    info.route.target = entry.user;
    if (info.route.target != info.route.named)
        info.route.mention = entry.user;
    if (!info.session)
        info.session = entry.session;
    info.request = entry.text;
    info.requestBytes = entry.textBytes;
    addStep(building, StepKind::Written, entry, entry.textBytes);
}

void take(Building &building, const JournalEntry &entry, bool bothLegs)
{
    ExchangeInfo &info = building.info;
    if (entry.leg == Leg::Client && entry.direction == Direction::Out)
        return takeDelivery(building, entry);
    if (entry.kind == EntryKind::Reply) {
        if (building.ended || entry.status == EntryStatus::Late) {
            ++info.lateReplies;
            return addStep(building, StepKind::LateReply, entry, entry.textBytes);
        }
        if (entry.status != EntryStatus::Ok)
            return;
        ++info.chunks;
        addStep(building, StepKind::Reply, entry, entry.textBytes);
        if (!bothLegs && isFinal(entry.text))
            end(building, ExchangeState::Done, entry);
    } else if (entry.kind == EntryKind::Event && !building.ended) {
        addStep(building, StepKind::EventWritten, entry, entry.textBytes);
        if (entry.status == EntryStatus::Ok && isFinal(entry.text))
            end(building, ExchangeState::Done, entry);
    } else if (entry.leg == Leg::Upstream && entry.status != EntryStatus::Ok && !building.ended) {
        end(building, stateOf(entry.status), entry);
    }
}

} // namespace

std::vector<ExchangeInfo> exchangesOf(const Capture &capture)
{
    const bool bothLegs = std::any_of(capture.entries.begin(), capture.entries.end(), [](const JournalEntry &entry) { return entry.kind == EntryKind::Event; });
    std::vector<Building> all;
    std::map<QByteArray, std::size_t> latest;
    for (const JournalEntry &entry : capture.entries) {
        if (entry.correlation.isEmpty() || entry.fault != Fault::None)
            continue;
        const auto known = latest.find(entry.correlation);
        const bool posted = entry.leg == Leg::Upstream && entry.direction == Direction::In && entry.kind == EntryKind::Request && entry.status == EntryStatus::Ok;
        const bool delivered = entry.leg == Leg::Client && entry.direction == Direction::Out && entry.kind == EntryKind::Request;
        const bool begins = posted || (delivered && (known == latest.end() || all[known->second].ended));
        if (begins) {
            latest[entry.correlation] = all.size();
            all.push_back(begin(capture, entry, all.size() + 1));
            if (delivered)
                takeDelivery(all.back(), entry);
        } else if (known != latest.end()) {
            take(all[known->second], entry, bothLegs);
        }
    }
    std::vector<ExchangeInfo> exchanges;
    exchanges.reserve(all.size());
    for (Building &building : all)
        exchanges.push_back(std::move(building.info));
    return exchanges;
}

CaptureView::CaptureView(Capture capture, QObject *parent) : HubView(parent), m_capture(std::move(capture))
{
    for (ExchangeInfo &exchange : exchangesOf(m_capture))
        m_exchanges.push_back(std::make_shared<const ExchangeInfo>(std::move(exchange)));
    // Numbers without repeats, and holes where the recorder fell behind, so that readers see them.
    quint64 number = 0;
    auto gap = m_capture.gaps.begin();
    std::map<quint64, SessionInfo> sessions;
    for (std::size_t i = 0; i < m_capture.entries.size(); ++i) {
        for (; gap != m_capture.gaps.end() && gap->before <= i; ++gap)
            number += gap->skipped;
        JournalEntry &entry = m_capture.entries[i];
        entry.sequence = ++number;
        if (!entry.session)
            continue;
        SessionInfo &session = sessions[entry.session.value];
        session.id = entry.session;
        session.user = entry.user;
        if (entry.kind == EntryKind::Connect) {
            session.remote = entry.text;
            session.connectedAt = m_capture.header.startedAt + std::chrono::duration_cast<milliseconds>(entry.time.sinceStart);
        }
        ++(entry.direction == Direction::Out ? session.messagesOut : session.messagesIn);
    }
    auto snapshot = std::make_shared<HubSnapshot>();
    snapshot->number = 1;
    snapshot->instance = "capture";
    snapshot->version = m_capture.header.version;
    snapshot->url = m_capture.header.url;
    snapshot->webSocketUrl = m_capture.header.webSocketUrl;
    snapshot->ssePath = m_capture.header.pushPath;
    snapshot->sseSendPath = m_capture.header.sendPath;
    snapshot->journalLast = number;
    snapshot->journalEvicted = m_capture.skipped;
    snapshot->instant = m_capture.entries.empty() ? Clock::Instant{} : m_capture.entries.back().time;
    snapshot->takenAt = m_capture.header.startedAt + std::chrono::duration_cast<milliseconds>(snapshot->instant.sinceStart);
    snapshot->uptime = snapshot->instant.sinceStart;
    for (auto &[id, session] : sessions)
        snapshot->sessions.push_back(std::move(session));
    m_snapshot = std::move(snapshot);
}

QString CaptureView::linkDetail() const
{
    const QString when = QDateTime::fromMSecsSinceEpoch(m_capture.header.startedAt.count()).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    const QStringList remarks = m_capture.remarks();
    return tr("A capture of %1").arg(when) + (remarks.isEmpty() ? QString() : QStringLiteral("; ") + remarks.join(QStringLiteral("; ")));
}

JournalPage CaptureView::journalAfter(quint64 sequence, std::size_t max) const
{
    JournalPage page;
    page.last = m_snapshot->journalLast;
    auto next = std::upper_bound(m_capture.entries.begin(), m_capture.entries.end(), sequence, [](quint64 number, const JournalEntry &entry) { return number < entry.sequence; });
    if (next == m_capture.entries.end())
        return page;
    page.skipped = next->sequence - sequence - 1;
    for (; next != m_capture.entries.end() && page.entries.size() < max; ++next) {
        if (!page.entries.empty() && next->sequence != page.entries.back().sequence + 1)
            break;      // the next page says what is missing here
        page.entries.push_back(*next);
    }
    return page;
}

ExchangePage CaptureView::exchangesAfter(quint64 revision, std::size_t max) const
{
    ExchangePage page;
    page.revision = revision;
    for (std::size_t i = std::size_t(std::min<quint64>(revision, m_exchanges.size())); i < m_exchanges.size() && page.exchanges.size() < max; ++i) {
        page.exchanges.push_back(m_exchanges[i]);
        page.revision = m_exchanges[i]->revision;
    }
    return page;
}

} // namespace trunkline
