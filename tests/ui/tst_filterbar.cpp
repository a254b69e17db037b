// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/CompletionList.h"
#include "ui/filter/FilterBar.h"
#include "ui/filter/FilterHelp.h"
#include "ui/models/FilterRunner.h"

#include <QAbstractItemView>
#include <QAction>
#include <QElapsedTimer>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

using namespace trunkline;

class tst_FilterBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void appliesARightFilterAMomentAfterTheLastKey();
    void enterAppliesAtOnce();
    void keepsTheLastRightFilterWhileTheTextIsWrong();
    void mendsWhatWasProbablyMeant();
    void remarksOnFieldsThatTheRowsDoNotHave();
    void completesWithTab();
    void enterTakesOnlyAMarkedSuggestion();
    void offersWhatWasUsedLately();
    void escapeLeaves();
    void addsTerms();
    void chipsSwitchOnAndOff();
    void savesAndRemembers();
    void savedFiltersKeepTheirOrderAndBounds();
    void chipsWithoutRoomAreHidden();
    void highlightsInsteadOfHiding();
    void helpShowsEveryFieldAndItsExamplesWork();
    void isReadableForScreenReaders();
    void runnerFindsInOrderAndReportsProgress();
    void runnerForgetsACancelledRun();
    void runnerMayDieWhileItRuns();
    void filtersAMillionEntries();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<FilterBar> makeBar()
    {
        auto bar = std::make_unique<FilterBar>(*m_theme, *m_settings);
        bar->resize(1400, 40);
        bar->show();
        bar->field().setFocus();
        return bar;
    }
};

void tst_FilterBar::init()
{
    m_theme = std::make_unique<Theme>();
    m_settings.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath(QStringLiteral("ui.ini")), QSettings::IniFormat);
}

void tst_FilterBar::appliesARightFilterAMomentAfterTheLastKey()
{
    const auto bar = makeBar();
    QSignalSpy changed(bar.get(), &FilterBar::filterChanged);
    QTest::keyClicks(&bar->field(), QStringLiteral("user:bob"));
    QCOMPARE(changed.count(), 0);
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(bar->filter().text(), QStringLiteral("user:bob"));
    QTest::keyClicks(&bar->field(), QStringLiteral(" "));       // means the same
    QTest::keyClick(&bar->field(), Qt::Key_Return);
    QCOMPARE(changed.count(), 1);
}

void tst_FilterBar::enterAppliesAtOnce()
{
    const auto bar = makeBar();
    QTest::keyClicks(&bar->field(), QStringLiteral("hello"));
    QTest::keyClick(&bar->field(), Qt::Key_Return);
    QCOMPARE(bar->filter().text(), QStringLiteral("hello"));
}

void tst_FilterBar::keepsTheLastRightFilterWhileTheTextIsWrong()
{
    const auto bar = makeBar();
    bar->setText(QStringLiteral("user:bob"));
    QSignalSpy changed(bar.get(), &FilterBar::filterChanged);
    bar->setText(QStringLiteral("user:bob kind:replay"));
    QCOMPARE(changed.count(), 0);
    QCOMPARE(bar->filter().text(), QStringLiteral("user:bob"));
    QVERIFY(bar->field().error());
    QVERIFY(bar->field().remark().contains(QStringLiteral("replay")));
    QCOMPARE(bar->field().accessibleDescription(), bar->field().remark());
    QVERIFY(!bar->grab().isNull());
    bar->setText({});
    QCOMPARE(changed.count(), 1);
    QVERIFY(bar->filter().passesAll() && bar->field().remark().isEmpty());
}

void tst_FilterBar::mendsWhatWasProbablyMeant()
{
    const auto bar = makeBar();
    bar->setText(QStringLiteral("gap>300 usr:bob"));
    QTest::keyClick(&bar->field(), Qt::Key_Period, Qt::ControlModifier);
    QCOMPARE(bar->field().text(), QStringLiteral("gap>300ms usr:bob"));
    QTest::keyClick(&bar->field(), Qt::Key_Period, Qt::ControlModifier);
    QCOMPARE(bar->filter().text(), QStringLiteral("gap>300ms user:bob"));
}

