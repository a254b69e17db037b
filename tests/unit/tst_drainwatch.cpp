// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/DrainWatch.h"

#include <QByteArrayList>
#include <QTcpServer>
#include <QTest>

#include <memory>

using namespace trunkline;

/// Who waits on a socket that is about to be closed hears of what its peer has, and of nothing else.
class TestDrainWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = std::make_unique<QTcpServer>();
        QVERIFY(m_server->listen(QHostAddress::LocalHost));
        m_peer = std::make_unique<QTcpSocket>();
        m_peer->connectToHost(QHostAddress::LocalHost, m_server->serverPort());
        QVERIFY(m_server->waitForNewConnection(5000));
        m_socket = m_server->nextPendingConnection();
        QVERIFY(m_socket && m_peer->waitForConnected(5000));
    }

    void cleanup()
    {
        m_peer.reset();
        m_server.reset();
    }

    void whoHearsMayWaitAnew()
    {
        m_socket->write("all of it");
        QVERIFY(m_socket->waitForBytesWritten(5000));
        QVERIFY(m_peer->waitForReadyRead(5000));
        QByteArrayList heard;
        new DrainWatch(*m_socket, DrainWatch::Until::Drained, [&] {
            heard << "drained";
            new DrainWatch(*m_socket, DrainWatch::Until::Received, [&heard] { heard << "received"; });
        });
        // No turn of the event loop: the socket would be closed in this one.
        QVERIFY(DrainWatch::lookNow(*m_socket));
        QCOMPARE(heard, QByteArrayList{"drained"});
        QVERIFY(DrainWatch::lookNow(*m_socket));
        QCOMPARE(heard, (QByteArrayList{"drained", "received"}));
        QVERIFY(!DrainWatch::lookNow(*m_socket));
        QCoreApplication::processEvents();
        QCOMPARE(heard.size(), 2);
    }

    void nobodyHearsOfWhatIsUnsent()
    {
        bool heard = false;
        m_socket->write("not flushed");
        new DrainWatch(*m_socket, DrainWatch::Until::Received, [&heard] { heard = true; });
        QVERIFY(!DrainWatch::lookNow(*m_socket));
        QVERIFY(!heard);
        QVERIFY(m_socket->waitForBytesWritten(5000));
        QTRY_VERIFY(heard);
    }

    void nobodyHearsOnASocketThatIsCutOff()
    {
        bool heard = false;
        new DrainWatch(*m_socket, DrainWatch::Until::Received, [&heard] { heard = true; });
        m_socket->abort();
        QVERIFY(!DrainWatch::lookNow(*m_socket));
        QCoreApplication::processEvents();
        QVERIFY(!heard);
    }

private:
    std::unique_ptr<QTcpServer> m_server;
    std::unique_ptr<QTcpSocket> m_peer;
    QTcpSocket *m_socket = nullptr;
};

QTEST_GUILESS_MAIN(TestDrainWatch)
#include "tst_drainwatch.moc"
