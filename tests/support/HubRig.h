// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/HubThread.h"
#include "hub/core/Clock.h"
#include "hub/view/RemoteHubView.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>

#include <memory>

namespace trunkline {

/// A real hub and one of the twins that watch it.
class HubRig
{
public:
    enum Twin { SameThread, OwnThread, Remote };

    explicit HubRig(Twin which, Settings settings = {}) : twin(which)
    {
        if (settings.port == 8080)
            settings.port = 0;
        if (twin == OwnThread) {
            thread = *HubThread::start(settings);
            access = thread->access();
            webSocketUrl = thread->webSocketUrl();
        } else {
            server = *Server::start(settings, clock);
            access = {.url = server->url(), .token = server->adminToken(), .pushPath = settings.ssePath,
                      .batchPath = settings.sseBatchPath, .sendPath = settings.sseSendPath,
                      .broadcastPath = settings.sseBroadcastPath};
            webSocketUrl = server->webSocketUrl();
        }
        view = makeView();
        if (twin == Remote)
            control = std::make_unique<RemoteHubControl>(access, view.get());
        else
            control = std::make_unique<LocalHubControl>(door(), access);
    }
    ~HubRig()
    {
        control.reset();
        view.reset();
    }

    [[nodiscard]] std::shared_ptr<HubDoor> door() const { return thread ? thread->door() : server->monitor().door(); }
    [[nodiscard]] std::unique_ptr<HubView> makeView() const
    {
        if (twin == Remote)
            return std::make_unique<RemoteHubView>(access);
        return std::make_unique<LocalHubView>(door());
    }
    [[nodiscard]] bool waitUntilLive() const
    {
        return QTest::qWaitFor([this] { return view->link() == HubView::Link::Live && view->snapshot()->number > 0; }, 5000);
    }
    /// A client; `answer` makes the replies to a request.
    std::unique_ptr<QWebSocket> connectUser(const QString &user, std::function<QByteArrayList(const QByteArray &request)> answer = {}) const
    {
        auto client = std::make_unique<QWebSocket>();
        if (answer)
            QObject::connect(client.get(), &QWebSocket::textMessageReceived, client.get(), [socket = client.get(), answer](const QString &text) {
                for (const QByteArray &reply : answer(text.toUtf8()))
                    socket->sendTextMessage(QString::fromUtf8(reply));
            });
        QUrl url = webSocketUrl;
        url.setQuery(QStringLiteral("user_id=") + user);
        client->open(url);
        if (!QTest::qWaitFor([&] { return client->state() == QAbstractSocket::ConnectedState; }, 5000))
            return nullptr;
        return client;
    }
    /// Composes and waits for the (last) answer.
    ComposeAnswer compose(HubControl::Kind kind, const QByteArray &body) const
    {
        auto answer = std::make_shared<ComposeAnswer>();
        control->compose(kind, body, [answer](const ComposeAnswer &now) { *answer = now; });
        const bool stream = kind == HubControl::Kind::Send;
        (void)QTest::qWaitFor([&] { return answer->status != 0 && (!stream || answer->body.contains("is_final") || answer->body.contains("error")); }, 5000);
        return *answer;
    }
    [[nodiscard]] std::vector<std::shared_ptr<const ExchangeInfo>> exchanges() const { return view->exchangesAfter(0, 100'000).exchanges; }

    const Twin twin;
    SystemClock clock;
    std::unique_ptr<Server> server;
    std::unique_ptr<HubThread> thread;
    HubAccess access;
    QUrl webSocketUrl;
    std::unique_ptr<HubView> view;
    std::unique_ptr<HubControl> control;
};

} // namespace trunkline
