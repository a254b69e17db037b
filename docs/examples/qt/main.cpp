// SPDX-License-Identifier: GPL-3.0-or-later
// A bot and a sender with Qt: `client listen` answers what it gets, `client send` asks and prints the replies.
#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTextStream>
#include <QWebSocket>

namespace {

const QString hub = qEnvironmentVariable("TRUNKLINE_HUB", "http://127.0.0.1:8080");

int listen(const QString &user)
{
    QWebSocket socket;
    QObject::connect(&socket, &QWebSocket::textMessageReceived, &socket, [&socket](const QString &text) {
        const QJsonObject message = QJsonDocument::fromJson(text.toUtf8()).object();
        const QJsonObject reply{{"correlation_id", message["correlation_id"]},
                                {"text", "you said: " + message["message"].toString()},
                                {"is_final", true}};
        socket.sendTextMessage(QString::fromUtf8(QJsonDocument(reply).toJson(QJsonDocument::Compact)));
    });
    QObject::connect(&socket, &QWebSocket::disconnected, qApp, &QCoreApplication::quit);
    QUrl url(hub + "/ws?user_id=" + QUrl::toPercentEncoding(user));
    url.setScheme("ws");
    socket.open(url);
    return QCoreApplication::exec();
}

int send(const QString &user, const QString &text)
{
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(hub + "/sse/send"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    const QJsonObject body{{"user_id", user}, {"data", QJsonObject{{"message", text}}}};
    QNetworkReply *reply = network.post(request, QJsonDocument(body).toJson());
    QObject::connect(reply, &QNetworkReply::readyRead, reply, [reply] {
        while (reply->canReadLine()) {
            const QByteArray line = reply->readLine().trimmed();
            if (line.startsWith("data: "))      // a line that starts with a colon is a keep-alive
                QTextStream(stdout) << QString::fromUtf8(line.mid(6)) << Qt::endl;
        }
    });
    QObject::connect(reply, &QNetworkReply::finished, qApp, &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    return app.arguments().value(1) == "listen" ? listen("alice") : send("alice", "hi");
}
