// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Capsule.h"
#include "hub/capture/CaptureView.h"
#include "tests/ui/BenchRoomFixture.h"
#include "tests/ui/Pictures.h"
#include "tests/ui/TestPlace.h"
#include "ui/bench/CapsuleDialog.h"
#include "ui/bench/FaultsPage.h"
#include "ui/bench/RecordDialog.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/bench/StreamPage.h"
#include "ui/detail/DetailPane.h"
#include "ui/models/ExchangeModel.h"
#include "ui/models/Roles.h"

#include <QAccessible>
#include <QComboBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMetaEnum>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QSplitter>
#include <QTreeWidget>

using namespace trunkline;

/// The test bench in the window, over a live hub: each control is used as a person would, and its effect is looked for in the hub,
/// in files, on the wire. Bots, faults and scenarios have programs of their own.
class TestBenchRoom final : public BenchRoomFixture
{
    Q_OBJECT

private Q_SLOTS:
    void everyActionIsInMenuAndPalette();
    void everyActionHasATest();
    void recordsBothLegsIntoAFile();
    void saysWhyARecordingCannotBegin();
    void makesACapsuleAfterAPreview();
    void streamMergesTextAndLints();
    void whatTakesTheKeyboardHasAName();
    void picturesOfEachPlace();
};

void TestBenchRoom::everyActionIsInMenuAndPalette()
{
    const auto *menu = child<QMenu>("benchMenu");
    QVERIFY(menu && menu->menuAction()->isVisible());
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i) {
        QAction *action = m_room->action(static_cast<Do>(all.value(i)));
        QVERIFY2(action, all.key(i));
        QVERIFY(menu->actions().contains(action));
        QVERIFY(window().actions().contains(action));
    }
    trigger(Do::Bots);
    QVERIFY(m_room->bots().isVisible());
    trigger(Do::Faults);
    QVERIFY(m_room->faults().isVisible());
    trigger(Do::Scenarios);
    QVERIFY(m_room->scenarios().isVisible());
    window().action(MainWindow::Do::PageExchanges)->trigger();
    QVERIFY(!m_room->scenarios().isVisible());
    m_room->setDesk(nullptr);           // a capture: nothing to record, no bots, no faults
    QVERIFY(!m_room->action(Do::Record)->isEnabled());
    QVERIFY(!m_room->bots().startButton().isEnabled());
    QVERIFY(!m_room->faults().applyButton().isEnabled());
}

void TestBenchRoom::everyActionHasATest()
{
    constexpr const char *room = "tst_benchroom.cpp";
    const QMap<Do, TestPlace> places{{Do::Record, {room, "recordsBothLegsIntoAFile"}}, {Do::Bots, {room, "everyActionIsInMenuAndPalette"}},
                                     {Do::Faults, {room, "everyActionIsInMenuAndPalette"}}, {Do::Scenarios, {room, "everyActionIsInMenuAndPalette"}},
                                     {Do::Capsule, {room, "makesACapsuleAfterAPreview"}}, {Do::MakeScenario, {"tst_benchscenarios.cpp", "makesAScenarioThatPasses"}}};
    const auto all = QMetaEnum::fromType<Do>();
    for (int i = 0; i < all.keyCount(); ++i) {
        const auto what = static_cast<Do>(all.value(i));
        QVERIFY2(places.contains(what), all.key(i));
        const QString missing = missingIn(places.value(what), QStringLiteral("Do::") + QLatin1StringView(all.key(i)));
        QVERIFY2(missing.isEmpty(), qUtf8Printable(missing));
    }
}

