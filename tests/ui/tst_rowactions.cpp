// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "tests/ui/Pictures.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/models/Roles.h"

#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>

using namespace trunkline;
using Do = MainWindow::Do;

/// What a person does with the rows themselves: goes from one to the next, marks them, counts times from one, colors them by filters,
/// and reads all messages of one from top to bottom.
class TestRowActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_live.reset(); }
    void nextRow();
    void previousRow();
    void mark();
    void nextMarked();
    void previousMarked();
    void timesFromHere();
    void timesFromHereInTraffic();
    void savedFiltersColorTheirRows();
    void readsAllMessagesOfAnExchange();
    void sumsUpLateReplies();

private:
    MainWindow &window() { return *m_live->window; }
    void trigger(Do what) { m_live->action(what)->trigger(); }
    [[nodiscard]] int current() const { return m_live->window->exchanges().currentIndex().row(); }
    [[nodiscard]] QVariant cell(int row, ExchangeModel::Column column, int role = Qt::DisplayRole) const
    {
        return m_live->window->exchanges().model()->index(row, static_cast<int>(column)).data(role);
    }

    std::unique_ptr<LiveWindow> m_live;
};

void TestRowActions::init()
{
    m_live = std::make_unique<LiveWindow>();
    m_live->theme.setMode(qEnvironmentVariable("TRUNKLINE_PICTURES_THEME") == u"light" ? Theme::Mode::Light : Theme::Mode::Dark);
    for (const char *user : {"zoe", "yan", "xia"})
        m_live->send(QString::fromLatin1(user), QStringLiteral("a"));
}

void TestRowActions::nextRow()
{
    trigger(Do::NextRow);
    QCOMPARE(current(), 0);
    window().detail().setTab(DetailPane::Tab::Body);
    window().detail().setFocus();
    trigger(Do::NextRow);
    QCOMPARE(current(), 1);
    QVERIFY(!window().exchanges().hasFocus());         // the keyboard stays where it is
    trigger(Do::NextRow);
    trigger(Do::NextRow);
    QCOMPARE(current(), 2);                             // the last one
}

void TestRowActions::previousRow()
{
    trigger(Do::PreviousRow);
    QCOMPARE(current(), 2);
    trigger(Do::PreviousRow);
    QCOMPARE(current(), 1);
}

void TestRowActions::mark()
{
    m_live->select(1);
    trigger(Do::Mark);
    QCOMPARE(cell(1, ExchangeModel::Column::Number, IconRole).toString(), QStringLiteral("star"));
    QCOMPARE(cell(1, ExchangeModel::Column::Number, Qt::AccessibleTextRole).toString(), QStringLiteral("#: 2, marked"));
    QCOMPARE(cell(0, ExchangeModel::Column::Number, IconRole).toString(), QString());
    trigger(Do::Mark);
    QCOMPARE(cell(1, ExchangeModel::Column::Number, IconRole).toString(), QString());
    window().setPage(MainWindow::Page::Traffic);
    QTRY_VERIFY(window().traffic().model()->rowCount() > 1);
    window().traffic().setCurrentIndex(window().traffic().model()->index(1, 0));
    trigger(Do::Mark);
    QCOMPARE(window().traffic().model()->index(1, 0).data(IconRole).toString(), QStringLiteral("star"));
}

void TestRowActions::nextMarked()
{
    for (const int row : {0, 2}) {
        m_live->select(row);
        trigger(Do::Mark);
    }
    trigger(Do::NextMarked);
    QCOMPARE(current(), 0);                             // around the end
    trigger(Do::NextMarked);
    QCOMPARE(current(), 2);
}

void TestRowActions::previousMarked()
{
    m_live->select(0);
    trigger(Do::Mark);
    m_live->select(1);
    trigger(Do::PreviousMarked);
    QCOMPARE(current(), 0);
    trigger(Do::PreviousMarked);
    QCOMPARE(current(), 0);                             // the only one
}

