// SPDX-License-Identifier: GPL-3.0-or-later
// Qt's own classes at work on both dispatchers, in the main thread and in others.
#include "BothDispatchers.h"

#include <QEventLoop>
#include <QFutureWatcher>
#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QPromise>
#include <QSignalSpy>
#include <QSslConfiguration>
#include <QSslPreSharedKeyAuthenticator>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <QUdpSocket>

#include <memory>
#include <vector>

namespace {

/// Sends back what it hears, on any kind of stream socket.
template<typename Socket>
void echo(Socket *socket)
{
    QObject::connect(socket, &QIODevice::readyRead, socket, [socket] { socket->write(socket->readAll()); });
}

QByteArray pattern(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525 + 1013904223;
        byte = char(state >> 24);
    }
    return bytes;
}

/// A TLS server without a certificate: both sides know a key.
class SslEcho : public QTcpServer
{
protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        QSslConfiguration configuration = socket->sslConfiguration();
        configuration.setProtocol(QSsl::TlsV1_2);
        configuration.setCiphers(QStringLiteral("PSK-AES256-GCM-SHA384"));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        configuration.setPreSharedKeyIdentityHint("echo");
        socket->setSslConfiguration(configuration);
        connect(socket, &QSslSocket::preSharedKeyAuthenticationRequired, this, &SslEcho::giveKey);
        echo(socket);
        socket->setSocketDescriptor(descriptor);
        socket->startServerEncryption();
    }

public:
    static void giveKey(QSslPreSharedKeyAuthenticator *authenticator)
    {
        authenticator->setIdentity("tester");
        authenticator->setPreSharedKey("0123456789abcdef0123456789abcdef");
    }
};

/// Sends the bytes, waits until as many came back, and returns those.
template<typename Socket>
QByteArray roundTrip(Socket &socket, const QByteArray &bytes)
{
    QByteArray back;
    QEventLoop loop;
    const auto collect = QObject::connect(&socket, &QIODevice::readyRead, &loop, [&] {
        back += socket.readAll();
        if (back.size() >= bytes.size())
            loop.quit();
    });
    QTimer::singleShot(20000, &loop, &QEventLoop::quit);
    socket.write(bytes);
    loop.exec();
    QObject::disconnect(collect);
    return back;
}

} // namespace

class DispatchedClassesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tcpEchoOfAnySize_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("1 B") << 1;
        QTest::newRow("64 KiB") << 65536;
        QTest::newRow("16 MiB") << (16 << 20);      // more than the sockets hold: both directions stall and go on
    }
    void tcpEchoOfAnySize()
    {
        QFETCH(int, size);
        QTcpServer server;
        connect(&server, &QTcpServer::newConnection, this, [&] { echo(server.nextPendingConnection()); });
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
        const QByteArray bytes = pattern(size);
        QCOMPARE(roundTrip(socket, bytes), bytes);
    }

    void boundedReaderSlowsItsSenderDown()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket socket;
        socket.setReadBufferSize(1000);
        socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QTRY_VERIFY(server.hasPendingConnections());
        QTcpSocket *sender = server.nextPendingConnection();
        const QByteArray bytes = pattern(16 << 20);
        sender->write(bytes);
        QTest::qWait(50);
        QVERIFY(socket.bytesAvailable() <= 1000);
        QVERIFY(sender->bytesToWrite() > 0);
        socket.setReadBufferSize(0);
        QByteArray got;
        connect(&socket, &QTcpSocket::readyRead, this, [&] { got += socket.readAll(); });
        got += socket.readAll();
        QTRY_COMPARE_WITH_TIMEOUT(got.size(), bytes.size(), 20000);
        QCOMPARE(got, bytes);
        QCOMPARE(sender->bytesToWrite(), 0);
    }

    void messageInManyBlocksArrives()
    {
        QTcpServer server;
        connect(&server, &QTcpServer::newConnection, this, [&] { echo(server.nextPendingConnection()); });
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QTRY_COMPARE(socket.state(), QAbstractSocket::ConnectedState);
        const QByteArray part = pattern(3000);      // each write() is a block of its own in QTcpSocket's buffer
        for (int i = 0; i < 30; ++i)
            socket.write(part);
        QTRY_COMPARE(socket.bytesAvailable(), 30 * part.size());
        QCOMPARE(socket.readAll(), part.repeated(30));
    }

    void manyConnectionsComeAndGo()
    {
        QTcpServer server;
        server.setListenBacklogSize(256);
        connect(&server, &QTcpServer::newConnection, this, [&] {
            while (QTcpSocket *socket = server.nextPendingConnection()) {
                echo(socket);
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        QVERIFY(server.listen(QHostAddress::LocalHost));
        for (int round = 0; round < 3; ++round) {   // the same descriptor numbers again each time
            int answered = 0;
            std::vector<std::unique_ptr<QTcpSocket>> sockets;
            for (int i = 0; i < 100; ++i) {
                sockets.push_back(std::make_unique<QTcpSocket>());
                QTcpSocket *socket = sockets.back().get();
                connect(socket, &QTcpSocket::connected, this, [socket] { socket->write("hello"); });
                connect(socket, &QTcpSocket::readyRead, this, [&, socket] { answered += socket->readAll() == "hello"; });
                socket->connectToHost(QHostAddress::LocalHost, server.serverPort());
            }
            QTRY_COMPARE(answered, 100);
            sockets.clear();
            QTRY_VERIFY(server.findChildren<QTcpSocket *>().isEmpty());
        }
    }

    void refusedConnectionIsAnError()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const quint16 port = server.serverPort();
        server.close();
        QTcpSocket socket;
        QSignalSpy failed(&socket, &QTcpSocket::errorOccurred);
        socket.connectToHost(QHostAddress::LocalHost, port);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
    }

    void blockingWaitsWorkBesideTheLoop()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
        QVERIFY(socket.waitForConnected(5000));
        QVERIFY(server.waitForNewConnection(5000));
        QTcpSocket *peer = server.nextPendingConnection();
        socket.write("question");
        QVERIFY(socket.waitForBytesWritten(5000));
        QVERIFY(peer->waitForReadyRead(5000));
        QCOMPARE(peer->readAll(), QByteArray("question"));
        peer->write("answer");
        QTRY_COMPARE(socket.bytesAvailable(), 6);
        QCOMPARE(socket.readAll(), QByteArray("answer"));
    }

    void tlsEcho()
    {
        if (!QSslSocket::supportsSsl())
            QSKIP("Qt has no TLS backend here");
        SslEcho server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QSslSocket socket;
        QSslConfiguration configuration = socket.sslConfiguration();
        configuration.setProtocol(QSsl::TlsV1_2);
        configuration.setCiphers(QStringLiteral("PSK-AES256-GCM-SHA384"));
        configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
        socket.setSslConfiguration(configuration);
        connect(&socket, &QSslSocket::preSharedKeyAuthenticationRequired, this, &SslEcho::giveKey);
        connect(&socket, &QSslSocket::sslErrors, &socket, [&] { socket.ignoreSslErrors(); });
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), server.serverPort());
        QTRY_VERIFY2(socket.isEncrypted(), qPrintable(socket.errorString()));
        for (const qsizetype size : {1, 20000, 4 << 20}) {
            const QByteArray bytes = pattern(size);
            QCOMPARE(roundTrip(socket, bytes), bytes);
        }
    }

    void localSocketEcho()
    {
        QLocalServer server;
        connect(&server, &QLocalServer::newConnection, this, [&] { echo(server.nextPendingConnection()); });
        const QString name = QStringLiteral("tst_dispatched_%1").arg(QCoreApplication::applicationPid());
        QVERIFY2(server.listen(name), qPrintable(server.errorString()));
        QLocalSocket socket;
        socket.connectToServer(name);
        QTRY_COMPARE(socket.state(), QLocalSocket::ConnectedState);
        const QByteArray bytes = pattern(1 << 20);
        QCOMPARE(roundTrip(socket, bytes), bytes);
    }

    void datagramsArrive()
    {
        QUdpSocket receiver;
        QVERIFY(receiver.bind(QHostAddress::LocalHost));
        QUdpSocket sender;
        QByteArray got;
        connect(&receiver, &QUdpSocket::readyRead, this, [&] {
            while (receiver.hasPendingDatagrams()) {
                QByteArray one(receiver.pendingDatagramSize(), '\0');
                receiver.readDatagram(one.data(), one.size());
                got += one;
            }
        });
        for (const char letter : {'a', 'b', 'c'})
            sender.writeDatagram(&letter, 1, QHostAddress::LocalHost, receiver.localPort());
        QTRY_COMPARE(got, QByteArray("abc"));
    }

    void processRunsAndEnds()
    {
        QProcess process;
        QByteArray out;
        connect(&process, &QProcess::readyReadStandardOutput, this, [&] { out += process.readAllStandardOutput(); });
        QSignalSpy finished(&process, &QProcess::finished);
        process.start(QStringLiteral("cat"), QStringList());
        const QByteArray bytes = pattern(1 << 20);      // more than the pipes hold
        process.write(bytes);
        process.closeWriteChannel();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(out + process.readAllStandardOutput(), bytes);
    }

    void processExitCodeAndCrashAreSeen()
    {
        QProcess process;
        QSignalSpy finished(&process, &QProcess::finished);
        process.start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("exit 7")});
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(process.exitCode(), 7);
        process.start(QStringLiteral("sleep"), {QStringLiteral("60")});
        QTRY_COMPARE(process.state(), QProcess::Running);
        process.kill();
        QTRY_COMPARE(finished.size(), 2);
        QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    }

    void severalProcessesAtOnce()
    {
        std::vector<std::unique_ptr<QProcess>> processes;
        int finished = 0;
        for (int i = 0; i < 10; ++i) {
            processes.push_back(std::make_unique<QProcess>());
            connect(processes.back().get(), &QProcess::finished, this, [&finished, i](int code) { finished += code == i; });
            processes.back()->start(QStringLiteral("sh"), {QStringLiteral("-c"), QStringLiteral("exit %1").arg(i)});
        }
        QTRY_COMPARE(finished, 10);
    }

    void futureWatcherTellsOfAnotherThread()
    {
        QPromise<int> promise;
        QFutureWatcher<int> watcher;
        QSignalSpy ready(&watcher, &QFutureWatcher<int>::resultReadyAt);
        QSignalSpy finished(&watcher, &QFutureWatcher<int>::finished);
        watcher.setFuture(promise.future());
        const std::unique_ptr<QThread> other(QThread::create([&] {
            promise.start();
            promise.addResult(42);
            promise.finish();
        }));
        other->start();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(ready.size(), 1);
        QCOMPARE(watcher.result(), 42);
        QVERIFY(other->wait());
    }

    void queuedSignalsKeepTheirOrderAcrossThreads()
    {
        constexpr int Count = 20000;
        QThread thread;
        QObject there;
        there.moveToThread(&thread);
        thread.start();
        std::vector<int> got;
        for (int i = 0; i < Count; ++i) {
            QMetaObject::invokeMethod(&there, [&, i] {      // there and back
                QMetaObject::invokeMethod(this, [&, i] { got.push_back(i); }, Qt::QueuedConnection);
            }, Qt::QueuedConnection);
        }
        QTRY_COMPARE_WITH_TIMEOUT(got.size(), std::size_t(Count), 20000);
        for (int i = 0; i < Count; ++i)
            QCOMPARE(got[std::size_t(i)], i);
        thread.quit();
        QVERIFY(thread.wait());
    }

    void blockingCallsIntoAThreadWithItsOwnDispatcher_data()
    {
        QTest::addColumn<bool>("epoll");
        QTest::newRow("Qt's") << false;
        QTest::newRow("epoll, made in another thread") << true;
    }
    void blockingCallsIntoAThreadWithItsOwnDispatcher()
    {
        QFETCH(bool, epoll);
        QThread thread;
        if (auto dispatcher = trunkline::makeEventDispatcher(epoll))
            thread.setEventDispatcher(dispatcher.release());
        thread.start();
        QObject there;
        there.moveToThread(&thread);
        for (int i = 0; i < 2000; ++i) {
            QThread *ran = nullptr;
            QMetaObject::invokeMethod(&there, [&] { ran = QThread::currentThread(); }, Qt::BlockingQueuedConnection);
            QCOMPARE(ran, &thread);
        }
        QByteArray back;
        QMetaObject::invokeMethod(&there, [&] {
            QTcpServer server;
            QObject::connect(&server, &QTcpServer::newConnection, &server, [&] { echo(server.nextPendingConnection()); });
            server.listen(QHostAddress::LocalHost);
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, server.serverPort());
            back = roundTrip(socket, pattern(1 << 20));
        }, Qt::BlockingQueuedConnection);
        QCOMPARE(back, pattern(1 << 20));
        thread.quit();
        QVERIFY(thread.wait());
    }
};

int main(int argc, char **argv)
{
    return trunkline::runOnBothDispatchers<DispatchedClassesTest>(argc, argv);
}

#include "tst_dispatchedclasses.moc"
