// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DetailPane.h"
#include "ui/detail/DiffView.h"
#include "ui/detail/FactsView.h"
#include "ui/detail/LineDiff.h"
#include "ui/detail/PayloadText.h"
#include "ui/metrics/LineChart.h"

#include <QComboBox>
#include <QGraphicsView>
#include <QLabel>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QToolTip>
#include <QTreeWidget>

using namespace trunkline;
using Mark = DiffLine::Mark;

/// What the lower half says of the selected row, form by form; and what a chart says where the mouse is.
class TestDetail : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_live = std::make_unique<LiveWindow>(); }
    void cleanup() { m_live.reset(); }
    void showsAPayloadInEachForm();
    void keepsDigitsAndOrderWhenPretty();
    void writesHexWithItsText();
    void comparesTwoRows();
    void comparesTwoRepliesOfOne();
    void findsTheShortestWay();
    void saysWhyItDidNotArrive();
    void saysWhomAMentionReached();
    void chartSaysTheValuesUnderTheMouse();

private:
    DetailPane &detail() { return m_live->window->detail(); }
    [[nodiscard]] QString route(const QString &fact)
    {
        const auto *view = detail().findChild<RouteView *>();
        for (int i = 0; i < view->topLevelItemCount(); ++i) {
            if (view->topLevelItem(i)->text(0) == fact)
                return view->topLevelItem(i)->text(1);
        }
        return {};
    }

    std::unique_ptr<LiveWindow> m_live;
};

void TestDetail::showsAPayloadInEachForm()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("hello"));
    m_live->select(0);
    detail().setTab(DetailPane::Tab::Body);
    BodyView &body = detail().body();
    body.setForm(BodyView::Form::Tree);
    auto *tree = body.findChild<QTreeWidget *>();
    QVERIFY(tree->isVisible());
    const auto found = tree->findItems(QStringLiteral("message"), Qt::MatchExactly | Qt::MatchRecursive, 0);
    QCOMPARE(found.size(), 1);
    QCOMPARE(found.first()->text(1), QStringLiteral("hello"));
    auto *text = body.findChild<QPlainTextEdit *>();
    body.setForm(BodyView::Form::Pretty);
    QVERIFY(text->isVisible() && !tree->isVisible());
    QVERIFY2(text->toPlainText().contains(QStringLiteral("\n  \"message\": \"hello\"")), qUtf8Printable(text->toPlainText()));
    body.setForm(BodyView::Form::Raw);
    QVERIFY(text->toPlainText().contains(QStringLiteral(R"("message":"hello")")) && !text->toPlainText().contains(u'\n'));
    body.setForm(BodyView::Form::Hex);
    QVERIFY2(text->toPlainText().startsWith(QStringLiteral("00000000  7b 22")), qUtf8Printable(text->toPlainText().left(80)));
}

void TestDetail::keepsDigitsAndOrderWhenPretty()
{
    QCOMPARE(payloadtext::pretty(R"({"b":12345678901234567890123,"a":[1.50,{}]})"),
             QStringLiteral("{\n  \"b\": 12345678901234567890123,\n  \"a\": [\n    1.50,\n    {}\n  ]\n}"));
    for (const char *text : {"no JSON", "[note] to whom it may concern", "true story", ""})
        QCOMPARE(payloadtext::pretty(text), QString::fromLatin1(text));
    const auto nodes = payloadtext::nodes(R"({"order":{"ids":[7]}})");
    QCOMPARE(nodes.constLast().path, QStringLiteral("order.ids[0]"));
    QCOMPARE(nodes.constLast().value, QStringLiteral("7"));
}

void TestDetail::writesHexWithItsText()
{
    const QString hex = payloadtext::hex(QByteArray("Trunkline\n\xff", 11));
    QVERIFY2(hex.contains(QStringLiteral("54 72 75 6e 6b 6c 69 6e 65 0a ff")) || hex.contains(QStringLiteral("54 72 75 6e 6b 6c 69 6e  65 0a ff")), qUtf8Printable(hex));
    QVERIFY2(hex.contains(QStringLiteral("Trunkline") + QString(2, QChar(0xb7))), qUtf8Printable(hex));
}

void TestDetail::comparesTwoRows()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("first"));
    m_live->send(QStringLiteral("nobody"), QStringLiteral("second"));
    LiveTable &table = m_live->window->exchanges();
    m_live->select(0);
    table.selectionModel()->setCurrentIndex(table.model()->index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QCOMPARE(table.selectionModel()->selectedRows().size(), 2);
    detail().setTab(DetailPane::Tab::Diff);
    const auto *diff = detail().findChild<DiffView *>();
    QVERIFY(diff->isVisible());
    const QString text = diff->findChild<QPlainTextEdit *>()->toPlainText();
    QVERIFY2(text.contains(QStringLiteral("-   \"message\": \"second\"")) && text.contains(QStringLiteral("+   \"message\": \"first\"")), qUtf8Printable(text));
    QVERIFY(text.contains(QStringLiteral("    \"user_id\": \"nobody\"")));         // the same in both
}

