// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/Server.h"
#include "hub/core/Clock.h"
#include "hub/core/FaultPlan.h"
#include "hub/view/LocalHubView.h"

#include <QThread>

namespace trunkline {

/// A hub on a thread of its own, for a program with a window: no dialog ever stalls its traffic. Made, used and destroyed on
/// one thread with an event loop.
class HubThread final : public QObject
{
    Q_OBJECT

public:
    /// Starts the thread and waits until the hub listens or cannot: errors as Server::start().
    /// `faults` are in force for all sessions.
    static Result<std::unique_ptr<HubThread>> start(const Settings &settings, const FaultPlan &faults = {});
    /// Ends the hub at once if shutdown() has not ended it before.
    ~HubThread() override;

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QUrl url() const { return m_access.url; }
    [[nodiscard]] QUrl webSocketUrl() const { return m_webSocketUrl; }
    [[nodiscard]] QByteArray adminToken() const { return m_access.token; }
    /// For LocalHubView and LocalHubControl.
    [[nodiscard]] const std::shared_ptr<HubDoor> &door() const { return m_door; }
    [[nodiscard]] const HubAccess &access() const { return m_access; }
    /// How much a view of this hub should keep: as much as the hub's own journal.
    [[nodiscard]] ViewStore::Limits viewLimits() const;

    /// Ends streams and sessions as Server::shutdown() does, then emits stopped().
    void shutdown();
    /// As Server::reload(); reloaded() follows.
    void reload();

Q_SIGNALS:
    void reloaded(const QString &problem);      ///< empty: certificate, tokens and keys were read again
    void stopped();

private:
    explicit HubThread(const Settings &settings);
    Result<void> listen(const FaultPlan &faults);

    const Settings m_settings;
    const SystemClock m_clock;
    QThread m_thread;
    QObject *m_worker;                  ///< lives on the thread; deleted there when it ends
    std::unique_ptr<Server> m_server;   ///< made, used and destroyed on the thread
    std::shared_ptr<HubDoor> m_door;
    HubAccess m_access;
    QUrl m_webSocketUrl;
    quint16 m_port = 0;
};

} // namespace trunkline
