// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/ViewStore.h"

#include <algorithm>
#include <utility>

namespace trunkline {

namespace {

constexpr std::size_t kMaxLosses = 64;

} // namespace

void ViewStore::add(HubNews news)
{
    if (news.restarted) {
        forgetAll();
        m_clearedSequence = m_lastSequence = m_lastRevision = 0;
        m_snapshot = std::make_shared<const HubSnapshot>();
    } else if (news.cleared) {
        forgetAll();
        m_clearedSequence = m_lastSequence;
    }
    if (news.snapshot)
        m_snapshot = std::move(news.snapshot);
    for (auto &batch : news.journal)
        addBatch(std::move(batch));
    for (auto &exchange : news.exchanges)
        addExchange(std::move(exchange));
    if (news.exchangesSkipped > 0)
        noteLoss(m_lastRevision, news.exchangesSkipped);
}

void ViewStore::forgetAll()
{
    m_batches.clear();
    m_entries = 0;
    m_bytes = 0;
    m_exchanges.clear();
    m_failed.clear();
    m_revisions.clear();
    m_losses.clear();
}

void ViewStore::addBatch(std::shared_ptr<const JournalBatch> batch)
{
    m_entries += batch->size();
    m_bytes += batch->bytes();
    m_lastSequence = batch->last();
    m_batches.push_back(std::move(batch));
    // The newest batch stays, however large.
    while (m_batches.size() > 1 && (m_entries > m_limits.entries || m_bytes > m_limits.bytes))
        dropOldestBatch();
}

void ViewStore::dropOldestBatch()
{
    m_entries -= m_batches.front()->size();
    m_bytes -= m_batches.front()->bytes();
    m_batches.pop_front();
}

std::deque<std::shared_ptr<const JournalBatch>>::const_iterator ViewStore::batchWithAfter(quint64 sequence) const
{
    return std::partition_point(m_batches.begin(), m_batches.end(), [sequence](const auto &one) { return one->last() <= sequence; });
}

JournalPage ViewStore::journalAfter(quint64 sequence, std::size_t max) const
{
    JournalPage page;
    page.last = m_lastSequence;
    quint64 expected = std::max(sequence, m_clearedSequence) + 1;
    for (auto batch = batchWithAfter(sequence); batch != m_batches.end() && page.entries.size() < max; ++batch) {
        if ((*batch)->first() > expected)
            page.skipped += (*batch)->first() - expected;
        expected = (*batch)->last() + 1;
        (*batch)->unpack(page, sequence, max);
    }
    return page;
}

void ViewStore::readJournal(quint64 sequence, JournalSink &sink) const
{
    quint64 expected = std::max(sequence, m_clearedSequence) + 1;
    for (auto batch = batchWithAfter(sequence); batch != m_batches.end(); ++batch) {
        if ((*batch)->first() > expected)
            sink.missed((*batch)->first() - expected);
        expected = (*batch)->last() + 1;
        (*batch)->forEachAfter(sequence, [&sink](const JournalItem &item) {
            sink.entry(item);
            return true;
        });
    }
}

void ViewStore::forgetJournal(quint64 upTo)
{
    while (!m_batches.empty() && m_batches.front()->last() <= upTo)
        dropOldestBatch();
    m_clearedSequence = std::max(m_clearedSequence, upTo);
}

void ViewStore::addExchange(std::shared_ptr<const ExchangeInfo> exchange)
{
    const quint64 revision = exchange->revision;
    const auto [known, fresh] = m_revisions.try_emplace(exchange->number, revision);
    if (!fresh) {
        m_exchanges.erase(known->second);
        m_failed.erase(known->second);
        known->second = revision;
    }
    m_lastRevision = std::max(m_lastRevision, revision);
    Exchanges &home = exchange->isFailed() ? m_failed : m_exchanges;
    home.emplace(revision, std::move(exchange));
    trim(m_exchanges, m_limits.exchanges);
    trim(m_failed, m_limits.failed);
}

void ViewStore::trim(Exchanges &exchanges, std::size_t limit)
{
    while (exchanges.size() > limit) {
        const auto oldest = exchanges.begin();
        noteLoss(oldest->first, 1);
        m_revisions.erase(oldest->second->number);
        exchanges.erase(oldest);
    }
}

void ViewStore::noteLoss(quint64 revision, quint64 count)
{
    if (m_losses.size() >= kMaxLosses) {
        // The two oldest become one: whoever has read that far has missed none of them.
        const Loss first = m_losses.front();
        m_losses.pop_front();
        m_losses.front().count += first.count;
        m_losses.front().revision = std::max(m_losses.front().revision, first.revision);
    }
    m_losses.push_back({revision, count});
}

ExchangePage ViewStore::exchangesAfter(quint64 revision, std::size_t max) const
{
    ExchangePage page;
    page.revision = revision;
    for (const Loss &loss : m_losses) {
        if (loss.revision > revision)
            page.skipped += loss.count;
    }
    auto one = m_exchanges.upper_bound(revision);
    auto failed = m_failed.upper_bound(revision);
    while (page.exchanges.size() < max && (one != m_exchanges.end() || failed != m_failed.end())) {
        const bool takeFailed = one == m_exchanges.end() || (failed != m_failed.end() && failed->first < one->first);
        auto &next = takeFailed ? failed : one;
        page.revision = next->first;
        page.exchanges.push_back(next->second);
        ++next;
    }
    return page;
}

} // namespace trunkline
