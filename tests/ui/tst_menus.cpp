// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/compose/ComposePanel.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/detail/FactsView.h"
#include "ui/filter/FilterBar.h"
#include "ui/filter/FilterHelp.h"
#include "ui/log/LogPage.h"

#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QListView>
#include <QToolButton>
#include <QTreeWidget>

using namespace trunkline;
using Do = MainWindow::Do;

namespace {

QString clipboard()
{
    return QGuiApplication::clipboard()->text();
}

/// A right click in the middle of a cell.
void openMenuAt(QAbstractItemView *view, const QModelIndex &index)
{
    const QPoint at = view->visualRect(index).center();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, view->viewport()->mapToGlobal(at));
    QApplication::sendEvent(view->viewport(), &event);
}

} // namespace

/// The menus that come with a right click and those of the buttons: every entry is chosen here, and does what it says. An entry
/// that is not on the list of its menu fails.
class TestMenus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_live.reset(); }
    void exchangeRow();
    void trafficRow();
    void logRow();
    void header();
    void session();
    void sessionOrder();
    void payloadMember();
    void fact();
    void filterMenu();
    void savedFilter();
    void composeTemplates();
    void composeHistory();
    void composeCopyAs();

private:
    MainWindow &window() { return *m_live->window; }
    void openExchangeMenu(int column = static_cast<int>(ExchangeModel::Column::User))
    {
        openMenuAt(&window().exchanges(), window().exchanges().model()->index(0, column));
    }
    void openTrafficMenu(const char *kind)
    {
        const QAbstractItemModel *model = window().traffic().model();
        for (int row = 0; row < model->rowCount(); ++row) {
            const QModelIndex index = model->index(row, static_cast<int>(TrafficModel::Column::Kind));
            if (index.data() == QLatin1StringView(kind))
                return openMenuAt(&window().traffic(), index);
        }
        QFAIL(kind);
    }
    QToolButton *button(const QWidget &root, const char *text)
    {
        for (QToolButton *one : root.findChildren<QToolButton *>()) {
            if (one->text() == QLatin1StringView(text) || one->accessibleName() == QLatin1StringView(text))
                return one;
        }
        qFatal("no button %s", text);
    }

    std::unique_ptr<LiveWindow> m_live;
};

void TestMenus::init()
{
    m_live = std::make_unique<LiveWindow>();
    m_live->addUser(QStringLiteral("bob"), {5, 5});
    m_live->send(QStringLiteral("bob"), QStringLiteral("hello"));
    m_live->select(0);
    QTRY_VERIFY(window().traffic().model()->rowCount() >= 4);
}

void TestMenus::exchangeRow()
{
    const auto open = [this] { openExchangeMenu(); };
    const QString languages = QStringLiteral("Copy as > ");
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Filter on user:bob"), QStringLiteral("Copy value"), QStringLiteral("Copy message"),
                                        languages + QStringLiteral("bash (curl)"), languages + QStringLiteral("PowerShell"), languages + QStringLiteral("Python"),
                                        languages + QStringLiteral("JavaScript (fetch)"), languages + QStringLiteral("trunkline"),
                                        QStringLiteral("Copy the timeline as Markdown"), QStringLiteral("Mark or unmark"),
                                        QStringLiteral("Count times from this row"), QStringLiteral("Send again"),
                                        QStringLiteral("Edit and send again"), QStringLiteral("Disconnect the session"), QStringLiteral("Choose columns")}));
    inMenu(open, QStringLiteral("Copy value"));
    QCOMPARE(clipboard(), QStringLiteral("bob"));
    inMenu(open, QStringLiteral("Copy message"));
    QVERIFY(clipboard().contains(QStringLiteral("hello")));
    const std::pair<const char *, const char *> commands[] = {{"bash (curl)", "curl"}, {"PowerShell", "Invoke-"}, {"Python", "import"},
                                                              {"JavaScript (fetch)", "fetch("}, {"trunkline", "trunkline send"}};
    for (const auto &[language, word] : commands) {
        inMenu(open, languages + QLatin1StringView(language));
        QVERIFY2(clipboard().contains(QLatin1StringView(word)) && clipboard().contains(QStringLiteral("hello")), qUtf8Printable(clipboard()));
    }
    inMenu(open, QStringLiteral("Copy the timeline as Markdown"));
    QVERIFY(clipboard().startsWith(QStringLiteral("### ")));
    inMenu(open, QStringLiteral("Filter on user:bob"));
    QCOMPARE(window().filterBar().field().text(), QStringLiteral("user:bob"));
    inMenu(open, QStringLiteral("Send again"));
    QTRY_COMPARE(m_live->rows(), 2);
    inMenu(open, QStringLiteral("Edit and send again"));
    QVERIFY(window().compose()->editor().toPlainText().contains(QStringLiteral("hello")));
    inMenu(open, QStringLiteral("Disconnect the session"));
    QTRY_COMPARE(m_live->hub.users.front()->closeCode(), QWebSocketProtocol::CloseCodePolicyViolated);
}

