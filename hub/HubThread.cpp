// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/HubThread.h"

#include "hub/core/HandOver.h"
#include "hub/net/EpollDispatcher.h"
#include "hub/view/HubMonitor.h"

namespace trunkline {

HubThread::HubThread(const Settings &settings) : m_settings(settings), m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("hub"));
    if (auto dispatcher = makeEventDispatcher(settings.epoll))
        m_thread.setEventDispatcher(dispatcher.release());
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

Result<std::unique_ptr<HubThread>> HubThread::start(const Settings &settings, const FaultPlan &faults)
{
    std::unique_ptr<HubThread> hub(new HubThread(settings));
    if (const auto listening = hub->listen(faults); !listening)
        return tl::unexpected(listening.error());
    return hub;
}

Result<void> HubThread::listen(const FaultPlan &faults)
{
    Result<void> outcome;
    callThere(m_worker, [this, &outcome, &faults] {
        auto server = Server::start(m_settings, m_clock);
        if (!server) {
            outcome = tl::unexpected(server.error());
            return;
        }
        m_server = *std::move(server);
        m_server->setFaults(faults);
        m_door = m_server->monitor().door();
        m_port = m_server->port();
        m_webSocketUrl = m_server->webSocketUrl();
        m_access.url = m_server->url();
        m_access.token = m_server->adminToken();
        m_access.pushPath = m_settings.ssePath;
        m_access.batchPath = m_settings.sseBatchPath;
        m_access.sendPath = m_settings.sseSendPath;
        m_access.broadcastPath = m_settings.sseBroadcastPath;
        m_access.insecure = true;       // its own certificate, in its own process
        connect(m_server.get(), &Server::stopped, this, &HubThread::stopped, Qt::QueuedConnection);
    });
    return outcome;
}

HubThread::~HubThread()
{
    callThere(m_worker, [this] { m_server.reset(); });
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.quit();
    m_thread.wait();
}

ViewStore::Limits HubThread::viewLimits() const
{
    ViewStore::Limits limits;
    limits.entries = std::size_t(qMax(1, m_settings.journalEntries));
    limits.bytes = qMax<qint64>(1024 * 1024, m_settings.journalBytes);
    return limits;
}

void HubThread::reload()
{
    callLater(m_worker, [this] {
        if (!m_server)
            return;
        const auto outcome = m_server->reload();
        callLater(this, [this, problem = outcome ? QString() : outcome.error().detail] { Q_EMIT reloaded(problem); });
    });
}

void HubThread::shutdown()
{
    callLater(m_worker, [this] {
        if (m_server)
            m_server->shutdown();
    });
}

} // namespace trunkline
