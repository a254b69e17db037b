// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace trunkline {

/// A hub that says what a test wrote into it. For model tests only: pictures and driven runs use a live hub.
class FakeHubView final : public HubView
{
    Q_OBJECT

public:
    std::shared_ptr<HubSnapshot> state = std::make_shared<HubSnapshot>();
    std::deque<JournalEntry> journal;
    std::deque<std::shared_ptr<const ExchangeInfo>> exchanges;     // by revision
    Link linkState = Link::Live;
    bool readOnly = false;
    mutable quint64 skipped = 0;                // told once

    void addEntry(JournalEntry entry)
    {
        entry.sequence = ++m_sequence;
        journal.push_back(std::move(entry));
    }
    void addExchange(ExchangeInfo exchange)
    {
        exchange.revision = ++m_revision;
        exchanges.push_back(std::make_shared<const ExchangeInfo>(std::move(exchange)));
    }
    void announce() { Q_EMIT updated(); }

    [[nodiscard]] std::shared_ptr<const HubSnapshot> snapshot() const override { return state; }
    [[nodiscard]] JournalPage journalAfter(quint64 sequence, std::size_t max) const override
    {
        JournalPage page;
        page.last = m_sequence;
        page.skipped = std::exchange(skipped, 0);
        for (const JournalEntry &entry : journal) {
            if (entry.sequence > sequence && page.entries.size() < max)
                page.entries.push_back(entry);
        }
        return page;
    }
    [[nodiscard]] ExchangePage exchangesAfter(quint64 revision, std::size_t max) const override
    {
        ExchangePage page;
        page.revision = std::min(revision, m_revision);
        for (const auto &exchange : exchanges) {
            if (exchange->revision > revision && page.exchanges.size() < max) {
                page.exchanges.push_back(exchange);
                page.revision = exchange->revision;
            }
        }
        return page;
    }
    [[nodiscard]] Link link() const override { return linkState; }
    [[nodiscard]] bool isReadOnly() const override { return readOnly; }

private:
    quint64 m_sequence = 0;
    quint64 m_revision = 0;
};

} // namespace trunkline
