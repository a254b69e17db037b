// SPDX-License-Identifier: GPL-3.0-or-later
// The Metrics page: what it says of messages that wait, and of a hub in which nothing happens.
#include "tests/ui/FakeHubView.h"
#include "ui/log/LogModel.h"
#include "ui/metrics/LineChart.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/window/MainWindow.h"
#include "ui/window/StatusStrip.h"

#include <QLabel>
#include <QRegularExpression>
#include <QSettings>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;

namespace {

/// What stands above a chart, without its colors: "in 3 out 3".
QString legendOf(const QWidget &page, const QString &title)
{
    static const QRegularExpression tags(QStringLiteral("<[^>]*>|&[^;]*;"));
    for (const LineChart *chart : page.findChildren<LineChart *>()) {
        if (chart->accessibleName() == title)
            return chart->findChildren<QLabel *>().constLast()->text().remove(tags).simplified();
    }
    return {};
}

/// The hub has taken `messages` in all.
void push(HubSnapshot &state, std::chrono::milliseconds at, quint64 messages)
{
    ++state.number;
    state.takenAt = at;
    state.metrics.pushes = state.metrics.messagesDelivered = messages;
}

/// A window on a hub that has just begun.
struct Desk
{
    Desk()
    {
        push(*view.state, 1'000s, 0);
        window.setHub(&view, nullptr);
    }
    ~Desk() { window.setHub(nullptr, nullptr); }
    Q_DISABLE_COPY_MOVE(Desk)

    [[nodiscard]] const std::deque<MetricsSample> &samples() const { return window.findChild<MetricsPage *>()->history().samples(); }

    QTemporaryDir folder;
    QSettings settings{folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat};
    Theme theme;
    LogModel log;
    FakeHubView view;
    MainWindow window{{.theme = theme, .log = log, .settings = settings}};
};

} // namespace

class tst_Metrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatWaits();
    void goesOnWhileTheHubIsSilent();
    void doesNotTakeABusyHubForASilentOne();
    void standsStillWhileTheHubIsLost();
    void aPeakKeepsItsShapeWhileItMoves();
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

/// With thousands of sessions a hub takes snapshots less often than once a second; its other news tell that it lives.
void tst_Metrics::doesNotTakeABusyHubForASilentOne()
{
    Desk desk;
    push(*desk.view.state, 1'001s, 500);
    desk.view.announce();
    const std::size_t before = desk.samples().size();
    for (int i = 0; i < 26; ++i) {
        QTest::qWait(100);
        desk.view.announce();
    }
    QCOMPARE(desk.samples().size(), before);
    push(*desk.view.state, 1'003s, 1'500);
    desk.view.announce();
    QCOMPARE(desk.samples().size(), before + 1);
    QCOMPARE(desk.samples().back().inPerSecond, 500.0);
}

/// The last news of a load come too soon after the sample before them to be one, and no others follow.
void tst_Metrics::goesOnWhileTheHubIsSilent()
{
    Desk desk;
    FakeHubView &view = desk.view;
    MainWindow &window = desk.window;
    HubSnapshot &state = *view.state;
    for (quint64 n = 1; n <= 51; ++n)
        state.sessions.push_back({.id = {n}, .user = "load-" + QByteArray::number(n)});
    window.setPage(MainWindow::Page::Metrics);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    push(state, 1'001s, 500);
    state.firstReplyP50 = 600;
    state.firstReplyP99 = 4'500;
    for (SessionInfo &session : state.sessions)
        session.messagesOut = 10;
    view.announce();
    const auto status = [&] { return window.findChild<StatusStrip *>()->findChildren<QLabel *>().constFirst()->accessibleName(); };
    QCOMPARE(legendOf(window, QStringLiteral("Messages a second")), QStringLiteral("in 500 out 500"));
    QCOMPARE(legendOf(window, QStringLiteral("Sessions")), QStringLiteral("connected 51"));
    QVERIFY2(status().contains(QStringLiteral("1,000 msg/s")), qPrintable(status()));
    QCOMPARE(legendOf(window, QStringLiteral("Time to the first reply")), QStringLiteral("p50 0.6 ms p99 4.5 ms"));
    push(state, 1'001s + 300ms, 510);
    state.firstReplyP50 = state.firstReplyP99 = -1;
    state.sessions.resize(1);
    view.announce();

    QTRY_COMPARE(legendOf(window, QStringLiteral("Sessions")), QStringLiteral("connected 1"));
    QTRY_COMPARE(legendOf(window, QStringLiteral("Messages a second")), QStringLiteral("in 0 out 0"));
    QVERIFY2(status().contains(QStringLiteral(" 0 msg/s")), qPrintable(status()));
    QCOMPARE(legendOf(window, QStringLiteral("Time to the first reply")), QStringLiteral("p50 \u2013 p99 \u2013"));
    const std::size_t before = desk.samples().size();
    // What the program itself writes meanwhile stands in the log.
    desk.log.write({1'000s, QtWarningMsg, QStringLiteral("trunkline.test"), QStringLiteral("all stays as it was")});
    QTRY_COMPARE(desk.log.rowCount(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(desk.samples().size() >= before + 2, 5'000);
    const MetricsSample &last = desk.samples().back();
    QVERIFY(last.at >= 1'003s);
    // It speaks again, a little earlier on its own clock than the window had guessed: that is no restart.
    push(state, last.at - 200ms, 515);
    view.announce();
    push(state, last.at + 1s, 520);
    view.announce();
    QCOMPARE(legendOf(window, QStringLiteral("Messages a second")), QStringLiteral("in 10 out 10"));
}

void tst_Metrics::standsStillWhileTheHubIsLost()
{
    Desk desk;
    push(*desk.view.state, 1'001s, 500);
    desk.view.announce();
    desk.view.linkState = HubView::Link::Lost;
    Q_EMIT desk.view.linkChanged();
    const std::size_t before = desk.samples().size();
    QTest::qWait(2'500);
    QCOMPARE(desk.samples().size(), before);
}

void tst_Metrics::aPeakKeepsItsShapeWhileItMoves()
{
    Theme theme;
    MetricsHistory history;
    MetricsPage page(theme, history);
    page.resize(1000, 500);
    page.show();
    page.setMinutes(30);        // six seconds a point
    page.setTableShown(true);
    const auto *table = page.findChild<QTableWidget *>();
    HubSnapshot state;
    quint64 pushes = 0;
    std::chrono::milliseconds at = 1'000'000s;
    const auto passSecond = [&] {
        pushes += at == 1'000'900s ? 600 : 0;
        push(state, at, pushes);
        history.note(state);
        page.refresh();
        at += 1s;
    };
    while (at < 1'000'960s)
        passSecond();
    for (int second = 0; second < 20; ++second) {
        QStringList peak;
        for (int row = 0; row < table->rowCount(); ++row) {
            if (const QString rate = table->item(row, 1)->text(); rate != QStringLiteral("0.0"))
                peak << rate;
        }
        QCOMPARE(peak, QStringList{QStringLiteral("100.0")});
        passSecond();
    }
}

QTEST_MAIN(tst_Metrics)
#include "tst_metrics.moc"
