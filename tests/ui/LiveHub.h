// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/HubThread.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QTimer>
#include <QUrlQuery>
#include <QWebSocket>

#include <memory>
#include <vector>

namespace trunkline {

/// A hub that listens on a free port, and real clients of it: WebSocket users that answer as they are told, HTTP requests.
class LiveHub final
{
public:
    explicit LiveHub(Settings settings = {})
    {
        settings.port = 0;
        settings.logLevel = LogLevel::Warning;
        auto started = HubThread::start(settings);
        if (!started)
            qFatal("the hub did not start: %s", qUtf8Printable(started.error().detail));
        hub = std::move(*started);
        view = std::make_unique<LocalHubView>(hub->door(), hub->viewLimits());
        control = std::make_unique<LocalHubControl>(hub->door(), hub->access());
    }

    /// Connects `user`, who answers each request after `delays` milliseconds each, the last reply final; none: stays silent.
    void addUser(const QString &user, const QList<int> &delays)
    {
        auto socket = std::make_unique<QWebSocket>();
        QUrl url = hub->webSocketUrl();
        QUrlQuery query;
        query.addQueryItem(QStringLiteral("user_id"), QString::fromLatin1(QUrl::toPercentEncoding(user)));
        url.setQuery(query);
        QWebSocket *raw = socket.get();
        QObject::connect(raw, &QWebSocket::textMessageReceived, raw, [raw, delays](const QString &text) {
            const QJsonValue id = QJsonDocument::fromJson(text.toUtf8()).object().value(QStringLiteral("correlation_id"));
            int at = 0;
            for (qsizetype i = 0; i < delays.size(); ++i) {
                at += delays[i];
                const QJsonObject reply{{QStringLiteral("correlation_id"), id}, {QStringLiteral("text"), QStringLiteral("token %1").arg(i + 1)},
                                        {QStringLiteral("is_final"), i + 1 == delays.size()}};
                QTimer::singleShot(at, raw, [raw, reply] { raw->sendTextMessage(QString::fromUtf8(QJsonDocument(reply).toJson(QJsonDocument::Compact))); });
            }
        });
        raw->open(url);
        users.push_back(std::move(socket));
    }
    [[nodiscard]] bool allConnected() const
    {
        return std::all_of(users.begin(), users.end(), [](const auto &user) { return user->state() == QAbstractSocket::ConnectedState; });
    }

    /// POST as a service does. The answer is read to its end.
    QNetworkReply *post(const char *path, const QString &user, const QJsonObject &data, const char *agent = "order-svc/1.0")
    {
        QNetworkRequest request(hub->url().resolved(QUrl(QString::fromLatin1(path))));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        request.setHeader(QNetworkRequest::UserAgentHeader, QString::fromLatin1(agent));
        const QJsonObject body{{QStringLiteral("user_id"), user}, {QStringLiteral("data"), data}};
        QNetworkReply *reply = network.post(request, QJsonDocument(body).toJson(QJsonDocument::Compact));
        QObject::connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
        return reply;
    }
    QNetworkReply *send(const QString &user, const QString &message, const char *agent = "order-svc/1.0")
    {
        return post("/sse/send", user, {{QStringLiteral("message"), message}}, agent);
    }
    QNetworkReply *push(const QString &user, const QString &message)
    {
        return post("/sse/push", user, {{QStringLiteral("message"), message}});
    }

    std::unique_ptr<HubThread> hub;
    std::unique_ptr<LocalHubView> view;
    std::unique_ptr<LocalHubControl> control;
    QNetworkAccessManager network;
    std::vector<std::unique_ptr<QWebSocket>> users;
};

} // namespace trunkline
