// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TrafficModel.h"

#include "ui/models/Ordering.h"
#include "ui/models/Roles.h"

#include <algorithm>
#include <ranges>

namespace trunkline {

namespace {

/// The place of a gap in the store; no entry of a hub looks like it.
constexpr qint64 kGapMark = -1;

bool isGapEntry(const JournalEntry &entry)
{
    return entry.textBytes == kGapMark;
}

} // namespace

TrafficModel::TrafficModel(QObject *parent, std::size_t maxEntries, qint64 maxBytes)
    : QAbstractTableModel(parent), m_store(maxEntries, maxBytes)
{
    connect(&m_runner, &FilterRunner::progressed, this, &TrafficModel::filterProgressed);
    connect(&m_runner, &FilterRunner::finished, this, &TrafficModel::finish);
}

TrafficModel::~TrafficModel() = default;

bool TrafficModel::refresh(const HubView &view, std::size_t most)
{
    JournalPage page = view.journalAfter(m_sequence, most);
    if (page.last < m_sequence) {       // another hub than before, or its journal was emptied
        forget(0);
        page = view.journalAfter(0, most);
    }
    if (!rebase(view))
        return false;
    m_skipped += page.skipped;
    if (m_gapIsOpen && page.skipped > 0)
        m_gaps.rbegin()->second.missed += page.skipped;
    if (page.entries.empty())
        return false;
    m_gapIsOpen = false;
    const bool more = page.entries.size() >= most;
    m_sequence = page.entries.back().sequence;
    if (m_shift.count() != 0) {
        for (JournalEntry &entry : page.entries)
            entry.time.sinceStart += m_shift;
    }
    append(std::move(page.entries));
    trim();
    return more;
}

/// Once a start of the hub, so that a row's time never changes. False while the hub's time is not known.
bool TrafficModel::rebase(const HubView &view)
{
    if (m_epoch.count() != 0 && !m_rebaseDue)
        return true;
    const auto snapshot = view.snapshot();
    const auto epoch = trunkline::wallTime(*snapshot, Clock::Instant{});
    if (m_rebaseDue && snapshot->takenAt.count() == 0)
        return false;
    if (m_rebaseDue)
        m_shift = epoch - m_epoch;
    else
        m_epoch = epoch;
    m_rebaseDue = false;
    return true;
}

void TrafficModel::clear(const HubView &view)
{
    forget(view.journalAfter(m_sequence, 0).last);
}

void TrafficModel::forget(quint64 last)
{
    beginResetModel();
    m_store.clear();
    m_shown.clear();
    m_gaps.clear();
    m_marks.clear();
    m_gapIsOpen = m_rebaseDue = false;
    m_restartedAt = m_store.begin();
    m_sequence = last;
    m_epoch = {};
    m_shift = {};
    endResetModel();
}

void TrafficModel::noteGap(const LinkGap &gap)
{
    if (m_store.size() > 0) {
        JournalEntry place;
        place.sequence = m_sequence;
        place.textBytes = kGapMark;
        place.time.sinceStart = gap.to - m_epoch;
        m_gaps.insert_or_assign(m_store.end(), gap);
        m_gapIsOpen = true;
        ++m_gapsEver;
        append({std::move(place)});
    }
    if (gap.restarted) {
        m_rebaseDue = m_epoch.count() != 0;
        m_restartedAt = m_store.end();
        m_sequence = 0;
    }
}

const LinkGap *TrafficModel::gapOf(int row) const
{
    if (m_gaps.empty())
        return nullptr;
    const auto found = m_gaps.find(position(row));
    return found == m_gaps.end() ? nullptr : &found->second;
}

bool TrafficModel::isSorted() const
{
    return m_order != nullptr;
}

bool TrafficModel::passes(const JournalEntry &entry) const
{
    return !m_filter || isGapEntry(entry) || m_filter(entry);
}

void TrafficModel::append(std::vector<JournalEntry> entries)
{
    if (!isListed()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(entries.size()) - 1);
        for (JournalEntry &entry : entries)
            m_store.append(std::move(entry));
        endInsertRows();
        return;
    }
    std::vector<quint64> passed;
    for (JournalEntry &entry : entries) {
        if (!m_runner.isRunning() && passes(entry))
            passed.push_back(m_store.end());
        m_store.append(std::move(entry));   // while a filter runs, finish() looks at what came meanwhile
    }
    if (passed.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(passed.size()) - 1);
    m_shown.insert(m_shown.end(), passed.begin(), passed.end());
    endInsertRows();
}

