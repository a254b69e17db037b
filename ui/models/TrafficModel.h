// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/models/EntryStore.h"
#include "ui/models/FilterRunner.h"
#include "ui/models/LinkGap.h"
#include "ui/models/PathColumns.h"
#include "ui/models/RowColors.h"
#include "ui/models/TimeReference.h"

#include <QAbstractTableModel>

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace trunkline {

struct TrafficOrder;

/// The messages that this window knows, in the order of the journal; its own copies. One insertion a refresh(), one removal
/// when a bound is passed. A filter and an order are worked out on other threads; until that is done the rows stay as they are.
/// While an order is on, what is new stands behind the sorted rows as it came, so that none of them jumps.
class TrafficModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Number, Time, Direction, Kind, Route, Size, Status, Summary, User, Session, Correlation, Leg };
    static constexpr int Columns = 12;
    static constexpr int FirstHidden = static_cast<int>(Column::User);
    static constexpr std::size_t kMostEntries = 100'000;
    static constexpr qint64 kMostBytes = 256LL * 1024 * 1024;

    /// Called on any thread, several at a time.
    using Filter = std::function<bool(const JournalEntry &)>;

    explicit TrafficModel(QObject *parent = nullptr, std::size_t maxEntries = kMostEntries, qint64 maxBytes = kMostBytes);
    ~TrafficModel() override;

    /// Takes what is new, at most `most` entries; true when there is more.
    bool refresh(const HubView &view, std::size_t most);
    void clear(const HubView &view);
    /// Empties the list and asks on behind sequence `last`; 0: another hub answers now.
    void forget(quint64 last = 0);
    /// As ExchangeModel::noteGap().
    void noteGap(const LinkGap &gap);
    /// A bound that is in force from the next refresh() on.
    void setMaxBytes(qint64 bytes) { m_store.setMaxBytes(bytes); }
    /// What comes from a file is in memory already: all of it stays. Off: the bounds of a hub that goes on.
    void keepAll(bool all)
    {
        m_store.setMaxEntries(all ? std::numeric_limits<std::size_t>::max() : kMostEntries);
        m_store.setMaxBytes(all ? std::numeric_limits<qint64>::max() : kMostBytes);
    }
    /// Shows only what passes; empty: all. Ends with filterFinished().
    void setFilter(Filter filter);
    /// Marks what passes instead of hiding the rest; empty: nothing.
    void setHighlight(Filter highlight);
    /// As those of ExchangeModel; but a message that is marked goes with the others when its time has come.
    void setColors(std::vector<RowColors<JournalEntry>::Rule> rules);
    void setTimeReference(std::optional<TimeReference> reference);
    void toggleMark(int row);
    [[nodiscard]] bool isMarked(int row) const { return !m_marks.empty() && m_marks.contains(position(row)); }
    /// Column -1: as they came. Ends with filterFinished().
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;
    [[nodiscard]] bool isSorted() const;

    /// One more column with what stands at `path` in the payload. Its number, or -1 as PathColumns::add().
    int addPath(const QString &path);
    void removePath(int column);
    [[nodiscard]] const PathColumns &paths() const { return m_paths; }
    [[nodiscard]] bool isGap(int row) const { return gapOf(row) != nullptr; }
    [[nodiscard]] const LinkGap *gapOf(int row) const;

    [[nodiscard]] bool isFiltered() const { return static_cast<bool>(m_filter); }
    [[nodiscard]] const JournalEntry &at(int row) const { return m_store.at(position(row)); }
    /// Everything known of one correlation, oldest first.
    [[nodiscard]] std::vector<JournalEntry> entriesOf(const QByteArray &correlation) const;
    /// The same of a time, since 1970-01-01 UTC: looks only at what came then.
    [[nodiscard]] std::vector<JournalEntry> entriesOf(const QByteArray &correlation, std::chrono::milliseconds from, std::chrono::milliseconds to) const;
    /// Everything known of one kind, oldest first.
    [[nodiscard]] std::vector<JournalEntry> entriesOf(EntryKind kind) const;
    /// Whether one of that kind is among the last `most` that came.
    [[nodiscard]] bool cameLately(const QByteArray &correlation, EntryKind kind, quint64 most) const;
    [[nodiscard]] int rowOf(quint64 sequence) const;        ///< -1: unknown or filtered out
    /// Since 1970-01-01 UTC.
    [[nodiscard]] std::chrono::milliseconds timeOf(const JournalEntry &entry) const;
    [[nodiscard]] std::size_t total() const { return m_store.size(); }
    [[nodiscard]] qint64 bytes() const { return m_store.bytes(); }
    [[nodiscard]] quint64 skipped() const { return m_skipped; }
    [[nodiscard]] quint64 arrived() const { return m_store.end() - m_gapsEver; }    ///< messages that were new to this window, ever

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    /// Qt::EditRole: the name of the column, whatever its heading says at the moment.
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void filterProgressed(int percent);
    void filterFinished();

private:
    void run();
    void listAll();
    [[nodiscard]] bool isListed() const { return m_filter || isSorted(); }
    [[nodiscard]] bool passes(const JournalEntry &entry) const;
    [[nodiscard]] bool rebase(const HubView &view);
    void trimSorted(quint64 begin);
    [[nodiscard]] quint64 position(int row) const;
    void append(std::vector<JournalEntry> entries);
    void trim();
    void finish(const std::vector<std::size_t> &passed);
    [[nodiscard]] QString text(const JournalEntry &entry, Column column) const;
    [[nodiscard]] QString spokenCell(const QModelIndex &index) const;

    EntryStore m_store;
    Filter m_filter;
    Filter m_highlight;
    RowColors<JournalEntry> m_colors;
    std::optional<TimeReference> m_reference;
    std::set<quint64> m_marks;          // positions
    std::unique_ptr<TrafficOrder> m_order;      // null: as they came
    PathColumns m_paths;
    std::deque<quint64> m_shown;        // positions, ascending unless sorted; only with a filter or an order
    FilterRunner m_runner;              // works out the filter and the order
    quint64 m_seenBegin = 0;            // what the present run sees: positions [begin, end)
    quint64 m_seenEnd = 0;
    std::map<quint64, LinkGap> m_gaps;  // by position
    quint64 m_restartedAt = 0;          // position of the first entry of the hub's present start
    bool m_gapIsOpen = false;           // what is missed until the next entry belongs to the last gap
    bool m_rebaseDue = false;           // the hub's clock began anew
    Clock::Duration m_shift{};          // added to the times of new entries, so that all are on the first start's clock
    quint64 m_sequence = 0;
    quint64 m_skipped = 0;
    quint64 m_gapsEver = 0;
    std::chrono::milliseconds m_epoch{};        // what to add to an entry's instant to get the civil time
};

/// The text of one cell of a message that came at that civil time. Any thread.
[[nodiscard]] QString cellOf(const JournalEntry &entry, TrafficModel::Column column, std::chrono::milliseconds at);

} // namespace trunkline
