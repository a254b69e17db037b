// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/HubMailbox.h"

#include "hub/core/HandOver.h"

#include <iterator>
#include <utility>

namespace trunkline {

namespace {

template <typename T>
void append(std::vector<T> &to, std::vector<T> &&from)
{
    if (to.empty())
        to = std::move(from);
    else
        to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void merge(HubNews &old, HubNews &&fresh)
{
    if (fresh.restarted || fresh.cleared) {
        // Nobody needs what was before; the link's state stays.
        old.journal.clear();
        old.exchanges.clear();
        old.exchangesSkipped = 0;
        old.restarted = old.restarted || fresh.restarted;
        old.cleared = old.cleared || fresh.cleared;
    }
    if (fresh.restarted)
        old.snapshot.reset();
    if (fresh.snapshot)
        old.snapshot = std::move(fresh.snapshot);
    append(old.journal, std::move(fresh.journal));
    append(old.exchanges, std::move(fresh.exchanges));
    old.exchangesSkipped += fresh.exchangesSkipped;
    if (fresh.link)
        old.link = fresh.link;
    if (fresh.readOnly)
        old.readOnly = fresh.readOnly;
    if (fresh.linkDetail)
        old.linkDetail = std::move(fresh.linkDetail);
    if (fresh.roundTrip)
        old.roundTrip = fresh.roundTrip;
}

} // namespace

HubMailbox::HubMailbox(QObject *receiver, std::function<void()> news) : m_receiver(receiver), m_notify(std::move(news)) { }

void HubMailbox::put(HubNews news)
{
    const std::lock_guard lock(m_mutex);
    if (!m_receiver)
        return;
    merge(m_news, std::move(news));
    bound();
    if (!std::exchange(m_announced, true))
        callLater(m_receiver, m_notify);
}

void HubMailbox::bound()
{
    std::size_t entries = 0;
    qint64 bytes = 0;
    auto keep = m_news.journal.end();
    while (keep != m_news.journal.begin()) {
        const JournalBatch &batch = **std::prev(keep);
        entries += batch.size();
        bytes += batch.bytes();
        // The newest batch stays, however large.
        if ((entries > kMaxEntries || bytes > kMaxBytes) && keep != m_news.journal.end())
            break;
        --keep;
    }
    m_news.journal.erase(m_news.journal.begin(), keep);
    if (m_news.exchanges.size() > kMaxExchanges) {
        const std::size_t surplus = m_news.exchanges.size() - kMaxExchanges;
        m_news.exchangesSkipped += surplus;
        m_news.exchanges.erase(m_news.exchanges.begin(), m_news.exchanges.begin() + std::ptrdiff_t(surplus));
    }
}

HubNews HubMailbox::take()
{
    const std::lock_guard lock(m_mutex);
    m_announced = false;
    return std::exchange(m_news, {});
}

void HubMailbox::close()
{
    const std::lock_guard lock(m_mutex);
    m_receiver = nullptr;
    m_news = {};
}

bool HubMailbox::isClosed() const
{
    const std::lock_guard lock(m_mutex);
    return !m_receiver;
}

} // namespace trunkline
