// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/models/EntryWords.h"
#include "ui/window/CommandPalette.h"

#include <QAccessible>
#include <QComboBox>
#include <QDialog>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

/// Those that a keyboard reaches, in the order of the Tab key.
QList<QWidget *> tabStops(QWidget *window)
{
    QList<QWidget *> stops;
    QWidget *at = window;
    do {
        at = at->nextInFocusChain();
        const bool takes = (at->focusPolicy() & Qt::TabFocus) && at->isVisibleTo(window) && at->isEnabled() && !at->focusProxy();
        if (takes && at->window() == window)
            stops << at;
    } while (at != window);
    return stops;
}

QString spokenName(QWidget *widget)
{
    const QAccessibleInterface *face = QAccessible::queryAccessibleInterface(widget);
    return face ? face->text(QAccessible::Name) : QString();
}

QString describe(const QWidget *widget)
{
    return QStringLiteral("%1 \"%2\" in %3").arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                                                 QString::fromLatin1(widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "nothing"));
}

QRect areaOf(const QWidget *widget, const QWidget *window)
{
    return {widget->mapTo(window, QPoint(0, 0)), widget->size()};
}

} // namespace

/// What somebody needs who cannot see the screen, or not well, or who has no mouse.
class TestAccessibility : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreReadableOnEveryGround_data();
    void wordsAreReadableOnEveryGround();
    void shapesStandOutFromTheirGround_data();
    void shapesStandOutFromTheirGround();
    void statesAreWordsAndIcons();
    void whatTakesTheKeyboardHasAName();
    void tabGoesThroughTheWindowInReadingOrder();
    void everyCellSpeaks();
    void chartsHaveATable();
};

void TestAccessibility::wordsAreReadableOnEveryGround_data()
{
    QTest::addColumn<Theme::Mode>("mode");
    QTest::newRow("dark") << Theme::Mode::Dark;
    QTest::newRow("light") << Theme::Mode::Light;
}

void TestAccessibility::wordsAreReadableOnEveryGround()
{
    QFETCH(Theme::Mode, mode);
    Theme theme;
    theme.setMode(mode);
    using enum Token;
    for (const Token ground : {Window, Panel, OddRow, Raised, Selection}) {
        for (const Token token : {Text, Muted, Accent, Hub, Client, Upstream, Done, Late, Failed, Orphan}) {
            const double found = contrast(theme.ink(token, ground), theme.color(ground));
            QVERIFY2(found >= 4.5, qPrintable(QStringLiteral("token %1 on %2: %3").arg(int(token)).arg(int(ground)).arg(found)));
        }
    }
    // Highlighted rows, and the lines of a comparison.
    for (const Token token : {Text, Muted, Client, Done, Late, Failed, Orphan}) {
        const QColor marked = blend(theme.color(Late), theme.color(Selection), 0.22);
        QVERIFY(contrast(theme.ink(token, marked), marked) >= 4.5);
    }
    // What the style sheet and the system's own painting put on a ground without asking.
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        const QColor ground = QApplication::palette().color(role == QPalette::ButtonText ? QPalette::Button : QPalette::Base);
        QVERIFY(contrast(QApplication::palette().color(QPalette::Active, role), ground) >= 4.5);
    }
    QVERIFY(contrast(theme.color(Muted), theme.color(Raised)) >= 4.5);
    QVERIFY(contrast(QApplication::palette().color(QPalette::PlaceholderText), theme.color(Window)) >= 4.5);
}

void TestAccessibility::shapesStandOutFromTheirGround_data()
{
    wordsAreReadableOnEveryGround_data();
}

/// WCAG 2.1, 1.4.11: 3:1 for what has no words.
void TestAccessibility::shapesStandOutFromTheirGround()
{
    QFETCH(Theme::Mode, mode);
    Theme theme;
    theme.setMode(mode);
    for (const Token token : {Token::Hub, Token::Client, Token::Upstream, Token::Failed, Token::Accent}) {
        for (const Token ground : {Token::Panel, Token::OddRow, Token::Window})
            QVERIFY2(contrast(theme.color(token), theme.color(ground)) >= 3.0, qPrintable(QString::number(int(token))));
    }
}

void TestAccessibility::statesAreWordsAndIcons()
{
    QSet<QString> words;
    for (int state = 0; state <= static_cast<int>(ExchangeState::Overflow); ++state) {
        ExchangeInfo exchange;
        exchange.state = static_cast<ExchangeState>(state);
        const StateLook look = lookOf(exchange);
        QVERIFY2(!look.text.isEmpty() && !look.icon.isEmpty(), qPrintable(QString::number(state)));
        words << look.text;
    }
    QCOMPARE(words.size(), static_cast<int>(ExchangeState::Overflow) + 1);
    words.clear();
    for (int status = 0; status <= static_cast<int>(EntryStatus::Dropped); ++status) {
        const StatusLook look = lookOf(static_cast<EntryStatus>(status));
        QVERIFY2(!look.text.isEmpty() && !look.icon.isEmpty(), qPrintable(QString::number(status)));
        words << look.text;
    }
    QCOMPARE(words.size(), static_cast<int>(EntryStatus::Dropped) + 1);
}