void TestRowActions::timesFromHere()
{
    const QAbstractItemModel *model = window().exchanges().model();
    const int time = static_cast<int>(ExchangeModel::Column::Time);
    const QString ofTheDay = cell(0, ExchangeModel::Column::Time).toString();
    m_live->select(1);
    trigger(Do::TimesFromHere);
    QVERIFY(m_live->action(Do::TimesFromHere)->isChecked());
    QCOMPARE(model->headerData(time, Qt::Horizontal).toString(), QStringLiteral("Since #2"));
    QCOMPARE(model->headerData(time, Qt::Horizontal, Qt::EditRole).toString(), QStringLiteral("Time"));       // in an export
    QCOMPARE(cell(1, ExchangeModel::Column::Time).toString(), QStringLiteral("0 s"));
    QVERIFY2(cell(0, ExchangeModel::Column::Time).toString().startsWith(u'-'), qUtf8Printable(cell(0, ExchangeModel::Column::Time).toString()));
    QVERIFY(cell(2, ExchangeModel::Column::Time).toString().startsWith(u'+'));
    m_live->select(2);
    trigger(Do::TimesFromHere);                         // another row
    QCOMPARE(cell(2, ExchangeModel::Column::Time).toString(), QStringLiteral("0 s"));
    trigger(Do::TimesFromHere);                         // the same again: off
    QVERIFY(!m_live->action(Do::TimesFromHere)->isChecked());
    QCOMPARE(cell(0, ExchangeModel::Column::Time).toString(), ofTheDay);
}

void TestRowActions::timesFromHereInTraffic()
{
    window().setPage(MainWindow::Page::Traffic);
    QAbstractItemModel *model = window().traffic().model();
    const int time = static_cast<int>(TrafficModel::Column::Time);
    QTRY_VERIFY(model->rowCount() > 2);
    window().traffic().setCurrentIndex(model->index(0, 0));
    trigger(Do::TimesFromHere);
    QCOMPARE(model->index(0, time).data().toString(), QStringLiteral("0 s"));
    QVERIFY(model->index(2, time).data().toString().startsWith(u'+'));
    window().setPage(MainWindow::Page::Exchanges);      // one reference for both tables
    QVERIFY(cell(2, ExchangeModel::Column::Time).toString().endsWith(QStringLiteral(" s")));
}

void TestRowActions::savedFiltersColorTheirRows()
{
    window().resize(1600, 900);
    m_live->addUser(QStringLiteral("bob"), {5, 5});
    m_live->send(QStringLiteral("bob"), QStringLiteral("hello"));
    const auto chip = [this](const QString &name) {
        QPushButton *found = nullptr;
        for (QPushButton *one : window().filterBar().findChildren<QPushButton *>(QStringLiteral("chip"))) {
            if (one->text() == name)
                found = one;                            // the newest: replaced ones go with the next turn
        }
        return found;
    };
    const auto color = [&](const char *name, const char *choice) {
        inMenu([&] { Q_EMIT chip(QString::fromLatin1(name))->customContextMenuRequested(QPoint(4, 4)); },
               QStringLiteral("Color its rows > ") + QLatin1StringView(choice));
    };
    QVERIFY(!cell(0, ExchangeModel::Column::User, RowToneRole).isValid());
    color("failed", "Violet");
    QCOMPARE(cell(0, ExchangeModel::Column::User, RowToneRole).toInt(), static_cast<int>(Token::Orphan));
    QVERIFY(!cell(3, ExchangeModel::Column::User, RowToneRole).isValid());          // it went well
    QCOMPARE(cell(0, ExchangeModel::Column::Number, Qt::AccessibleTextRole).toString(), QStringLiteral("#: 1, failed"));
    QCOMPARE(cell(0, ExchangeModel::Column::Number, Qt::ToolTipRole).toString(), QStringLiteral("failed"));
    QVERIFY(!chip(QStringLiteral("failed"))->icon().isNull());                  // says which color is which filter
    color("gap>300ms", "Amber");
    m_live->select(1);
    trigger(Do::Mark);
    picture(window(), QStringLiteral("row-colors"));
    window().setPage(MainWindow::Page::Traffic);
    const QAbstractItemModel *traffic = window().traffic().model();
    const auto coloredMessages = [traffic] {
        int colored = 0;
        for (int row = 0; row < traffic->rowCount(); ++row)
            colored += traffic->index(row, 0).data(RowToneRole).isValid() ? 1 : 0;
        return colored;
    };
    QTRY_COMPARE(coloredMessages(), 3);
    window().close();
    m_live->open();                                     // remembered
    window().resize(1600, 900);
    QTRY_COMPARE(m_live->rows(), 4);
    QCOMPARE(cell(0, ExchangeModel::Column::User, RowToneRole).toInt(), static_cast<int>(Token::Orphan));
    color("failed", "None");
    QVERIFY(!cell(0, ExchangeModel::Column::User, RowToneRole).isValid());
}