void TrafficModel::trim()
{
    const quint64 begin = m_store.begin() + m_store.surplus();
    if (begin == m_store.begin())
        return;
    if (isSorted()) {
        trimSorted(begin);
    } else {
        const auto gone = m_filter ? static_cast<int>(std::lower_bound(m_shown.begin(), m_shown.end(), begin) - m_shown.begin())
                                   : static_cast<int>(begin - m_store.begin());
        if (gone > 0)
            beginRemoveRows({}, 0, gone - 1);
        m_store.trim();
        if (m_filter)
            m_shown.erase(m_shown.begin(), m_shown.begin() + gone);
        if (gone > 0)
            endRemoveRows();
    }
    m_gaps.erase(m_gaps.begin(), m_gaps.lower_bound(begin));
    m_marks.erase(m_marks.begin(), m_marks.lower_bound(begin));
    m_gapIsOpen = m_gapIsOpen && !m_gaps.empty();
}

/// The oldest rows stand anywhere: one reset instead of a removal for each.
void TrafficModel::trimSorted(quint64 begin)
{
    beginResetModel();
    m_store.trim();
    std::erase_if(m_shown, [begin](quint64 at) { return at < begin; });
    endResetModel();
}

void TrafficModel::setFilter(Filter filter)
{
    if (!isListed() && filter)
        listAll();
    if (!filter && !isSorted()) {
        m_runner.cancel();
        beginResetModel();
        m_filter = nullptr;
        m_shown.clear();
        endResetModel();
        Q_EMIT filterFinished();
        return;
    }
    m_filter = std::move(filter);
    run();
}

void TrafficModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0) {
        if (!m_order)
            return;
        m_order.reset();
        if (!m_filter) {
            setFilter(nullptr);
            return;
        }
        beginResetModel();
        std::sort(m_shown.begin(), m_shown.end());
        endResetModel();
        run();
        return;
    }
    if (!isListed())
        listAll();
    m_order = std::make_unique<TrafficOrder>();
    m_order->column = column;
    m_order->direction = order;
    m_order->path = column >= Columns ? m_paths.paths().value(column - Columns) : QString();
    run();
}

/// The rows stay as they are until a run is done.
void TrafficModel::listAll()
{
    m_shown.clear();
    for (quint64 at = m_store.begin(); at < m_store.end(); ++at)
        m_shown.push_back(at);
}

/// Filter and order over a snapshot. Its first chunks may be gone when it is done, and more may have come.
void TrafficModel::run()
{
    const auto seen = std::make_shared<const EntryStore::Snapshot>(m_store.snapshot());
    m_seenBegin = seen->begin();
    m_seenEnd = seen->end();
    FilterRunner::Arrange arrange;
    if (m_order) {
        arrange = [seen, order = *m_order](std::vector<std::size_t> &passed) {
            order.sort(passed, [&seen](std::size_t index) -> const JournalEntry & { return seen->at(index); });
        };
    }
    m_runner.start(seen->size(), [seen, filter = m_filter](std::size_t index) {
        const JournalEntry &entry = seen->at(index);
        return !filter || isGapEntry(entry) || filter(entry);
    }, std::move(arrange));
}

void TrafficModel::setHighlight(Filter highlight)
{
    m_highlight = std::move(highlight);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {HighlightRole});
}

void TrafficModel::setColors(std::vector<RowColors<JournalEntry>::Rule> rules)
{
    m_colors.set(std::move(rules));
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {RowToneRole});
}

void TrafficModel::setTimeReference(std::optional<TimeReference> reference)
{
    m_reference = std::move(reference);
    constexpr int time = static_cast<int>(Column::Time);
    Q_EMIT headerDataChanged(Qt::Horizontal, time, time);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, time), index(rowCount() - 1, time), {Qt::DisplayRole});
}