void tst_FilterBar::remarksOnFieldsThatTheRowsDoNotHave()
{
    const auto bar = makeBar();
    bar->setText(QStringLiteral("gap>1s"));
    QVERIFY(bar->field().remark().isEmpty());
    bar->field().setRecord(filter::Record::Entry);
    QVERIFY(bar->field().remark().contains(QStringLiteral("gap")));
    QVERIFY(!bar->field().error());
}

void tst_FilterBar::completesWithTab()
{
    const auto bar = makeBar();
    FilterField &field = bar->field();
    field.setKnownValues(filter::Field::User, {QStringLiteral("alice"), QStringLiteral("bob")});
    QTest::keyClicks(&field, QStringLiteral("us"));
    QVERIFY(field.completions().isShown());
    QTest::keyClick(&field, Qt::Key_Tab);
    QCOMPARE(field.text(), QStringLiteral("user:"));
    QVERIFY(field.completions().isShown());         // the users now
    QTest::keyClicks(&field, QStringLiteral("b"));
    QTest::keyClick(&field, Qt::Key_Tab);
    QCOMPARE(field.text(), QStringLiteral("user:bob"));
    QCOMPARE(bar->focusWidget(), &field);
    QTRY_COMPARE(bar->filter().text(), QStringLiteral("user:bob"));
}

void tst_FilterBar::enterTakesOnlyAMarkedSuggestion()
{
    const auto bar = makeBar();
    FilterField &field = bar->field();
    QTest::keyClicks(&field, QStringLiteral("late"));
    QVERIFY(field.completions().isShown());
    QTest::keyClick(&field, Qt::Key_Return);
    QCOMPARE(field.text(), QStringLiteral("late"));
    QVERIFY(!field.completions().isShown());
    field.showCompletions();
    field.completions().popup()->setCurrentIndex(field.completions().popup()->model()->index(0, 0));
    QTest::keyClick(&field, Qt::Key_Return);
    QCOMPARE(field.text(), QStringLiteral("late>"));
}

void tst_FilterBar::offersWhatWasUsedLately()
{
    const auto bar = makeBar();
    bar->setText(QStringLiteral("user:alice"));
    bar->setText(QStringLiteral("state:failed"));
    bar->setText({});
    QTest::keyClick(&bar->field(), Qt::Key_Down);
    QVERIFY(bar->field().completions().isShown());
    QTest::keyClick(&bar->field(), Qt::Key_Tab);
    QCOMPARE(bar->field().text(), QStringLiteral("state:failed"));
}

void tst_FilterBar::escapeLeaves()
{
    const auto bar = makeBar();
    QSignalSpy left(bar.get(), &FilterBar::left);
    QTest::keyClicks(&bar->field(), QStringLiteral("us"));
    QTest::keyClick(&bar->field(), Qt::Key_Escape);
    QVERIFY(!bar->field().completions().isShown());
    QCOMPARE(left.count(), 0);
    QTest::keyClick(&bar->field(), Qt::Key_Escape);
    QCOMPARE(left.count(), 1);
}

void tst_FilterBar::addsTerms()
{
    const auto bar = makeBar();
    bar->addTerm(QStringLiteral("user:bob"));
    bar->addTerm(QStringLiteral("user:bob"));
    QCOMPARE(bar->filter().text(), QStringLiteral("user:bob"));
    bar->addTerm(QStringLiteral("kind:reply"));
    QCOMPARE(bar->filter().text(), QStringLiteral("user:bob kind:reply"));
    bar->setText(QStringLiteral("user:bob or user:alice"));
    bar->addTerm(QStringLiteral("late>0"));
    QCOMPARE(bar->filter().text(), QStringLiteral("(user:bob or user:alice) late>0"));
    bar->startTyping(QStringLiteral("x"));
    QCOMPARE(bar->filter().text(), QStringLiteral("x"));
}

void tst_FilterBar::chipsSwitchOnAndOff()
{
    const auto bar = makeBar();
    const auto chips = bar->findChildren<QPushButton *>(QStringLiteral("chip"));
    const auto failed = std::find_if(chips.begin(), chips.end(), [](QPushButton *chip) { return chip->text() == QStringLiteral("failed"); });
    QVERIFY(failed != chips.end());
    QTest::mouseClick(*failed, Qt::LeftButton);
    QCOMPARE(bar->filter().text(), QStringLiteral("state:failed"));
    QVERIFY((*failed)->isChecked());
    QTest::mouseClick(*failed, Qt::LeftButton);
    QVERIFY(bar->filter().passesAll() && !(*failed)->isChecked());
}