void TestRowActions::readsAllMessagesOfAnExchange()
{
    m_live->addUser(QStringLiteral("bob"), {5, 5, 5});
    m_live->send(QStringLiteral("bob"), QStringLiteral("hello"));
    m_live->select(3);
    DetailPane &detail = window().detail();
    QTRY_COMPARE(detail.subject().messages.size(), 4u);
    detail.setTab(DetailPane::Tab::Body);
    auto *list = detail.body().findChild<QListWidget *>();
    QCOMPARE(list->count(), 5);
    QCOMPARE(list->item(0)->text(), QStringLiteral("all"));
    QCOMPARE(list->currentRow(), 1);                    // the request comes first, as ever
    QVERIFY2(list->item(2)->text().startsWith(QStringLiteral("reply 1  +0.")), qUtf8Printable(list->item(2)->text()));
    QVERIFY(detail.body().text().contains(QStringLiteral("hello")));
    list->setCurrentRow(0);
    detail.body().setForm(BodyView::Form::Raw);
    const QStringList lines = detail.body().text().trimmed().split(u'\n');
    QCOMPARE(lines.size(), 4);
    QVERIFY2(lines[0].startsWith(QStringLiteral("request")) && lines[0].contains(QStringLiteral("hello")), qUtf8Printable(lines[0]));
    QVERIFY2(lines[3].startsWith(QStringLiteral("reply 3  +0.")) && lines[3].contains(QStringLiteral("token 3")), qUtf8Printable(lines[3]));
    picture(window(), QStringLiteral("all-messages"));
    detail.body().setForm(BodyView::Form::Pretty);
    QVERIFY(detail.body().text().split(u'\n').size() > 12);
    list->setCurrentRow(2);
    detail.body().setForm(BodyView::Form::Raw);
    QVERIFY(detail.body().text().contains(QStringLiteral("token 1")) && !detail.body().text().contains(QStringLiteral("token 2")));
    m_live->select(0);                                  // one message: no list
    QTRY_VERIFY(list->isHidden());
}

void TestRowActions::sumsUpLateReplies()
{
    using namespace std::chrono_literals;
    const TrafficModel traffic;
    DetailPane pane(m_live->theme, traffic);
    const auto late = [&](int replies) {
        auto info = std::make_shared<ExchangeInfo>();
        info->correlation = "c1";
        info->state = ExchangeState::TimedOut;
        info->route.target = "bob";
        info->latency = 30s;
        info->steps = {{StepKind::RequestComplete, {}, 0}, {StepKind::Ended, 30s, 0}};
        for (int i = 0; i < replies; ++i)
            info->steps.push_back({StepKind::LateReply, 31'200ms + i * 10ms, 40});
        info->lateReplies = replies;
        Subject subject;
        subject.exchange = info;
        pane.show(subject);
        static const QRegularExpression tags(QStringLiteral("<[^>]*>"));
        for (const QLabel *label : pane.findChildren<QLabel *>()) {
            if (label->text().contains(QStringLiteral(" late")))
                return label->text().remove(tags);
        }
        return QString();
    };
    QVERIFY2(late(1).endsWith(QStringLiteral("+1.2 s late")), qUtf8Printable(late(1)));
    QVERIFY2(late(3).endsWith(QStringLiteral("+1.2 s late, 2 more behind it")), qUtf8Printable(late(3)));
}

QTEST_MAIN(TestRowActions)
#include "tst_rowactions.moc"
