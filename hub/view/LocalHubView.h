// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubComposer.h"
#include "hub/view/HubMonitor.h"
#include "hub/view/MailboxView.h"

namespace trunkline {

/// A window's view of a hub in this process, on another thread or on its own. May outlive the hub; the link is Lost then.
class LocalHubView final : public MailboxView
{
    Q_OBJECT

public:
    explicit LocalHubView(std::shared_ptr<HubDoor> door, const ViewStore::Limits &limits = {}, QObject *parent = nullptr,
                          Legs legs = Legs::AsIs);
    ~LocalHubView() override;

private:
    std::shared_ptr<HubDoor> m_door;
};

/// A window's orders to such a hub.
class LocalHubControl final : public HubControl
{
public:
    /// `access` says where messages are posted and with which token.
    LocalHubControl(std::shared_ptr<HubDoor> door, const HubAccess &access);

    void compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered) override;
    void findUsers(const QByteArray &prefix, int max, std::function<void(std::optional<FoundUsers>)> found) override
    {
        m_composer.findUsers(prefix, max, std::move(found));
    }
    void disconnectSession(SessionId session, const QByteArray &reason) override;
    void clearJournal() override;
    void startDemo(int load) override;
    void stopDemo() override;
    void onOrderFailed(std::function<void(const QString &)> failed) override { m_failed = std::move(failed); }

private:
    void order(std::function<void(HubMonitor &)> what);

    std::shared_ptr<HubDoor> m_door;
    HubComposer m_composer;
    std::function<void(const QString &)> m_failed;
};

} // namespace trunkline
