// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubComposer.h"
#include "hub/view/MailboxView.h"

#include <QPointer>
#include <QThread>

namespace trunkline {

class RemoteFeed;

/// A window's view of a hub in another process, over its admin API (`--attach URL`). Network and JSON are on a thread of
/// their own. What was seen stays readable while the link is Lost; it connects again by itself.
class RemoteHubView final : public MailboxView
{
    Q_OBJECT

public:
    explicit RemoteHubView(const HubAccess &access, const ViewStore::Limits &limits = {}, QObject *parent = nullptr,
                           Legs legs = Legs::AsIs);
    ~RemoteHubView() override;
    void retry() override;

private:
    QThread m_thread;
    RemoteFeed *m_feed;     ///< lives on the thread; deleted there when it ends
};

/// A window's orders to such a hub. Orders need a token with the role admin.
class RemoteHubControl final : public HubControl
{
public:
    /// `view`, when given, tells under which paths the hub takes messages.
    explicit RemoteHubControl(const HubAccess &access, const HubView *view = nullptr);

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
    void order(const QByteArray &json);

    HubComposer m_composer;
    QPointer<const HubView> m_view;
    std::function<void(const QString &)> m_failed;
};

} // namespace trunkline
