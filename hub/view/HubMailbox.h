// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JournalBatch.h"
#include "hub/view/HubView.h"

#include <mutex>
#include <optional>

namespace trunkline {

/// What comes to a window at once.
struct HubNews
{
    bool restarted = false;             ///< everything before this is of another hub: numbers began anew
    bool cleared = false;               ///< the hub's history was emptied before this
    std::shared_ptr<const HubSnapshot> snapshot{};                  ///< null: as before
    std::vector<std::shared_ptr<const JournalBatch>> journal{};     ///< none is empty; what is missing shows in the sequences
    std::vector<std::shared_ptr<const ExchangeInfo>> exchanges{};   ///< in the order of their revisions
    quint64 exchangesSkipped = 0;
    std::optional<HubView::Link> link{};
    std::optional<bool> readOnly{};
    std::optional<QString> linkDetail{};
    std::optional<std::chrono::microseconds> roundTrip{};
    [[nodiscard]] bool hasData() const { return restarted || cleared || snapshot || !journal.empty() || !exchanges.empty(); }
};

/// Which legs a reader of a hub's journal wants. Both, a recorder: from then on the hub also notes what is posted and
/// streamed, and tells it of one snapshot and no exchanges.
enum class Legs { AsIs, Both };

/// Between the thread that has the news and the window's: put() from the one, take() from the other, at most ten times a
/// second each. What a window does not take in time is bounded; the oldest entries fall out and are counted.
class HubMailbox final
{
public:
    static constexpr std::size_t kMaxEntries = 200'000;     ///< journal entries that wait
    static constexpr qint64 kMaxBytes = 64LL * 1024 * 1024;
    static constexpr std::size_t kMaxExchanges = 20'000;

    /// `news` is called on `receiver`'s thread, once for each time the box is no longer empty. Call in that thread.
    HubMailbox(QObject *receiver, std::function<void()> news);

    /// Any thread. Nothing happens when the window is gone.
    void put(HubNews news);
    /// Everything since the last time; the window's thread.
    [[nodiscard]] HubNews take();
    /// The window goes: no call follows. The window's thread.
    void close();
    [[nodiscard]] bool isClosed() const;

private:
    void bound();

    mutable std::mutex m_mutex;
    QObject *m_receiver;
    std::function<void()> m_notify;
    HubNews m_news;
    bool m_announced = false;
};

} // namespace trunkline