void tst_FilterBar::savesAndRemembers()
{
    {
        const auto bar = makeBar();
        QVERIFY(!bar->saveAction()->isEnabled());
        bar->setText(QStringLiteral("data.order.id:42"));
        QVERIFY(bar->saveAction()->isEnabled());
        bar->saveAction()->trigger();
        QVERIFY(!bar->saveAction()->isEnabled());
        bar->highlightAction()->trigger();
    }
    const auto bar = makeBar();
    QCOMPARE(bar->saved().all().back().text, QStringLiteral("data.order.id:42"));
    QCOMPARE(bar->saved().all().size(), std::size_t(4));
    QVERIFY(bar->isHighlighting());
}

void tst_FilterBar::savedFiltersKeepTheirOrderAndBounds()
{
    SavedFilters saved(*m_settings);
    saved.moveBy(QStringLiteral("@mentions"), -1);
    saved.rename(QStringLiteral("failed"), QStringLiteral("@mentions"));    // taken
    saved.rename(QStringLiteral("failed"), QStringLiteral("broken"));
    saved.remove(QStringLiteral("gap>300ms"));
    QVERIFY(!saved.save({}, QStringLiteral("x")));
    const SavedFilters again(*m_settings);
    QCOMPARE(again.all().size(), std::size_t(2));
    QCOMPARE(again.all()[0].name, QStringLiteral("broken"));
    QCOMPARE(again.all()[1].name, QStringLiteral("@mentions"));
    for (int i = 0; i < 40; ++i) {
        QCOMPARE(saved.save(QString::number(i), QStringLiteral("x")), i < 30);
        saved.noteUsed(QString::number(i));
    }
    QCOMPARE(saved.all().size(), SavedFilters::kMostSaved);
    QCOMPARE(saved.recent().size(), SavedFilters::kMostRecent);
    QCOMPARE(saved.recent().front(), QStringLiteral("39"));
}

void tst_FilterBar::chipsWithoutRoomAreHidden()
{
    const auto bar = makeBar();
    const auto count = [&bar] {
        int shown = 0;
        for (const QPushButton *chip : bar->findChildren<QPushButton *>(QStringLiteral("chip")))
            shown += chip->isVisible() ? 1 : 0;
        return shown;
    };
    QCOMPARE(count(), 3);
    bar->resize(360, 40);
    QTRY_VERIFY(count() < 3);
    QVERIFY(bar->field().width() >= 150);
    bar->resize(1400, 40);
    QTRY_COMPARE(count(), 3);
}

void tst_FilterBar::highlightsInsteadOfHiding()
{
    const auto bar = makeBar();
    QSignalSpy changed(bar.get(), &FilterBar::highlightingChanged);
    bar->highlightAction()->trigger();
    QVERIFY(bar->isHighlighting());
    const auto chips = bar->findChildren<QPushButton *>(QStringLiteral("chip"));
    QTest::mouseClick(chips.front(), Qt::LeftButton);       // "highlighting" switches itself off
    QVERIFY(!bar->isHighlighting() && chips.front()->isHidden());
    QCOMPARE(changed.count(), 2);
}

void tst_FilterBar::helpShowsEveryFieldAndItsExamplesWork()
{
    const auto bar = makeBar();
    bar->helpAction()->trigger();
    auto *help = bar->findChild<FilterHelp *>();
    QVERIFY(help && help->isVisible());
    for (const filter::FieldInfo &field : filter::fields())
        QVERIFY2(help->text().contains(QString::fromUtf8(field.example)), field.name);
    help->findChild<QTextBrowser *>()->anchorClicked(QUrl(QStringLiteral("f:user~%5E%28bob%7Calice%29%24")));
    QCOMPARE(bar->filter().text(), QStringLiteral("user~^(bob|alice)$"));
    QVERIFY(help->isHidden());
}

