// SPDX-License-Identifier: GPL-3.0-or-later
// What stands between a hub and a window: mailbox and store.
#include "hub/view/ViewStore.h"

#include <QCoreApplication>
#include <QTest>

using namespace trunkline;

namespace {

std::shared_ptr<const JournalBatch> batchOf(quint64 first, quint64 last, qint64 bytesEach = 100)
{
    std::vector<JournalEntry> entries;
    for (quint64 sequence = first; sequence <= last; ++sequence)
        entries.push_back({.sequence = sequence, .text = QByteArray(bytesEach - qint64(sizeof(PackedEntry)), 'x')});
    return packed(entries).front();
}

HubNews journalNews(quint64 first, quint64 last)
{
    HubNews news;
    news.journal.push_back(batchOf(first, last));
    return news;
}

std::shared_ptr<const ExchangeInfo> exchangeOf(quint64 number, quint64 revision, ExchangeState state = ExchangeState::Done)
{
    auto exchange = std::make_shared<ExchangeInfo>();
    exchange->number = number;
    exchange->revision = revision;
    exchange->state = state;
    return exchange;
}

HubNews exchangeNews(std::vector<std::shared_ptr<const ExchangeInfo>> exchanges)
{
    HubNews news;
    news.exchanges = std::move(exchanges);
    return news;
}

std::vector<quint64> numbersOf(const ExchangePage &page)
{
    std::vector<quint64> numbers;
    for (const auto &exchange : page.exchanges)
        numbers.push_back(exchange->number);
    return numbers;
}

} // namespace

class tst_ViewStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void journalPagesGoAcrossBatches();
    void journalCountsHolesAndEvictions();
    void journalBytesAreBounded();
    void recordersReadAllOnceAndHearWhatTheyMissed();
    void clearedEntriesAreNotMissed();
    void restartBeginsAnew();
    void exchangesKeepTheirLatestState();
    void failuresHaveTheirOwnRing();
    void lossesAreToldUntilRead();
    void mailboxTellsOnceAndTakesAll();
    void mailboxIsBounded();
    void mailboxForgetsWhatIsClearedOrClosed();
};

void tst_ViewStore::journalPagesGoAcrossBatches()
{
    ViewStore store({});
    store.add(journalNews(1, 5));
    store.add(journalNews(6, 9));
    const JournalPage page = store.journalAfter(3, 4);
    QCOMPARE(page.entries.size(), 4u);
    QCOMPARE(page.entries.front().sequence, 4u);
    QCOMPARE(page.entries.back().sequence, 7u);
    QCOMPARE(page.skipped, 0u);
    QCOMPARE(page.last, 9u);
    QVERIFY(store.journalAfter(9, 4).entries.empty());
    QVERIFY(store.journalAfter(100, 4).entries.empty());
}

void tst_ViewStore::journalCountsHolesAndEvictions()
{
    ViewStore store({.entries = 10});
    store.add(journalNews(3, 6));
    store.add(journalNews(9, 12));
    QCOMPARE(store.journalAfter(0, 100).skipped, 4u);
    QCOMPARE(store.journalAfter(6, 100).skipped, 2u);
    QCOMPARE(store.journalAfter(0, 2).skipped, 2u);
    store.add(journalNews(13, 16));
    const JournalPage page = store.journalAfter(0, 100);
    QCOMPARE(page.entries.front().sequence, 9u);
    QCOMPARE(page.skipped, 8u);
    store.add(journalNews(17, 100));        // larger than the bound: the newest batch stays whole
    QCOMPARE(store.journalAfter(0, 1000).entries.size(), 84u);
}

void tst_ViewStore::journalBytesAreBounded()
{
    ViewStore store({.bytes = 1000});
    for (quint64 i = 0; i < 20; ++i)
        store.add(journalNews(i * 3 + 1, i * 3 + 3));
    QCOMPARE(store.journalAfter(0, 1000).entries.size(), 9u);
}