void TestBenchRoom::recordsBothLegsIntoAFile()
{
    m_live->addUser(QStringLiteral("bob"), {5, 5});
    trigger(Do::Record);
    auto *dialog = child<RecordDialog>("recordDialog");
    QVERIFY(dialog);
    picture(*dialog, QStringLiteral("record-dialog"));
    dialog->path().setText(path("own.trunk"));
    dialog->masked().setText(QStringLiteral("data.password, *.secret"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QTRY_VERIFY(m_room->recordingLabel().isVisible());
    QTRY_VERIFY(m_room->desk()->recording().bytes > 0);         // the first line is there: it has begun
    m_live->hub.post("/sse/send", QStringLiteral("bob"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("password"), QStringLiteral("hunter2")}});
    QTRY_VERIFY(m_room->desk()->recording().messages >= 6);     // request, delivery, two replies, two events
    QTRY_VERIFY(m_room->recordingLabel().text().contains(QStringLiteral("own.trunk")));
    QCOMPARE(m_room->action(Do::Record)->text(), QStringLiteral("Stop recording"));
    picture(window(), QStringLiteral("recording"));
    trigger(Do::Record);
    QVERIFY(!m_room->recordingLabel().isVisible());
    QCOMPARE(m_room->action(Do::Record)->text(), QStringLiteral("Record"));
    const auto capture = openCapture(path("own.trunk"));
    QVERIFY(capture.has_value());
    const auto count = [&](Leg leg, Direction direction) {
        return std::count_if(capture->entries.begin(), capture->entries.end(),
                             [&](const JournalEntry &entry) { return entry.leg == leg && entry.direction == direction && !entry.correlation.isEmpty(); });
    };
    QCOMPARE(count(Leg::Upstream, Direction::In), 1);
    QCOMPARE(count(Leg::Client, Direction::Out), 1);
    QCOMPARE(count(Leg::Client, Direction::In), 2);
    QCOMPARE(count(Leg::Upstream, Direction::Out), 2);
    QFile file(path("own.trunk"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains("hunter2"));
}

void TestBenchRoom::saysWhyARecordingCannotBegin()
{
    trigger(Do::Record);
    auto *dialog = child<RecordDialog>("recordDialog");
    dialog->path().setText(path("no/such/folder/own.trunk"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QVERIFY(dialog->isVisible());
    QVERIFY(!m_room->recordingLabel().isVisible());
    dialog->findChild<QPushButton *>(QStringLiteral("recordBrowse"))->click();
    auto *files = dialog->findChild<QFileDialog *>(QStringLiteral("recordFileDialog"));
    QVERIFY(files);
    Q_EMIT files->fileSelected(path("b.trunk"));
    files->close();
    QCOMPARE(dialog->file().path, path("b.trunk"));
    dialog->size().setValue(2);
    QCOMPARE(dialog->file().maxBytes, 2LL * 1024 * 1024);
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    QTRY_VERIFY(m_room->recordingLabel().isVisible());
}

void TestBenchRoom::makesACapsuleAfterAPreview()
{
    trigger(Do::Capsule);               // nothing is selected: it says so
    QVERIFY(!child<CapsuleDialog>("capsuleDialog"));
    m_live->addUser(QStringLiteral("bob"), {5, 30});
    m_live->hub.post("/sse/send", QStringLiteral("bob"), {{QStringLiteral("message"), QStringLiteral("hi")}, {QStringLiteral("password"), QStringLiteral("hunter2")},
                                                        {QStringLiteral("customer"), QStringLiteral("Ada")}});
    QTRY_COMPARE(m_live->rows(), 1);
    QTRY_COMPARE(m_live->hub.view->exchangesAfter(0, 10).exchanges.front()->state, ExchangeState::Done);
    m_live->select(0);
    const QByteArray correlation = window().detail().subject().exchange->correlation;
    QTRY_COMPARE(window().messagesOf(correlation).size(), 3u);
    const QStringList entries = inMenu([this] { Q_EMIT window().exchanges().menuRequested(window().exchanges().currentIndex(), QPoint(10, 10)); },
                                       QStringLiteral("Make a capsule of this exchange…"));
    QVERIFY(entries.contains(QStringLiteral("Make a scenario from this exchange")));
    auto *dialog = child<CapsuleDialog>("capsuleDialog");
    QVERIFY(dialog);
    QStringList rows;
    for (int i = 0; i < dialog->preview().topLevelItemCount(); ++i)
        rows << dialog->preview().topLevelItem(i)->text(0);
    QVERIFY2(rows.contains(QStringLiteral("report.html")) && rows.filter(QStringLiteral("password")).size() > 0, qPrintable(rows.join(u' ')));
    dialog->masked().setText(QStringLiteral("*.customer"));
    rows.clear();
    for (int i = 0; i < dialog->preview().topLevelItemCount(); ++i)
        rows << dialog->preview().topLevelItem(i)->text(0);
    QVERIFY2(rows.filter(QStringLiteral("customer")).size() > 0, qPrintable(rows.join(u' ')));
    picture(*dialog, QStringLiteral("capsule"));
    dialog->findChild<QPushButton *>(QStringLiteral("primary"))->click();
    auto *files = dialog->findChild<QFileDialog *>(QStringLiteral("capsuleFileDialog"));
    QVERIFY(files);
    const QString file = path("bob.trunkcase");
    Q_EMIT files->fileSelected(file);
    QFile zip(file);
    QVERIFY(zip.open(QIODevice::ReadOnly));
    const QByteArray bytes = zip.readAll();
    QVERIFY(!bytes.contains("hunter2") && !bytes.contains("Ada"));
    const auto capture = openCapture(file);
    QVERIFY(capture.has_value());
    const auto exchanges = exchangesOf(*capture);
    QCOMPARE(exchanges.size(), 1u);
    QCOMPARE(exchanges.front().chunks, 2);
    QCOMPARE(exchanges.front().state, ExchangeState::Done);
    const auto posted = std::find_if(capture->entries.begin(), capture->entries.end(), [](const JournalEntry &entry) { return entry.leg == Leg::Upstream && entry.direction == Direction::In; });
    QVERIFY(posted != capture->entries.end());      // put together: nobody recorded
    QVERIFY(posted->text.contains("\"message\":\"hi\""));
    QTRY_VERIFY(!child<CapsuleDialog>("capsuleDialog"));
    trigger(Do::Capsule);               // of the exchange that is selected
    dialog = child<CapsuleDialog>("capsuleDialog");
    QVERIFY(dialog && dialog->isVisible() && dialog->preview().topLevelItemCount() > 0);
}

void TestBenchRoom::streamMergesTextAndLints()
{
    Settings quick;
    quick.sseResponseTimeout = std::chrono::milliseconds(500);
    open(quick);
    startBots("bots:\n  tokens:\n    - reply: {tokens: [\"Hello \", \"there, \", \"friend.\"], every: 15ms}\n"
              "  endless:\n    - reply: {tokens: [a, b], final: false}\n", 2);
    m_live->send(QStringLiteral("tokens"), QStringLiteral("hi"));
    m_live->select(0);
    auto *tabs = window().detail().findChild<QTabBar *>();
    tabs->setCurrentIndex(tabs->count() - 1);
    QTRY_COMPARE(m_room->stream().merged().toPlainText(), QStringLiteral("Hello there, friend."));
    QCOMPARE(m_room->stream().events().topLevelItemCount(), 3);
    QCOMPARE(m_room->stream().events().topLevelItem(1)->text(3), QStringLiteral("there, "));
    QVERIFY(m_room->stream().lint().findings.empty());
    QCOMPARE(tabs->tabText(tabs->count() - 1), QStringLiteral("Stream"));
    picture(window(), QStringLiteral("stream"));
    m_live->send(QStringLiteral("endless"), QStringLiteral("hi"));        // until it times out
    m_live->select(1);
    QTRY_VERIFY(!m_room->stream().lint().findings.empty());
    QCOMPARE(m_room->stream().lint().findings.front().rule, QByteArray("no-final"));
    QVERIFY(tabs->tabText(tabs->count() - 1) != QStringLiteral("Stream"));
    // The table has the mark, too, and says why; the exchange without a fault has none.
    const auto chunks = [this](int row, int role) {
        return window().exchanges().model()->index(row, static_cast<int>(ExchangeModel::Column::Chunks)).data(role);
    };
    QCOMPARE(chunks(1, IconRole).toString(), QStringLiteral("warning"));
    QVERIFY(chunks(1, Qt::ToolTipRole).toString().contains(QStringLiteral("is_final")));
    QVERIFY(chunks(1, Qt::AccessibleTextRole).toString().contains(QStringLiteral("is_final")));
    QCOMPARE(chunks(1, Qt::DisplayRole).toString(), QStringLiteral("2"));
    QVERIFY(!chunks(0, IconRole).isValid() || chunks(0, IconRole).toString().isEmpty());
    picture(window(), QStringLiteral("stream-finding"));
}

void TestBenchRoom::whatTakesTheKeyboardHasAName()
{
    trigger(Do::Record);
    startBots("bots:\n  b:\n    - reply: {text: x}\n", 1);
    m_live->send(QStringLiteral("b"), QStringLiteral("hi"));
    m_live->select(0);
    trigger(Do::Capsule);
    const QList<QWidget *> places{&m_room->bots(), &m_room->faults(), &m_room->scenarios(), &m_room->stream(), &m_room->faultStrip(),
                                  child<RecordDialog>("recordDialog"), child<CapsuleDialog>("capsuleDialog")};
    int asked = 0;
    for (const QWidget *place : places) {
        QVERIFY(place);
        for (QWidget *widget : place->findChildren<QWidget *>()) {
            const bool isInside = widget->objectName().startsWith(QStringLiteral("qt_")) || qobject_cast<QAbstractSpinBox *>(widget->parentWidget());
            if (!(widget->focusPolicy() & Qt::TabFocus) || isInside || widget->window() != place->window() || qobject_cast<QSplitter *>(widget) || widget->inherits("QScrollArea"))
                continue;
            QAccessibleInterface *said = QAccessible::queryAccessibleInterface(widget);
            QVERIFY(said);
            QVERIFY2(!said->text(QAccessible::Name).isEmpty(), qPrintable(QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ')
                                                                          + widget->objectName() + QStringLiteral(" in ") + QString::fromLatin1(place->metaObject()->className())));
            ++asked;
        }
    }
    QVERIFY(asked > 40);
}

/// Only with TRUNKLINE_PICTURES: each place as a person finds it.

void TestBenchRoom::picturesOfEachPlace()
{
    if (qEnvironmentVariableIsEmpty("TRUNKLINE_PICTURES"))
        return;
    startBots(m_room->bots().editor().text() + "  silent_bot:\n    - reply: {silence: true}\n", 2);
    m_live->send(QStringLiteral("chat_bot"), QStringLiteral("hello"));
    trigger(Do::Bots);
    picture(window(), QStringLiteral("bots"));
    m_room->bots().editor().showProblems({{{3, 5}, QStringLiteral("there is no key \"replay\", did you mean \"reply\"?")}});
    picture(window(), QStringLiteral("bots-mistake"));
    trigger(Do::Faults);
    m_room->faults().setRate("drop", 2.5);
    m_room->faults().setRate("delay", 10);
    m_room->faults().setRate("close", 0.5);
    m_room->faults().user().setText(QStringLiteral("^flaky"));
    m_room->faults().applyButton().click();
    QTRY_VERIFY(m_room->faultStrip().isVisible());
    picture(window(), QStringLiteral("faults"));
    window().resize(1024, 640);
    picture(window(), QStringLiteral("faults-small"));
    window().resize(1440, 900);
    trigger(Do::Scenarios);
    picture(window(), QStringLiteral("scenarios-empty"));
    window().action(MainWindow::Do::PageExchanges)->trigger();
    m_live->select(0);
    trigger(Do::MakeScenario);
    picture(window(), QStringLiteral("scenario-made"));
}

QTEST_MAIN(TestBenchRoom)
#include "tst_benchroom.moc"
