// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/LocalHubView.h"

#include <QCoreApplication>

namespace trunkline {

LocalHubView::LocalHubView(std::shared_ptr<HubDoor> door, const ViewStore::Limits &limits, QObject *parent, Legs legs)
    : MailboxView(limits, parent), m_door(std::move(door))
{
    const bool there = m_door->post([box = mailbox(), legs](HubMonitor &monitor) {
        monitor.addMailbox(box, legs);
    });
    if (there)
        return;
    HubNews news;
    news.link = Link::Lost;
    news.linkDetail = tr("The hub has stopped");
    mailbox()->put(std::move(news));
}

LocalHubView::~LocalHubView()
{
    mailbox()->close();
    m_door->post([box = mailbox()](HubMonitor &monitor) { monitor.removeMailbox(box.get()); });
}

LocalHubControl::LocalHubControl(std::shared_ptr<HubDoor> door, const HubAccess &access)
    : m_door(std::move(door)), m_composer(access)
{
}

void LocalHubControl::compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered)
{
    m_composer.post(kind, body, std::move(answered));
}

void LocalHubControl::order(std::function<void(HubMonitor &)> what)
{
    if (!m_door->post(std::move(what)) && m_failed)
        m_failed(QCoreApplication::translate("HubControl", "The hub has stopped"));
}

void LocalHubControl::disconnectSession(SessionId session, const QByteArray &reason)
{
    order([session, reason](HubMonitor &monitor) { monitor.feed().disconnectSession(session, reason); });
}

void LocalHubControl::clearJournal()
{
    order([](HubMonitor &monitor) { monitor.clearHistory(); });
}

void LocalHubControl::startDemo(int load)
{
    order([load](HubMonitor &monitor) { monitor.feed().startDemo(load); });
}

void LocalHubControl::stopDemo()
{
    order([](HubMonitor &monitor) { monitor.feed().stopDemo(); });
}

} // namespace trunkline
