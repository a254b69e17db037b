// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/RemoteHubView.h"

#include "hub/core/Json.h"
#include "hub/view/RemoteFeed.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>

namespace trunkline {

RemoteHubView::RemoteHubView(const HubAccess &access, const ViewStore::Limits &limits, QObject *parent, Legs legs)
    : MailboxView(limits, parent)
{
    m_thread.setObjectName(QStringLiteral("attach"));
    m_feed = new RemoteFeed(access, mailbox(), legs);
    m_feed->moveToThread(&m_thread);
    connect(&m_thread, &QThread::started, m_feed, &RemoteFeed::start);
    connect(&m_thread, &QThread::finished, m_feed, &QObject::deleteLater);
    m_thread.start();
}

void RemoteHubView::retry()
{
    QMetaObject::invokeMethod(m_feed, &RemoteFeed::retry, Qt::QueuedConnection);
}

RemoteHubView::~RemoteHubView()
{
    mailbox()->close();
    m_thread.quit();
    m_thread.wait();
}

RemoteHubControl::RemoteHubControl(const HubAccess &access, const HubView *view) : m_composer(access), m_view(view) { }

void RemoteHubControl::compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered)
{
    if (m_view) {
        const auto snapshot = m_view->snapshot();
        if (!snapshot->sseSendPath.isEmpty())
            m_composer.setPaths(*snapshot);
    }
    m_composer.post(kind, body, std::move(answered));
}

void RemoteHubControl::order(const QByteArray &json)
{
    QNetworkRequest request = hubRequest(m_composer.access(), QStringLiteral("/admin/control"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    QNetworkReply *reply = m_composer.manager().post(request, json);
    if (m_composer.access().insecure)
        reply->ignoreSslErrors();
    // The reply dies with this control's manager, and then tells nobody.
    QObject::connect(reply, &QNetworkReply::finished, reply, [this, reply] {
        reply->deleteLater();
        if (reply->error() == QNetworkReply::NoError || !m_failed)
            return;
        const QString detail = QJsonDocument::fromJson(reply->readAll()).object().value(QLatin1StringView("detail")).toString();
        m_failed(detail.isEmpty() ? reply->errorString() : detail);
    });
}

void RemoteHubControl::disconnectSession(SessionId session, const QByteArray &reason)
{
    order(R"({"order":"disconnect","session":)" + QByteArray::number(session.value) + R"(,"reason":)" + encodeJsonString(reason) + '}');
}

void RemoteHubControl::clearJournal() { order(R"({"order":"clear"})"); }

void RemoteHubControl::startDemo(int load) { order(R"({"order":"demo","load":)" + QByteArray::number(load) + '}'); }

void RemoteHubControl::stopDemo() { order(R"({"order":"stop_demo"})"); }

} // namespace trunkline
