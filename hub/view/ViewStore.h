// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubMailbox.h"

#include <deque>
#include <map>
#include <unordered_map>

namespace trunkline {

/// Takes a journal in its order.
class JournalSink
{
public:
    virtual ~JournalSink() = default;
    virtual void missed(quint64 count) = 0;             ///< so many fell out before they could be read
    virtual void entry(const JournalItem &item) = 0;    ///< its views hold until the call returns
};

/// The window's own copy of what came from a hub: bounded, and readable while the hub is lost. Batches are shared with the
/// other windows of the process. Plain class; the window's thread.
class ViewStore
{
public:
    struct Limits
    {
        std::size_t entries = 100'000;
        qint64 bytes = 256LL * 1024 * 1024;
        std::size_t exchanges = 12'000;     ///< open and finished ones
        std::size_t failed = 1'000;
    };
    explicit ViewStore(const Limits &limits) : m_limits(limits) { }

    void add(HubNews news);

    /// Never null.
    [[nodiscard]] const std::shared_ptr<const HubSnapshot> &snapshot() const { return m_snapshot; }
    [[nodiscard]] JournalPage journalAfter(quint64 sequence, std::size_t max) const;
    void readJournal(quint64 sequence, JournalSink &sink) const;
    void forgetJournal(quint64 upTo);
    [[nodiscard]] ExchangePage exchangesAfter(quint64 revision, std::size_t max) const;
    [[nodiscard]] quint64 lastSequence() const { return m_lastSequence; }

private:
    using Exchanges = std::map<quint64, std::shared_ptr<const ExchangeInfo>>;   ///< by revision
    struct Loss
    {
        quint64 revision = 0;       ///< the newest that may be among the lost
        quint64 count = 0;
    };
    void forgetAll();
    void addBatch(std::shared_ptr<const JournalBatch> batch);
    void addExchange(std::shared_ptr<const ExchangeInfo> exchange);
    [[nodiscard]] std::deque<std::shared_ptr<const JournalBatch>>::const_iterator batchWithAfter(quint64 sequence) const;
    void dropOldestBatch();
    void trim(Exchanges &exchanges, std::size_t limit);
    void noteLoss(quint64 revision, quint64 count);

    const Limits m_limits;
    std::shared_ptr<const HubSnapshot> m_snapshot = std::make_shared<const HubSnapshot>();
    std::deque<std::shared_ptr<const JournalBatch>> m_batches;
    std::size_t m_entries = 0;
    qint64 m_bytes = 0;
    quint64 m_lastSequence = 0;
    quint64 m_clearedSequence = 0;      ///< up to here entries were emptied on purpose: not missed
    Exchanges m_exchanges;
    Exchanges m_failed;
    std::unordered_map<quint64, quint64> m_revisions;   ///< of each number that is kept
    std::deque<Loss> m_losses;
    quint64 m_lastRevision = 0;
};

} // namespace trunkline