void tst_ViewStore::recordersReadAllOnceAndHearWhatTheyMissed()
{
    struct Notes final : JournalSink
    {
        void missed(quint64 count) override { list.push_back(-qint64(count)); }
        void entry(const JournalItem &item) override { list.push_back(qint64(item.sequence)); }
        std::vector<qint64> list;
    };
    const auto readAfter = [](const ViewStore &store, quint64 sequence) {
        Notes notes;
        store.readJournal(sequence, notes);
        return notes.list;
    };
    ViewStore store({.entries = 10});
    store.add(journalNews(3, 4));
    store.add(journalNews(7, 8));
    QCOMPARE(readAfter(store, 0), (std::vector<qint64>{-2, 3, 4, -2, 7, 8}));
    QCOMPARE(readAfter(store, 7), (std::vector<qint64>{8}));
    store.forgetJournal(8);
    QVERIFY(readAfter(store, 0).empty());
    QCOMPARE(store.journalAfter(0, 10).last, 8u);
    for (quint64 i = 5; i < 10; ++i)
        store.add(journalNews(2 * i, 2 * i + 1));       // room again for all ten
    QCOMPARE(readAfter(store, 8), (std::vector<qint64>{-1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
}

void tst_ViewStore::clearedEntriesAreNotMissed()
{
    ViewStore store({});
    store.add(journalNews(1, 5));
    store.add(exchangeNews({exchangeOf(1, 1)}));
    HubNews news = journalNews(6, 7);
    news.cleared = true;
    store.add(std::move(news));
    QCOMPARE(store.journalAfter(0, 10).entries.size(), 2u);
    QCOMPARE(store.journalAfter(0, 10).skipped, 0u);
    QVERIFY(store.exchangesAfter(0, 10).exchanges.empty());
}

void tst_ViewStore::restartBeginsAnew()
{
    ViewStore store({});
    store.add(journalNews(1, 50));
    HubNews news = journalNews(1, 2);
    news.restarted = true;
    store.add(std::move(news));
    QCOMPARE(store.journalAfter(0, 10).entries.size(), 2u);
    QCOMPARE(store.journalAfter(0, 10).last, 2u);
    QVERIFY(store.snapshot());
}

void tst_ViewStore::exchangesKeepTheirLatestState()
{
    ViewStore store({});
    store.add(exchangeNews({exchangeOf(1, 1, ExchangeState::Streaming), exchangeOf(2, 2, ExchangeState::Streaming)}));
    store.add(exchangeNews({exchangeOf(1, 3, ExchangeState::TimedOut)}));
    QVERIFY(numbersOf(store.exchangesAfter(0, 10)) == std::vector<quint64>({2, 1}));
    QVERIFY(numbersOf(store.exchangesAfter(2, 10)) == std::vector<quint64>({1}));
    QVERIFY(numbersOf(store.exchangesAfter(0, 1)) == std::vector<quint64>({2}));
    QCOMPARE(store.exchangesAfter(0, 1).revision, 2u);
    QCOMPARE(store.exchangesAfter(3, 10).revision, 3u);
    QCOMPARE(store.exchangesAfter(0, 10).exchanges.back()->state, ExchangeState::TimedOut);
}

void tst_ViewStore::failuresHaveTheirOwnRing()
{
    ViewStore store({.exchanges = 5, .failed = 2});
    store.add(exchangeNews({exchangeOf(1, 1, ExchangeState::Disconnected)}));
    for (quint64 i = 2; i <= 50; ++i)
        store.add(exchangeNews({exchangeOf(i, i)}));
    QVERIFY(numbersOf(store.exchangesAfter(0, 100)) == std::vector<quint64>({1, 46, 47, 48, 49, 50}));
}

void tst_ViewStore::lossesAreToldUntilRead()
{
    ViewStore store({.exchanges = 5});
    for (quint64 i = 1; i <= 200; ++i)
        store.add(exchangeNews({exchangeOf(i, i)}));
    QCOMPARE(store.exchangesAfter(0, 100).skipped, 195u);
    QCOMPARE(store.exchangesAfter(200, 100).skipped, 0u);
    HubNews news = exchangeNews({exchangeOf(210, 210)});
    news.exchangesSkipped = 9;
    store.add(std::move(news));
    QCOMPARE(store.exchangesAfter(200, 100).skipped, 9u);
    QCOMPARE(store.exchangesAfter(210, 100).skipped, 0u);
}

void tst_ViewStore::mailboxTellsOnceAndTakesAll()
{
    QObject receiver;
    int told = 0;
    HubMailbox box(&receiver, [&told] { ++told; });
    box.put(journalNews(1, 2));
    box.put(journalNews(3, 4));
    HubNews link;
    link.link = HubView::Link::Live;
    box.put(std::move(link));
    QCoreApplication::processEvents();
    QCOMPARE(told, 1);
    const HubNews news = box.take();
    QCOMPARE(news.journal.size(), 2u);
    QCOMPARE(news.link, HubView::Link::Live);
    QVERIFY(!box.take().hasData());
    box.put(journalNews(5, 6));
    QCoreApplication::processEvents();
    QCOMPARE(told, 2);
}

void tst_ViewStore::mailboxIsBounded()
{
    QObject receiver;
    HubMailbox box(&receiver, [] {});
    const quint64 each = 50'000;
    for (quint64 i = 0; i < 10; ++i)
        box.put(journalNews(i * each + 1, (i + 1) * each));
    std::vector<std::shared_ptr<const ExchangeInfo>> many;
    for (quint64 i = 1; i <= HubMailbox::kMaxExchanges + 7; ++i)
        many.push_back(exchangeOf(i, i));
    box.put(exchangeNews(std::move(many)));
    const HubNews news = box.take();
    QCOMPARE(news.journal.size(), 4u);
    QCOMPARE(news.journal.back()->last(), 10 * each);
    QCOMPARE(news.exchanges.size(), HubMailbox::kMaxExchanges);
    QCOMPARE(news.exchangesSkipped, 7u);
    HubNews large;
    large.journal.push_back(batchOf(1, 1, 2 * HubMailbox::kMaxBytes));
    box.put(std::move(large));
    QCOMPARE(box.take().journal.size(), 1u);    // the newest batch stays, however large
}

void tst_ViewStore::mailboxForgetsWhatIsClearedOrClosed()
{
    QObject receiver;
    HubMailbox box(&receiver, [] {});
    box.put(journalNews(1, 2));
    HubNews cleared;
    cleared.cleared = true;
    box.put(std::move(cleared));
    box.put(journalNews(3, 3));
    const HubNews news = box.take();
    QVERIFY(news.cleared);
    QCOMPARE(news.journal.size(), 1u);
    box.close();
    QVERIFY(box.isClosed());
    box.put(journalNews(4, 4));
    QVERIFY(!box.take().hasData());
}

QTEST_GUILESS_MAIN(tst_ViewStore)
#include "tst_viewstore.moc"
