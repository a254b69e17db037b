// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/models/EntryStore.h"

#include <QAbstractTableModel>

#include <atomic>
#include <functional>

namespace trunkline {

/// The messages that this window knows, in the order of the journal; its own copies. One insertion a refresh(), one removal
/// when a bound is passed. A filter runs on another thread; until it is done the rows stay as they are.
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
    /// Shows only what passes; empty: all. Ends with filterFinished().
    void setFilter(Filter filter);
    /// Marks what passes instead of hiding the rest; empty: nothing.
    void setHighlight(Filter highlight);

    [[nodiscard]] bool isFiltered() const { return static_cast<bool>(m_filter); }
    [[nodiscard]] const JournalEntry &at(int row) const { return m_store.at(position(row)); }
    /// Everything known of one correlation, oldest first.
    [[nodiscard]] std::vector<JournalEntry> entriesOf(const QByteArray &correlation) const;
    [[nodiscard]] int rowOf(quint64 sequence) const;        ///< -1: unknown or filtered out
    /// Since 1970-01-01 UTC.
    [[nodiscard]] std::chrono::milliseconds timeOf(const JournalEntry &entry) const;
    [[nodiscard]] std::size_t total() const { return m_store.size(); }
    [[nodiscard]] qint64 bytes() const { return m_store.bytes(); }
    [[nodiscard]] quint64 skipped() const { return m_skipped; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void filterProgressed(int percent);
    void filterFinished();

private:
    struct Job;
    [[nodiscard]] quint64 position(int row) const;
    void append(std::vector<JournalEntry> entries);
    void trim();
    void finish(const std::shared_ptr<Job> &job);
    [[nodiscard]] QVariant text(const JournalEntry &entry, Column column) const;

    EntryStore m_store;
    Filter m_filter;
    Filter m_highlight;
    std::deque<quint64> m_shown;        // positions, ascending; only with a filter
    std::shared_ptr<Job> m_job;         // the filter that runs
    quint64 m_sequence = 0;
    quint64 m_skipped = 0;
    std::chrono::milliseconds m_epoch{};        // what to add to an entry's instant to get the civil time
};

} // namespace trunkline