void TestAccessibility::whatTakesTheKeyboardHasAName()
{
    LiveWindow live;
    live.addUser(QStringLiteral("bob"), {5, 5});
    live.send(QStringLiteral("bob"), QStringLiteral("hello"));
    live.select(0);
    QStringList nameless;
    const auto look = [&nameless](QWidget *window) {
        for (QWidget *stop : tabStops(window)) {
            if (spokenName(stop).isEmpty())
                nameless << describe(stop);
        }
    };
    for (const Do page : {Do::PageExchanges, Do::PageTraffic, Do::PageMetrics, Do::PageLog}) {
        live.action(page)->trigger();
        for (const DetailPane::Tab tab : {DetailPane::Tab::Timeline, DetailPane::Tab::Body, DetailPane::Tab::Headers, DetailPane::Tab::Route, DetailPane::Tab::Diff}) {
            live.window->detail().setTab(tab);
            look(live.window.get());
        }
    }
    live.action(Do::PageExchanges)->trigger();
    live.action(Do::Compose)->trigger();
    look(live.window.get());
    for (const Do dialog : {Do::Palette, Do::Keys}) {
        live.action(dialog)->trigger();
        for (QDialog *opened : live.window->findChildren<QDialog *>()) {
            QVERIFY2(!spokenName(opened).isEmpty(), qUtf8Printable(describe(opened)));
            look(opened);
            opened->close();
        }
    }
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qUtf8Printable(nameless.join(QStringLiteral("; "))));
}

void TestAccessibility::tabGoesThroughTheWindowInReadingOrder()
{
    LiveWindow live;
    live.addUser(QStringLiteral("bob"), {5, 5});
    live.send(QStringLiteral("bob"), QStringLiteral("hello"));
    live.select(0);
    MainWindow &window = *live.window;
    QList<QWidget *> landmarks{&window.filterBar().field(), window.sessions().list(), &window.exchanges()};
    const QList<QWidget *> stops = tabStops(&window);
    for (QWidget *landmark : landmarks)
        QVERIFY2(stops.contains(landmark), qUtf8Printable(describe(landmark)));
    // Toolbar, filter, sessions, table, detail: the order in which the rows of the window are read.
    qsizetype before = -1;
    for (QWidget *landmark : landmarks) {
        QVERIFY2(stops.indexOf(landmark) > before, qUtf8Printable(describe(landmark)));
        before = stops.indexOf(landmark);
    }
    qsizetype firstOfDetail = -1;
    for (qsizetype i = 0; i < stops.size() && firstOfDetail < 0; ++i) {
        if (window.detail().isAncestorOf(stops[i]))
            firstOfDetail = i;
    }
    QVERIFY(firstOfDetail > stops.indexOf(&window.exchanges()));
    // The toolbar's stand at the top and come first of all.
    QVERIFY(areaOf(stops.first(), &window).top() < areaOf(&window.filterBar().field(), &window).top());
    // Each Tab goes to the next of them, once around.
    window.filterBar().field().setFocus();
    QSet<QWidget *> reached;
    for (qsizetype i = 0; i < stops.size(); ++i) {
        reached << QApplication::focusWidget();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    QVERIFY2(reached.size() >= stops.size() - 1, qPrintable(QStringLiteral("%1 of %2").arg(reached.size()).arg(stops.size())));
}

void TestAccessibility::everyCellSpeaks()
{
    LiveWindow live;
    live.addUser(QStringLiteral("bob"), {5, 5});
    live.send(QStringLiteral("bob"), QStringLiteral("hello"));
    live.log.write({std::chrono::milliseconds(1), QtWarningMsg, QStringLiteral("test"), QStringLiteral("a line")});
    live.log.refresh();
    QTRY_VERIFY(live.window->traffic().model()->rowCount() > 0);
    const QAbstractItemModel *models[] = {live.window->exchanges().model(), live.window->traffic().model(), &live.log, &live.window->sessions().model()};
    for (const QAbstractItemModel *model : models) {
        QVERIFY(model->rowCount() > 0);
        for (int row = 0; row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                const QString spoken = model->index(row, column).data(Qt::AccessibleTextRole).toString();
                QVERIFY2(!spoken.isEmpty(), qPrintable(QStringLiteral("%1, column %2").arg(QString::fromLatin1(model->metaObject()->className())).arg(column)));
            }
        }
    }
}

void TestAccessibility::chartsHaveATable()
{
    LiveWindow live;
    live.action(Do::PageMetrics)->trigger();
    QToolButton *asTable = nullptr;
    for (QToolButton *button : live.window->metricsPage().findChildren<QToolButton *>()) {
        if (button->text() == QStringLiteral("As a table"))
            asTable = button;
    }
    QVERIFY(asTable);
    asTable->click();
    const auto *table = live.window->metricsPage().findChild<QTableView *>();
    QVERIFY(table && table->isVisible());
    QTRY_VERIFY(table->model()->rowCount() > 0);
    QVERIFY(!table->accessibleName().isEmpty());
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