void TestDetail::comparesTwoRepliesOfOne()
{
    m_live->addUser(QStringLiteral("bob"), {5, 5});
    m_live->send(QStringLiteral("bob"), QStringLiteral("hello"));
    m_live->select(0);
    QTRY_COMPARE(detail().subject().messages.size(), 3u);
    detail().setTab(DetailPane::Tab::Diff);
    const auto *diff = detail().findChild<DiffView *>();
    const auto boxes = diff->findChildren<QComboBox *>();
    QCOMPARE(boxes.size(), 2);
    QCOMPARE(boxes[0]->currentText(), QStringLiteral("reply 1"));
    QCOMPARE(boxes[1]->currentText(), QStringLiteral("reply 2"));
    QVERIFY(diff->findChild<QPlainTextEdit *>()->toPlainText().contains(QStringLiteral("+   \"text\": \"token 2\"")));
    boxes[0]->setCurrentIndex(2);           // with itself
    QVERIFY(!diff->findChild<QPlainTextEdit *>()->toPlainText().contains(QStringLiteral("\n+ ")));
}

void TestDetail::findsTheShortestWay()
{
    const auto lines = [](const char *text) { return QString::fromLatin1(text).split(u' '); };
    QCOMPARE(diffLines(lines("a b c d"), lines("a c d e")),
             (QList<DiffLine>{{Mark::Same, QStringLiteral("a")}, {Mark::Removed, QStringLiteral("b")}, {Mark::Same, QStringLiteral("c")},
                              {Mark::Same, QStringLiteral("d")}, {Mark::Added, QStringLiteral("e")}}));
    for (const DiffLine &line : diffLines(lines("x y"), lines("x y")))
        QCOMPARE(line.mark, Mark::Same);
}

void TestDetail::saysWhyItDidNotArrive()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("hello"));
    m_live->select(0);
    detail().setTab(DetailPane::Tab::Route);
    QCOMPARE(route(QStringLiteral("Rule")), QStringLiteral("To the user that the sender named: nobody."));
    QCOMPARE(route(QStringLiteral("User looked up")), QStringLiteral("nobody"));
    QCOMPARE(route(QStringLiteral("Sessions found")), QStringLiteral("None: nobody is connected as nobody."));
    QCOMPARE(route(QStringLiteral("Sender got")), QStringLiteral("The error \"User not connected\"."));
}

void TestDetail::saysWhomAMentionReached()
{
    m_live->addUser(QStringLiteral("ci_bot"), {5});
    m_live->send(QStringLiteral("frank"), QStringLiteral("run it @ci_bot"));
    m_live->select(0);
    QTRY_COMPARE(detail().subject().exchange->state, ExchangeState::Done);
    detail().setTab(DetailPane::Tab::Route);
    QVERIFY2(route(QStringLiteral("Mention")).contains(QStringLiteral("ci_bot")), qUtf8Printable(route(QStringLiteral("Mention"))));
    QCOMPARE(route(QStringLiteral("User looked up")), QStringLiteral("ci_bot"));
    QVERIFY(!route(QStringLiteral("Sessions found")).startsWith(QStringLiteral("None")));
}

void TestDetail::chartSaysTheValuesUnderTheMouse()
{
    Theme theme;
    LineChart chart(theme, QStringLiteral("Messages"), QStringLiteral(" ms"), {{QStringLiteral("in"), Token::Upstream}, {QStringLiteral("out"), Token::Hub}});
    chart.resize(600, 300);
    chart.show({{{-40, 7}, {-20, 8}, {0, 9}}, {{-40, 1}, {-20, 2}, {0, 3}}}, 60);
    static_cast<QWidget &>(chart).show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QWidget *plot = chart.findChild<QGraphicsView *>()->viewport();
    const auto point = [plot](const QPoint &at) {
        QMouseEvent move(QEvent::MouseMove, at, plot->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(plot, &move);
    };
    point({plot->width() - 30, plot->height() / 2});
    QTRY_VERIFY2(QToolTip::text().contains(QStringLiteral("in: 9.0 ms")) && QToolTip::text().contains(QStringLiteral("out: 3.0 ms")), qUtf8Printable(QToolTip::text()));
    point({plot->width() * 65 / 100, plot->height() / 3});
    QTRY_VERIFY2(QToolTip::text().contains(QStringLiteral("in: 8.0 ms")), qUtf8Printable(QToolTip::text()));
}

QTEST_MAIN(TestDetail)
#include "tst_detail.moc"
