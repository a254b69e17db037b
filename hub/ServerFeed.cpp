// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/ServerFeed.h"

#include "hub/Hub.h"
#include "hub/cluster/Backplane.h"
#include "hub/api/Router.h"
#include "hub/bots/FaultHost.h"
#include "hub/capture/Recorder.h"
#include "hub/net/GateContext.h"

#include <QRandomGenerator>

#include <algorithm>
#include <tuple>

namespace trunkline {

namespace {

constexpr int kMaxDemoUsers = 20'000;

} // namespace

ServerFeed::ServerFeed(Hub &hub, const Router &router, GateContext &context, const Clock &clock)
    : m_hub(hub), m_router(router), m_context(context), m_clock(clock), m_instance(QByteArray::number(QRandomGenerator::system()->generate64(), 16)),
      m_startInstant(clock.now()), m_startWall(clock.wall())
{
}

ServerFeed::~ServerFeed() = default;

const Journal &ServerFeed::journal() const { return m_hub.journal(); }

const ExchangeLog &ServerFeed::exchanges() const { return m_hub.exchanges(); }

const Metrics &ServerFeed::metrics() const { return m_hub.metrics(); }

bool ServerFeed::isStopping() const { return m_hub.isStopping(); }

void ServerFeed::describe(HubSnapshot &snapshot) const
{
    const Settings &settings = m_hub.settings();
    snapshot.instance = m_instance;
    snapshot.takenAt = m_clock.wall();
    snapshot.instant = m_clock.now();
    snapshot.uptime = m_hub.uptime();
    snapshot.metrics = m_hub.metrics();
    snapshot.publicAccounts = m_hub.mentions().accounts();
    snapshot.openRequests = int(m_hub.correlations().size());
    snapshot.waitingReceipts = int(m_hub.acks().size());
    snapshot.idempotencyKeys = m_router.rememberedKeys();
    snapshot.blockedPushes = int(m_hub.room().size());
    snapshot.journalLast = m_hub.journal().lastSequence();
    snapshot.journalEvicted = m_hub.journal().evicted();
    snapshot.journalBytes = m_hub.journal().bytes();
    snapshot.journalMaxBytes = m_hub.journal().maxBytes();
    snapshot.firstReplyP50 = m_hub.exchanges().firstReplyPercentile(50);
    snapshot.firstReplyP99 = m_hub.exchanges().firstReplyPercentile(99);
    snapshot.url = m_place.url;
    snapshot.webSocketUrl = m_place.webSocketUrl;
    snapshot.ssePath = settings.ssePath;
    snapshot.sseBatchPath = settings.sseBatchPath;
    snapshot.sseSendPath = settings.sseSendPath;
    snapshot.sseBroadcastPath = settings.sseBroadcastPath;
    snapshot.version = TRUNKLINE_VERSION;
    snapshot.secure = m_place.secure;
    snapshot.boundToLoopback = m_place.boundToLoopback;
    snapshot.protectedMode = settings.protectedMode;
    snapshot.tokensNeeded = m_context.access && m_context.access->needsTokens();
    snapshot.stopping = m_hub.isStopping();
    const auto &refusals = m_hub.refusals().recent();
    const auto shown = std::min(refusals.size(), kMaxShownRefusals);
    snapshot.refusals.assign(refusals.end() - std::ptrdiff_t(shown), refusals.end());
    snapshot.faultRules = m_faultRules;
    if (const Backplane *backplane = m_hub.backplane())
        snapshot.backplane = backplane->state();
    m_upstreams.forEach([&snapshot](const QByteArray &address, const QByteArray &agent, const UpstreamTable::Entry &entry) {
        snapshot.upstreams.push_back({address, agent, entry.requests, entry.connections});
    });
    std::sort(snapshot.upstreams.begin(), snapshot.upstreams.end(), [](const UpstreamInfo &a, const UpstreamInfo &b) {
        return std::tie(a.address, a.agent) < std::tie(b.address, b.agent);
    });
    addSessions(snapshot);
    addKept(snapshot);
}

void ServerFeed::addKept(HubSnapshot &snapshot) const
{
    const MessageLog *log = m_hub.log();
    if (!log)
        return;
    const MessageLog::Limits &limits = log->limits();
    snapshot.history = {log->history().messages, log->history().bytes, limits.history > 0 ? limits.historyBytes : 0};
    snapshot.queue = {log->queue().messages, log->queue().bytes, limits.queue > 0 ? limits.queueBytes : 0};
    snapshot.stored = !m_hub.settings().store.isEmpty();
    for (auto user = log->waiting().rbegin(); user != log->waiting().rend() && snapshot.waiting.size() < kMaxWaitingUsers; ++user) {
        if (!m_hub.sessions().isConnected((*user)->user))
            snapshot.waiting.push_back({(*user)->user, (*user)->queue.size(), (*user)->queue.first()->at});
    }
}

void ServerFeed::addSessions(HubSnapshot &snapshot) const
{
    std::vector<SessionId> ids = m_hub.sessions().all();
    std::sort(ids.begin(), ids.end());
    snapshot.sessions.reserve(ids.size());
    for (const SessionId id : ids) {
        const Session *session = m_hub.sessions().find(id);
        if (!session)
            continue;
        SessionInfo info;
        info.id = id;
        info.user = session->user;
        info.remote = session->remote;
        info.isPublic = m_hub.mentions().isPublic(session->user);
        info.connectedAt = m_startWall + std::chrono::duration_cast<std::chrono::milliseconds>(session->since - m_startInstant);
        info.messagesIn = session->messagesIn;
        info.messagesOut = session->messagesOut;
        info.queuedBytes = session->endpoint->queuedBytes();
        info.pingMicroseconds = session->endpoint->pingMicroseconds();
        info.dropped = session->endpoint->droppedMessages();
        info.eventStream = session->eventStream;
        info.catchingUp = session->catchUp != nullptr;
        if (const UserLog *log = m_hub.log() ? m_hub.log()->find(session->user) : nullptr) {
            info.history = log->history.size();
            info.waiting = log->queue.size();
        }
        snapshot.sessions.push_back(std::move(info));
    }
}

std::vector<std::pair<QByteArray, QByteArray>> ServerFeed::settings() const { return recordedSettings(m_hub.settings()); }

void ServerFeed::setWatched(bool watched)
{
    m_hub.setWatched(watched);
    m_context.upstreams = watched ? &m_upstreams : nullptr;
}

void ServerFeed::setRecording(bool recording) { m_hub.setRecording(recording); }

void ServerFeed::setTap(JournalTap *tap) { m_hub.setTap(tap); }

void ServerFeed::setFaults(FaultPlan plan)
{
    m_faultRules = int(plan.rules().size());
    if (!m_faults) {
        if (plan.isEmpty())
            return;
        m_faults = std::make_unique<FaultHost>(m_hub, m_context.wheel, [this](const JournalRecord &record) { m_hub.noteFault(record); });
        m_context.sessions = m_faults.get();
    }
    m_faults->setPlan(std::move(plan));
}

bool ServerFeed::disconnectSession(SessionId session, const QByteArray &reason)
{
    return m_hub.disconnectSession(session, reason);
}

void ServerFeed::clearHistory() { m_hub.clearHistory(); }

void ServerFeed::startDemo(int load)
{
    if (m_hub.isStopping())
        return;
    if (!m_demo) {
        const Settings &settings = m_hub.settings();
        m_demo = std::make_unique<DemoRunner>(LoadPlace{m_place.url, m_place.webSocketUrl, m_place.adminToken, settings.sseBatchPath,
                                                        settings.sseSendPath, settings.epoll});
    }
    m_demo->start(std::clamp(load, 0, kMaxDemoUsers));
}

void ServerFeed::stopDemo()
{
    if (m_demo)
        m_demo->stop();
}

} // namespace trunkline
