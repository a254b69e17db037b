// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/Server.h"
#include "hub/core/Clock.h"

#include <QNetworkProxy>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>

using namespace trunkline;

/// A server inside a program, as the window and the demo have it.
class TestServer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void canBeDestroyedWithOpenStreamsAndSessions();
};

void TestServer::canBeDestroyedWithOpenStreamsAndSessions()
{
    SystemClock clock;
    Settings settings;
    settings.port = 0;
    auto started = Server::start(settings, clock);
    QVERIFY(started);
    std::unique_ptr<Server> server = *std::move(started);

    QWebSocket user;
    user.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QUrl url = server->webSocketUrl();
    url.setQuery(QStringLiteral("user_id=alice"));
    user.open(url);
    QTRY_COMPARE(server->sessionCount(), 1);

    QTcpSocket upstream;
    upstream.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    upstream.connectToHost(QHostAddress(QHostAddress::LocalHost), server->port());
    const QByteArray body = R"({"user_id":"alice","data":{"message":"hi"}})";
    upstream.write("POST /sse/send HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                   + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QTRY_VERIFY(upstream.bytesAvailable() > 0);
    QVERIFY(!server->isIdle());

    server.reset();
    QTRY_COMPARE(upstream.state(), QAbstractSocket::UnconnectedState);
}

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
