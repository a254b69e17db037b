// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SessionRegistry.h"
#include "support/FakeEndpoint.h"

#include <QTest>

#include <algorithm>

using namespace trunkline;

/// Who is connected.
class TestSessionRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsWhatWasAdded();
    void keepsTheOrderOfAUsersSessions();
    void saysWhenTheLastSessionOfAUserLeft();
    void forgivesRemovingTwice();
    void listsAllIds();
    void keepsPointersWhileItGrows();

private:
    FakeEndpoint m_endpoint;
};

void TestSessionRegistry::findsWhatWasAdded()
{
    SessionRegistry registry;
    const Clock::Instant now{Clock::Duration(7)};
    Session &session = registry.add(SessionId{1}, "alice", m_endpoint, "127.0.0.1:9", now);
    QCOMPARE(registry.find(SessionId{1}), &session);
    QCOMPARE(std::as_const(registry).find(SessionId{1}), &session);
    QCOMPARE(session.user, QByteArray("alice"));
    QCOMPARE(session.remote, QByteArray("127.0.0.1:9"));
    QCOMPARE(session.endpoint, static_cast<ClientEndpoint *>(&m_endpoint));
    QVERIFY(session.since == now);
    QVERIFY(registry.isConnected("alice"));
    QVERIFY(!registry.isConnected("Alice"));
    QVERIFY(!registry.find(SessionId{2}));
    QVERIFY(!std::as_const(registry).find(SessionId{}));
    QVERIFY(registry.sessionsOf("bob").isEmpty());
    QCOMPARE(registry.size(), 1);
}

void TestSessionRegistry::keepsTheOrderOfAUsersSessions()
{
    SessionRegistry registry;
    for (const quint64 id : {5, 3, 9, 1, 7, 8})
        registry.add(SessionId{id}, "alice", m_endpoint, {}, {});
    registry.remove(SessionId{9});
    std::vector<quint64> ids;
    for (const SessionId id : registry.sessionsOf("alice"))
        ids.push_back(id.value);
    QCOMPARE(ids, (std::vector<quint64>{5, 3, 1, 7, 8}));
}

void TestSessionRegistry::saysWhenTheLastSessionOfAUserLeft()
{
    SessionRegistry registry;
    registry.add(SessionId{1}, "alice", m_endpoint, {}, {});
    registry.add(SessionId{2}, "alice", m_endpoint, {}, {});
    QVERIFY(!registry.remove(SessionId{1}));
    QVERIFY(registry.isConnected("alice"));
    QVERIFY(registry.remove(SessionId{2}));
    QVERIFY(!registry.isConnected("alice"));
    QCOMPARE(registry.size(), 0);
}

void TestSessionRegistry::forgivesRemovingTwice()
{
    SessionRegistry registry;
    registry.add(SessionId{1}, "alice", m_endpoint, {}, {});
    QVERIFY(registry.remove(SessionId{1}));
    QVERIFY(!registry.remove(SessionId{1}));
    QVERIFY(!registry.remove(SessionId{}));
}

void TestSessionRegistry::listsAllIds()
{
    SessionRegistry registry;
    QVERIFY(registry.all().empty());
    for (quint64 id = 1; id <= 3; ++id)
        registry.add(SessionId{id}, "user" + QByteArray::number(id % 2), m_endpoint, {}, {});
    std::vector<SessionId> ids = registry.all();
    std::sort(ids.begin(), ids.end());
    QVERIFY(ids == (std::vector<SessionId>{SessionId{1}, SessionId{2}, SessionId{3}}));
}

void TestSessionRegistry::keepsPointersWhileItGrows()
{
    SessionRegistry registry;
    const Session *first = &registry.add(SessionId{1}, "alice", m_endpoint, {}, {});
    for (quint64 id = 2; id <= 5000; ++id)
        registry.add(SessionId{id}, "u" + QByteArray::number(id), m_endpoint, {}, {});
    QCOMPARE(registry.find(SessionId{1}), first);
    QCOMPARE(registry.size(), 5000);
}

QTEST_APPLESS_MAIN(TestSessionRegistry)
#include "tst_sessionregistry.moc"
