// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/FakeHubControl.h"
#include "tests/ui/FakeHubView.h"
#include "tests/ui/Pictures.h"
#include "ui/log/LogModel.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/theme/ElidedLabel.h"
#include "ui/window/MainWindow.h"
#include "ui/window/StatusStrip.h"

#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;
using namespace std::chrono_literals;
using Link = BackplaneState::Link;

namespace {

/// The first row of pixels in which a label has drawn something, from the top of its parent.
int topOfInk(QLabel &label)
{
    const QImage image = label.parentWidget()->grab(label.geometry()).toImage();
    const QRgb ground = image.pixel(0, 0);
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qAbs(qGray(image.pixel(x, y)) - qGray(ground)) > 40)
                return label.y() + static_cast<int>(y / image.devicePixelRatio());
        }
    }
    return -1;
}

} // namespace

/// What the window says of a backplane, at the smallest size that the design wants, too: a long reason ends with an ellipsis and
/// takes no room from what stands beside it.
class TestBackplane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadInTheWindow_data();
    void isReadInTheWindow();
    void saysWhichHubHoldsAUser();
};

void TestBackplane::isReadInTheWindow_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<int>("link");
    QTest::addColumn<int>("width");
    for (const bool dark : {true, false}) {
        for (const Link link : {Link::Up, Link::Down, Link::Connecting}) {
            for (const int width : {1024, 1440}) {
                QTest::addRow("%s-%s-%d", dark ? "dark" : "light", link == Link::Up ? "up" : link == Link::Down ? "down" : "connecting", width)
                    << dark << static_cast<int>(link) << width;
            }
        }
    }
}

void TestBackplane::isReadInTheWindow()
{
    QFETCH(bool, dark);
    QFETCH(int, link);
    QFETCH(int, width);
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    theme.setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    LogModel log;
    FakeHubView view;
    HubSnapshot &state = *view.state;
    state.instance = "one";
    state.takenAt = 1'700'000'000'000ms;
    state.url = "http://10.0.0.7:8080/";
    state.boundToLoopback = false;
    state.tokensNeeded = true;
    state.journalBytes = 45 << 20;
    state.journalMaxBytes = 64 << 20;
    state.metrics.refusedUnauthorized = 12;
    state.waitingReceipts = 1'200;
    state.blockedPushes = 3;
    MainWindow window({.theme = theme, .log = log, .settings = settings});
    window.resize(width, 640);
    window.setHub(&view, nullptr);
    window.setPage(MainWindow::Page::Metrics);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const int sessions = window.sessions().width();

    state.takenAt += 2s;
    ++state.number;
    state.backplane = {.link = static_cast<Link>(link), .name = "hub-a", .place = "rediss://redis.internal:6379", .hubs = 3, .latencyMicroseconds = 400,
                       .published = 60, .received = 20, .lost = 2};
    if (state.backplane.link == Link::Down)
        state.backplane.problem = "connecting to redis.internal:6379 failed: The remote host closed the connection (WRONGPASS invalid username-password pair)";
    view.announce();
    auto *strip = window.findChild<StatusStrip *>();
    auto *said = strip->findChild<ElidedLabel *>(QStringLiteral("backplane"));
    QTRY_VERIFY(said->isVisible());
    QCOMPARE(said->text(), backplaneText(state.backplane));
    QCoreApplication::processEvents();
    picture(window, QString::fromUtf8(QTest::currentDataTag()));
    QVERIFY2(said->shownText().size() > 8 && said->text().startsWith(said->shownText().chopped(1)), qUtf8Printable(said->shownText()));
    QCOMPARE(said->shownText() != said->text(), state.backplane.link == Link::Down);
    QCOMPARE(said->palette().color(said->foregroundRole()), theme.color(state.backplane.link == Link::Down ? Token::Failed : Token::Muted));
    for (const QLabel *label : strip->findChildren<QLabel *>()) {
        if (label != said)
            QVERIFY2(label->width() >= label->sizeHint().width(), qUtf8Printable(label->text()));
    }
    // On one line with what stands beside it: both begin with the height of a small "l".
    QLabel *right = nullptr;
    for (QLabel *label : strip->findChildren<QLabel *>()) {
        if (label->accessibleName() == QStringLiteral("Exposure"))
            right = label;
    }
    QVERIFY(right);
    QCOMPARE(topOfInk(*said), topOfInk(*right));
    QCOMPARE(window.width(), width);
    QCOMPARE(window.sessions().width(), sessions);
}

void TestBackplane::saysWhichHubHoldsAUser()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    LogModel log;
    FakeHubView view;
    FakeHubControl control;
    MainWindow window({.theme = theme, .log = log, .settings = settings});
    window.resize(1440, 800);
    window.setHub(&view, &control);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    SessionsPanel &panel = window.sessions();
    auto *search = panel.findChild<QLineEdit *>();
    const auto announce = [&] {
        view.state->takenAt += 1s;
        ++view.state->number;
        view.announce();
    };
    announce();
    QTRY_VERIFY(!search->isVisible());
    QVERIFY(control.searches.empty());         // a hub that stands alone has nobody to ask

    view.state->backplane = {.link = Link::Up, .name = "hub-a#1", .hubs = 2};
    announce();
    QTRY_COMPARE(control.searches.size(), std::size_t(1));
    QVERIFY(search->isVisible());              // also while nobody is here
    QCOMPARE(control.searches[0].prefix, QByteArray());
    control.searches[0].found(FoundUsers{{{"alice", {"hub-b#2"}}, {"bob", {"hub-a#1"}}}, false});
    QCOMPARE(panel.model().rowCount(), 2);
    QCOMPARE(panel.model().at(1).hubs, QByteArray("hub-b#2"));
    picture(window, QStringLiteral("elsewhere"));

    search->setText(QStringLiteral("al"));
    QTRY_COMPARE(control.searches.size(), std::size_t(2));
    QCOMPARE(control.searches[1].prefix, QByteArray("al"));
    search->setText(QStringLiteral("alm"));
    control.searches[1].found(FoundUsers{{{"al", {"hub-b#2"}}}, false});     // too late
    QCOMPARE(panel.model().rowCount(), 0);
    QTRY_COMPARE(control.searches.size(), std::size_t(3));
    control.searches[2].found(FoundUsers{{{"alma", {"hub-b#2"}}}, false});
    QCOMPARE(panel.model().at(1).name, QByteArray("alma"));

    view.state->backplane.link = Link::Down;
    announce();
    QTRY_COMPARE(panel.model().rowCount(), 0);
    control.searches[2].found(FoundUsers{{{"alma", {"hub-b#2"}}}, false});
    QCOMPARE(panel.model().rowCount(), 0);
}

QTEST_MAIN(TestBackplane)
#include "tst_backplane.moc"
