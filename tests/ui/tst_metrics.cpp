// SPDX-License-Identifier: GPL-3.0-or-later
// The Metrics page: what it says of messages that wait.
#include "ui/metrics/MetricsPage.h"
#include "ui/window/StatusStrip.h"

#include <QLabel>
#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

class tst_Metrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWaits();
};

void tst_Metrics::saysWhatWaits()
{
    Theme theme;
    MetricsHistory history;
    MetricsPage page(theme, history);
    page.resize(1000, 500);
    page.show();
    QLabel *line = nullptr;
    for (QLabel *label : page.findChildren<QLabel *>()) {
        if (label->accessibleName() == QStringLiteral("What waits for clients"))
            line = label;
    }
    QVERIFY(line);
    HubSnapshot snapshot;
    snapshot.takenAt = 1'000s;
    history.note(snapshot);
    page.refresh();
    QCOMPARE(line->text(), QString());
    snapshot.takenAt += 1s;
    snapshot.waitingReceipts = 1'200;
    snapshot.blockedPushes = 3;
    snapshot.metrics.messagesDropped = 7;
    snapshot.metrics.ackTimeouts = 2;
    snapshot.sessions = {{.id = {1}, .user = "a", .queuedBytes = 1024}, {.id = {2}, .user = "b", .queuedBytes = 512}};
    QVERIFY(history.note(snapshot));
    page.refresh();
    QCOMPARE(line->text(), QStringLiteral("1,200 wait for a receipt · 3 wait for a slow reader · 1.5 KiB queued · 7 dropped · 2 not acknowledged"));
    QCoreApplication::processEvents();
    QVERIFY(line->width() >= line->sizeHint().width());
    if (const QByteArray folder = qgetenv("TRUNKLINE_SHOTS"); !folder.isEmpty())
        QVERIFY(page.grab().save(QString::fromUtf8(folder) + QStringLiteral("/metrics-delivery.png")));
    snapshot.takenAt += 2s;
    snapshot.waitingReceipts = snapshot.blockedPushes = 0;
    snapshot.metrics.messagesDropped = snapshot.metrics.ackTimeouts = 0;
    snapshot.sessions.clear();
    snapshot.backplane = {.link = BackplaneState::Link::Up, .name = "a", .hubs = 3, .latencyMicroseconds = 400, .published = 60, .received = 20};
    QVERIFY(history.note(snapshot));
    page.refresh();
    QCOMPARE(line->text(), QStringLiteral("backplane 0.4 ms, 30/s out, 10/s in"));
    QCOMPARE(backplaneText(snapshot.backplane), QStringLiteral("a · 3 hubs · Redis 0.4 ms"));
    snapshot.backplane.link = BackplaneState::Link::Down;
    snapshot.backplane.problem = "refused";
    snapshot.takenAt += 1s;
    QVERIFY(history.note(snapshot));
    page.refresh();
    QCOMPARE(line->text(), QStringLiteral("backplane unavailable: refused"));
    QCOMPARE(backplaneText(snapshot.backplane), QStringLiteral("Backplane unavailable: refused"));
    QCOMPARE(backplaneText({}), QString());
    history.clear();
    page.refresh();
    QCOMPARE(line->text(), QString());
}

QTEST_MAIN(tst_Metrics)
#include "tst_metrics.moc"