void TestMenus::trafficRow()
{
    window().setPage(MainWindow::Page::Traffic);
    const auto open = [this] { openTrafficMenu("request"); };
    const QStringList entries = inMenu(open);
    QVERIFY2(entries.contains(QStringLiteral("Show the exchange")), qUtf8Printable(entries.join(u',')));
    QCOMPARE(entries.size(), 16);       // those of an exchange's row, and that one
    inMenu(open, QStringLiteral("Filter on kind:request"));
    QCOMPARE(window().filterBar().field().text(), QStringLiteral("kind:request"));
    const auto onlyRequests = [this] {
        const QAbstractItemModel *model = window().traffic().model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->index(row, static_cast<int>(TrafficModel::Column::Kind)).data() != QStringLiteral("request"))
                return false;
        }
        return model->rowCount() > 0;
    };
    QTRY_VERIFY(onlyRequests());
    inMenu(open, QStringLiteral("Show the exchange"));
    QVERIFY(window().page() == MainWindow::Page::Exchanges);
    QCOMPARE(window().exchanges().currentIndex().row(), 0);
}

void TestMenus::logRow()
{
    m_live->log.write({std::chrono::milliseconds(1), QtWarningMsg, QStringLiteral("test"), QStringLiteral("a line to copy")});
    m_live->log.refresh();
    window().setPage(MainWindow::Page::Log);
    LiveTable &table = window().findChild<LogPage *>()->table();
    const auto open = [&] { openMenuAt(&table, table.model()->index(table.model()->rowCount() - 1, 0)); };
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Copy line")}));
    inMenu(open, QStringLiteral("Copy line"));
    QVERIFY2(clipboard().contains(QStringLiteral("a line to copy")), qUtf8Printable(clipboard()));
}

void TestMenus::header()
{
    LiveTable &table = window().exchanges();
    const auto open = [&] { Q_EMIT table.horizontalHeader()->customContextMenuRequested(QPoint(5, 5)); };
    const QStringList entries = inMenu(open);
    for (int column = 0; column < table.model()->columnCount(); ++column) {
        const QString name = table.model()->headerData(column, Qt::Horizontal).toString();
        QVERIFY2(entries.contains(name), qUtf8Printable(name));
        const bool hidden = table.isColumnHidden(column);
        inMenu(open, name);
        QVERIFY2(table.isColumnHidden(column) != hidden, qUtf8Printable(name));
        inMenu(open, name);
        QVERIFY2(table.isColumnHidden(column) == hidden, qUtf8Printable(name));
    }
}

void TestMenus::session()
{
    auto *list = window().sessions().findChild<QListView *>();
    int row = 0;
    while (list->model()->index(row, 0).data() != QStringLiteral("bob"))
        QVERIFY(++row < list->model()->rowCount());
    const auto open = [&] { Q_EMIT list->customContextMenuRequested(list->visualRect(list->model()->index(row, 0)).center()); };
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Filter on this user"), QStringLiteral("Copy user"), QStringLiteral("Copy WebSocket address"),
                                        QStringLiteral("Disconnect this session")}));
    inMenu(open, QStringLiteral("Copy user"));
    QCOMPARE(clipboard(), QStringLiteral("bob"));
    inMenu(open, QStringLiteral("Copy WebSocket address"));
    QCOMPARE(clipboard(), m_live->hub.hub->webSocketUrl().toString() + QStringLiteral("?user_id=bob"));
    inMenu(open, QStringLiteral("Filter on this user"));
    QCOMPARE(window().filterBar().field().text(), QStringLiteral("user:bob"));
    inMenu(open, QStringLiteral("Disconnect this session"));
    QTRY_COMPARE(window().sessions().model().clients(), 0);
}

