// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TrafficModel.h"

#include "ui/models/Ordering.h"
#include "ui/models/Roles.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>

namespace trunkline {

/// One run of a filter and an order over a snapshot. The worker writes `shown`, then posts; the model reads it afterwards.
struct TrafficModel::Job
{
    Job(Filter run, const TrafficOrder *sortBy, const EntryStore &store)
        : filter(std::move(run)), order(sortBy ? *sortBy : TrafficOrder()), slices(store.snapshot()), end(store.end())
    {
    }
    [[nodiscard]] const JournalEntry &at(quint64 position) const
    {
        auto slice = std::upper_bound(slices.begin(), slices.end(), position, [](quint64 p, const EntryStore::Slice &s) { return p < s.first; });
        --slice;
        return slice->entries[position - slice->first];
    }

    Filter filter;
    TrafficOrder order;
    std::vector<EntryStore::Slice> slices;
    quint64 end;                        // first position that the run did not see
    std::vector<quint64> shown{};
    std::atomic<bool> cancelled{false};
};

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
}

TrafficModel::~TrafficModel()
{
    if (m_job)
        m_job->cancelled = true;
}

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
        if (!m_job && passes(entry))
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
        if (m_job)
            m_job->cancelled = true;
        m_job.reset();
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

void TrafficModel::run()
{
    if (m_job)
        m_job->cancelled = true;
    const auto job = std::make_shared<Job>(m_filter, m_order.get(), m_store);
    m_job = job;
    QThreadPool::globalInstance()->start([job, model = QPointer<TrafficModel>(this)] {
        const auto post = [](auto &&what) { QMetaObject::invokeMethod(qApp, std::forward<decltype(what)>(what), Qt::QueuedConnection); };
        for (std::size_t i = 0; i < job->slices.size() && !job->cancelled; ++i) {
            const EntryStore::Slice &slice = job->slices[i];
            for (std::size_t k = 0; k < slice.count; ++k) {
                if (!job->filter || isGapEntry(slice.entries[k]) || job->filter(slice.entries[k]))
                    job->shown.push_back(slice.first + k);
            }
            if (i % 16 == 15) {
                const int percent = static_cast<int>(100 * i / job->slices.size());
                post([model, job, percent] { if (model && model->m_job == job) Q_EMIT model->filterProgressed(percent); });
            }
        }
        if (job->order.isOn() && !job->cancelled)
            job->order.sort(job->shown, [&job](quint64 position) -> const JournalEntry & { return job->at(position); });
        post([model, job] { if (model) model->finish(job); });
    });
}

void TrafficModel::setHighlight(Filter highlight)
{
    m_highlight = std::move(highlight);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {HighlightRole});
}

void TrafficModel::finish(const std::shared_ptr<Job> &job)
{
    if (m_job != job)
        return;
    m_job.reset();
    beginResetModel();
    m_shown.clear();
    std::copy_if(job->shown.begin(), job->shown.end(), std::back_inserter(m_shown), [this](quint64 at) { return at >= m_store.begin(); });
    for (quint64 at = std::max(job->end, m_store.begin()); at < m_store.end(); ++at) {
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

std::vector<JournalEntry> TrafficModel::entriesOf(EntryKind kind) const
{
    std::vector<JournalEntry> found;
    for (quint64 at = m_store.begin(); at < m_store.end(); ++at) {
        if (m_store.at(at).kind == kind && !isGapEntry(m_store.at(at)))
            found.push_back(m_store.at(at));
    }
    return found;
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