void tst_FilterBar::isReadableForScreenReaders()
{
    const auto bar = makeBar();
    QVERIFY(!bar->field().accessibleName().isEmpty());
    for (const QAbstractButton *button : bar->findChildren<QAbstractButton *>())
        QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(), qPrintable(button->objectName()));
}

void tst_FilterBar::runnerFindsInOrderAndReportsProgress()
{
    FilterRunner runner;
    QSignalSpy progressed(&runner, &FilterRunner::progressed);
    std::vector<std::size_t> found;
    int ends = 0;
    connect(&runner, &FilterRunner::finished, this, [&](const std::vector<std::size_t> &passed) {
        found = passed;
        ++ends;
    });
    runner.start(100000, [](std::size_t index) { return index % 7 == 0; });
    QVERIFY(runner.isRunning());
    QTRY_COMPARE(ends, 1);
    QVERIFY(!runner.isRunning());
    QCOMPARE(found.size(), std::size_t(14286));
    QVERIFY(std::is_sorted(found.begin(), found.end()) && found.back() == 99995);
    QVERIFY(progressed.count() > 0 && progressed.count() <= 100);
    runner.start(0, [](std::size_t) { return true; });
    QTRY_COMPARE(ends, 2);
    QVERIFY(found.empty());
}

void tst_FilterBar::runnerForgetsACancelledRun()
{
    FilterRunner runner;
    std::vector<std::size_t> found;
    connect(&runner, &FilterRunner::finished, this, [&](const std::vector<std::size_t> &passed) { found = passed; });
    const auto kept = std::make_shared<int>(1);
    runner.start(10000000, [kept](std::size_t) { return true; });
    runner.start(10, [](std::size_t index) { return index == 3; });
    QTRY_COMPARE(found, std::vector<std::size_t>{3});
    QTRY_COMPARE(kept.use_count(), 1L);         // the old run let go of what it looked at
    QTest::qWait(20);
    QCOMPARE(found, std::vector<std::size_t>{3});
    runner.start(10000000, [](std::size_t) { return true; });
    runner.cancel();
    QVERIFY(!runner.isRunning());
}

void tst_FilterBar::runnerMayDieWhileItRuns()
{
    const auto kept = std::make_shared<int>(1);
    {
        FilterRunner runner;
        runner.start(50000000, [kept](std::size_t) { return true; });
    }
    QTRY_COMPARE(kept.use_count(), 1L);
}

/// All of them are looked at. The promise of a second is measured by tests/bench/window.sh; how long it took here is only printed.
void tst_FilterBar::filtersAMillionEntries()
{
    constexpr std::size_t count = 1000000;
    const auto entries = std::make_shared<std::vector<JournalEntry>>();
    entries->reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        JournalEntry entry;
        entry.sequence = i + 1;
        entry.user = "user-" + QByteArray::number(qulonglong(i % 1000));
        entry.correlation = "req_" + QByteArray::number(qulonglong(i));
        entry.text = R"({"message":"order )" + QByteArray::number(qulonglong(i)) + R"( confirm","order":{"id":)"
            + QByteArray::number(qulonglong(i)) + R"(,"lines":[1,2,3,4]},"user_id":"bob"})";
        entry.textBytes = entry.text.size();
        entries->push_back(std::move(entry));
    }
    for (const char *text : {"user:user-7", "\"order 999999 \"", "data.order.id:42", "text~confirm.*99999\\b", "user:user-7 text:confirm or size>1k"}) {
        const auto filter = Filter::parse(QString::fromUtf8(text));
        QVERIFY(filter);
        FilterRunner runner;
        std::size_t found = 0;
        bool done = false;
        connect(&runner, &FilterRunner::finished, this, [&](const std::vector<std::size_t> &passed) {
            found = passed.size();
            done = true;
        });
        QElapsedTimer timer;
        timer.start();
        runner.start(count, [entries, wanted = *filter](std::size_t index) { return wanted.matches((*entries)[index]); });
        QTRY_VERIFY_WITH_TIMEOUT(done, 60000);
        qInfo("%s: %lld ms for a million, %zu found", text, static_cast<long long>(timer.elapsed()), found);
        QVERIFY(found > 0);
    }
}

QTEST_MAIN(tst_FilterBar)
#include "tst_filterbar.moc"