void TestMenus::sessionOrder()
{
    QToolButton *order = button(window().sessions(), "Order of the sessions");
    const std::pair<const char *, SessionModel::Order> orders[] = {{"Newest first", SessionModel::Order::Newest}, {"Busiest first", SessionModel::Order::Busiest},
                                                                   {"By name", SessionModel::Order::Name}};
    QCOMPARE(inMenu([&] { order->click(); }).size(), 3);
    for (const auto &[text, wanted] : orders) {
        inMenu([&] { order->click(); }, QLatin1StringView(text));
        QVERIFY2(window().sessions().model().order() == wanted, text);
    }
}

void TestMenus::payloadMember()
{
    window().detail().setTab(DetailPane::Tab::Body);
    window().detail().body().setForm(BodyView::Form::Tree);
    auto *tree = window().detail().body().findChild<QTreeWidget *>();
    const auto found = tree->findItems(QStringLiteral("hello"), Qt::MatchContains | Qt::MatchRecursive, 1);
    QVERIFY(!found.isEmpty());
    const auto open = [&] { Q_EMIT tree->customContextMenuRequested(tree->visualItemRect(found.first()).center()); };
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Filter on this value"), QStringLiteral("Add as column"), QStringLiteral("Copy value"), QStringLiteral("Copy path")}));
    const int columns = window().exchanges().model()->columnCount();
    inMenu(open, QStringLiteral("Add as column"));
    QVERIFY(window().exchanges().model()->columnCount() > columns);
    inMenu(open, QStringLiteral("Copy value"));
    QVERIFY(clipboard().contains(QStringLiteral("hello")));
    inMenu(open, QStringLiteral("Copy path"));
    QVERIFY2(clipboard().endsWith(QStringLiteral("message")), qUtf8Printable(clipboard()));
    inMenu(open, QStringLiteral("Filter on this value"));
    QTRY_COMPARE(m_live->rows(), 1);
    QVERIFY2(window().filterBar().field().text().contains(QStringLiteral("message:hello")), qUtf8Printable(window().filterBar().field().text()));
}

void TestMenus::fact()
{
    window().detail().setTab(DetailPane::Tab::Headers);
    auto *facts = window().detail().findChild<HeadersView *>();
    const auto open = [&] { Q_EMIT facts->customContextMenuRequested(facts->visualItemRect(facts->topLevelItem(0)).center()); };
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Copy")}));
    inMenu(open, QStringLiteral("Copy"));
    QCOMPARE(clipboard(), facts->topLevelItem(0)->text(1));
}

void TestMenus::filterMenu()
{
    QToolButton *more = button(window().filterBar(), "More about filters");
    const auto open = [more] { more->click(); };
    const QStringList entries = inMenu(open);
    QVERIFY2(entries.mid(0, 3) == QStringList({QStringLiteral("Save this filter"), QStringLiteral("Highlight instead of hide"), QStringLiteral("What a filter can say")}),
             qUtf8Printable(entries.join(u',')));
    window().filterBar().setText(QStringLiteral("user:nobody"));
    inMenu(open, QStringLiteral("Save this filter"));
    QCOMPARE(window().filterBar().saved().all().back().text, QStringLiteral("user:nobody"));
    QTRY_COMPARE(m_live->rows(), 0);
    inMenu(open, QStringLiteral("Highlight instead of hide"));
    QVERIFY(window().filterBar().isHighlighting());
    QTRY_COMPARE(m_live->rows(), 1);
    inMenu(open, QStringLiteral("What a filter can say"));
    const auto *help = window().filterBar().findChild<FilterHelp *>();
    QVERIFY(help && help->isVisible());
}