void TrafficModel::toggleMark(int row)
{
    if (isGap(row))
        return;
    if (m_marks.erase(position(row)) == 0)
        m_marks.insert(position(row));
    Q_EMIT dataChanged(index(row, 0), index(row, 0));
}

void TrafficModel::finish(const std::vector<std::size_t> &passed)
{
    beginResetModel();
    m_shown.clear();
    for (const std::size_t index : passed) {
        if (const quint64 at = m_seenBegin + index; at >= m_store.begin())
            m_shown.push_back(at);
    }
    for (quint64 at = std::max(m_seenEnd, m_store.begin()); at < m_store.end(); ++at) {
        if (passes(m_store.at(at)))
            m_shown.push_back(at);
    }
    endResetModel();
    Q_EMIT filterFinished();
}

int TrafficModel::addPath(const QString &path)
{
    PathColumns more = m_paths;
    if (!more.add(path))
        return -1;
    const int column = columnCount();
    beginInsertColumns({}, column, column);
    m_paths = std::move(more);
    endInsertColumns();
    return column;
}

void TrafficModel::removePath(int column)
{
    if (column < Columns || column >= columnCount())
        return;
    beginRemoveColumns({}, column, column);
    m_paths.removeAt(column - Columns);
    endRemoveColumns();
}

std::vector<JournalEntry> TrafficModel::entriesOf(const QByteArray &correlation) const
{
    std::vector<JournalEntry> found;
    if (correlation.isEmpty())
        return found;
    for (quint64 at = m_store.begin(); at < m_store.end(); ++at) {
        if (m_store.at(at).correlation == correlation)
            found.push_back(m_store.at(at));
    }
    return found;
}

std::vector<JournalEntry> TrafficModel::entriesOf(const QByteArray &correlation, std::chrono::milliseconds from, std::chrono::milliseconds to) const
{
    std::vector<JournalEntry> found;
    const auto all = std::views::iota(m_store.begin(), m_store.end());
    const auto first = std::ranges::partition_point(all, [this, from](quint64 at) { return timeOf(m_store.at(at)) < from; });
    for (quint64 at = *first; at < m_store.end() && timeOf(m_store.at(at)) <= to; ++at) {
        if (m_store.at(at).correlation == correlation && !correlation.isEmpty())
            found.push_back(m_store.at(at));
    }
    return found;
}

std::vector<JournalEntry> TrafficModel::entriesOf(EntryKind kind) const
{
    std::vector<JournalEntry> found;
    for (quint64 at = m_store.begin(); at < m_store.end(); ++at) {
        if (m_store.at(at).kind == kind && !isGapEntry(m_store.at(at)))
            found.push_back(m_store.at(at));
    }
    return found;
}

bool TrafficModel::cameLately(const QByteArray &correlation, EntryKind kind, quint64 most) const
{
    for (quint64 at = std::max(m_store.begin(), m_store.end() - std::min(most, m_store.end())); at < m_store.end(); ++at) {
        if (m_store.at(at).kind == kind && m_store.at(at).correlation == correlation)
            return true;
    }
    return false;
}

std::chrono::milliseconds TrafficModel::timeOf(const JournalEntry &entry) const
{
    return m_epoch + std::chrono::duration_cast<std::chrono::milliseconds>(entry.time.sinceStart);
}

int TrafficModel::rowOf(quint64 sequence) const
{
    const auto isIt = [&](int row) { return position(row) >= m_restartedAt && at(row).sequence == sequence && !isGapEntry(at(row)); };
    if (isSorted()) {
        for (int row = 0; row < rowCount(); ++row) {
            if (isIt(row))
                return row;
        }
        return -1;
    }
    int low = 0;
    int high = rowCount();
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (position(middle) < m_restartedAt || at(middle).sequence < sequence)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rowCount() && isIt(low) ? low : -1;
}

quint64 TrafficModel::position(int row) const
{
    return isListed() ? m_shown[static_cast<std::size_t>(row)] : m_store.begin() + static_cast<quint64>(row);
}

int TrafficModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(isListed() ? m_shown.size() : m_store.size());
}

int TrafficModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns + m_paths.count();
}

} // namespace trunkline