void TestMenus::savedFilter()
{
    window().resize(1600, 900);
    QPushButton *chip = nullptr;
    const auto chipNamed = [this](const QString &name) {
        QPushButton *found = nullptr;
        for (QPushButton *one : window().filterBar().findChildren<QPushButton *>(QStringLiteral("chip"))) {
            if (one->text() == name)
                found = one;            // the newest: replaced ones go with the next turn
        }
        return found;
    };
    const auto open = [&] {
        chip = chipNamed(QStringLiteral("failed"));
        Q_EMIT chip->customContextMenuRequested(QPoint(4, 4));
    };
    const auto names = [this] {
        QStringList all;
        for (const SavedFilter &one : window().filterBar().saved().all())
            all << one.name;
        return all;
    };
    const QString colors = QStringLiteral("Color its rows > ");
    QCOMPARE(inMenu(open), QStringList({QStringLiteral("Rename"), QStringLiteral("Replace with the filter above"), QStringLiteral("Move left"),
                                        QStringLiteral("Move right"), colors + QStringLiteral("None"), colors + QStringLiteral("Red"),
                                        colors + QStringLiteral("Amber"), colors + QStringLiteral("Green"), colors + QStringLiteral("Teal"),
                                        colors + QStringLiteral("Blue"), colors + QStringLiteral("Violet"), QStringLiteral("Remove")}));
    QCOMPARE(names().indexOf(QStringLiteral("failed")), 0);
    inMenu(open, QStringLiteral("Move right"));
    QCOMPARE(names().indexOf(QStringLiteral("failed")), 1);
    inMenu(open, QStringLiteral("Move left"));
    QCOMPARE(names().indexOf(QStringLiteral("failed")), 0);
    window().filterBar().setText(QStringLiteral("user:bob"));
    inMenu(open, QStringLiteral("Replace with the filter above"));
    QCOMPARE(window().filterBar().saved().all().front().text, QStringLiteral("user:bob"));
    const auto editLine = [this] {
        QLineEdit *found = nullptr;
        for (QLineEdit *one : window().filterBar().findChildren<QLineEdit *>()) {
            if (one->accessibleName() == QStringLiteral("New name of the filter"))
                found = one;
        }
        return found;
    };
    inMenu(open, QStringLiteral("Rename"));
    QTRY_VERIFY(editLine() && editLine()->isVisible());
    editLine()->setText(QStringLiteral("mine"));
    QTest::keyClick(editLine(), Qt::Key_Return);
    QTRY_COMPARE(names().constFirst(), QStringLiteral("mine"));
    inMenu([&] { Q_EMIT chipNamed(QStringLiteral("mine"))->customContextMenuRequested(QPoint(4, 4)); }, QStringLiteral("Remove"));
    QVERIFY(!names().contains(QStringLiteral("mine")));
}

void TestMenus::composeTemplates()
{
    m_live->action(Do::Compose)->trigger();
    QToolButton *templates = button(*window().compose(), "Templates");
    const auto open = [templates] { templates->showMenu(); };
    const QStringList entries = inMenu(open);
    QVERIFY(entries.size() > 4);
    QSet<QString> texts;
    for (const QString &entry : entries.first(entries.size() - 1)) {
        inMenu(open, entry);
        const QString text = window().compose()->editor().toPlainText();
        QVERIFY2(text.contains(QStringLiteral("data")), qUtf8Printable(entry));
        texts << text;
    }
    QCOMPARE(texts.size(), entries.size() - 1);
    QGuiApplication::clipboard()->setText(QStringLiteral(R"(curl -d '{"user_id":"zoe","data":{"n":1}}' http://127.0.0.1:1/sse/push)"));
    inMenu(open, entries.constLast());
    QVERIFY2(window().compose()->editor().toPlainText().contains(QStringLiteral("zoe")), qUtf8Printable(window().compose()->editor().toPlainText()));
}

void TestMenus::composeHistory()
{
    m_live->action(Do::Compose)->trigger();
    QToolButton *history = button(*window().compose(), "History");
    const auto open = [history] { history->showMenu(); };
    window().compose()->editor().setPlainText(QStringLiteral(R"({"user_id":"bob","data":{"message":"kept"}})"));
    QTest::keyClick(&window().compose()->editor(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(m_live->rows(), 2);
    window().compose()->editor().setPlainText(QStringLiteral("{}"));
    const QStringList entries = inMenu(open);
    QCOMPARE(entries.size(), 2);
    inMenu(open, entries.constFirst());
    QVERIFY(window().compose()->editor().toPlainText().contains(QStringLiteral("kept")));
    inMenu(open, QStringLiteral("Clear the history"));
    QCOMPARE(inMenu(open).constFirst(), QStringLiteral("Nothing was sent yet"));
}

void TestMenus::composeCopyAs()
{
    m_live->action(Do::Compose)->trigger();
    window().compose()->editor().setPlainText(QStringLiteral(R"({"user_id":"bob","data":{"message":"as a command"}})"));
    QToolButton *copyAs = button(*window().compose(), "Copy as");
    const auto open = [copyAs] { copyAs->showMenu(); };
    const QStringList entries = inMenu(open);
    QCOMPARE(entries.size(), 5);
    QSet<QString> commands;
    for (const QString &entry : entries) {
        inMenu(open, entry);
        QVERIFY2(clipboard().contains(QStringLiteral("as a command")), qUtf8Printable(clipboard()));
        commands << clipboard();
    }
    QCOMPARE(commands.size(), 5);
}

QTEST_MAIN(TestMenus)
#include "tst_menus.moc"
