// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ExchangeModel.h"

#include "ui/models/Roles.h"

#include <algorithm>

namespace trunkline {

namespace {

bool byNumber(const ExchangePtr &exchange, quint64 number)
{
    return exchange->number < number;
}

} // namespace

bool ExchangeModel::refresh(const HubView &view, std::size_t most)
{
    ExchangePage page = view.exchangesAfter(m_revision, most);
    if (page.revision < m_revision) {   // another hub than before
        forget();
        page = view.exchangesAfter(0, most);
    }
    m_skipped += page.skipped;
    m_revision = page.revision;
    const bool more = page.exchanges.size() >= most;
    if (m_openGap && page.skipped > 0)
        m_gaps[m_openGap.get()].missed += page.skipped;
    if (!page.exchanges.empty()) {
        m_openGap.reset();
        take(std::move(page.exchanges));
    }
    return more;
}

void ExchangeModel::forget()
{
    beginResetModel();
    m_rows.clear();
    m_gaps.clear();
    m_openGap.reset();
    m_failed = 0;
    m_earlier = 0;
    m_revision = 0;
    m_clearedTo = 0;
    m_running.clear();
    m_marks.clear();
    endResetModel();
}

void ExchangeModel::noteGap(const LinkGap &gap)
{
    if (gap.restarted) {
        m_revision = 0;
        m_clearedTo = 0;
        m_running.clear();
    }
    if (!m_rows.empty()) {
        auto row = std::make_shared<ExchangeInfo>();
        row->number = m_rows.back()->number;    // behind the row of that number
        row->state = ExchangeState::Done;
        row->startedAt = gap.to;
        m_openGap = row;
        m_gaps.emplace(row.get(), gap);
        append({std::move(row)});
    }
    if (gap.restarted)
        m_earlier = m_rows.size();
}

const LinkGap *ExchangeModel::gapOf(const ExchangeInfo &exchange) const
{
    if (m_gaps.empty())
        return nullptr;
    const auto found = m_gaps.find(&exchange);
    return found == m_gaps.end() ? nullptr : &found->second;
}

int ExchangeModel::addPath(const QString &path)
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

void ExchangeModel::removePath(int column)
{
    if (column < Columns || column >= columnCount())
        return;
    beginRemoveColumns({}, column, column);
    m_paths.removeAt(column - Columns);
    endRemoveColumns();
}

QString ExchangeModel::pathValue(const ExchangeInfo &exchange, int column) const
{
    return m_paths.value(exchange.request, column - Columns);
}

void ExchangeModel::clear(const HubView &view)
{
    constexpr std::size_t all = 100'000;
    refresh(view, all);
    std::unordered_set<quint64> running = std::move(m_running);
    for (auto row = m_rows.cbegin() + static_cast<std::ptrdiff_t>(m_earlier); row != m_rows.cend(); ++row) {
        if ((*row)->state != ExchangeState::Streaming)
            running.erase((*row)->number);
        else if (!gapOf(**row))
            running.insert((*row)->number);
    }
    const quint64 revision = m_revision;
    const quint64 last = m_rows.size() == m_earlier ? m_clearedTo : m_rows.back()->number;
    forget();
    m_revision = revision;
    m_clearedTo = last;
    m_running = std::move(running);
}

void ExchangeModel::setHighlight(std::function<bool(const ExchangeInfo &)> highlight)
{
    m_highlight = std::move(highlight);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {HighlightRole});
}

void ExchangeModel::setColors(std::vector<RowColors<ExchangeInfo>::Rule> rules)
{
    m_colors.set(std::move(rules));
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {RowToneRole});
}

void ExchangeModel::setTimeReference(std::optional<TimeReference> reference)
{
    m_reference = std::move(reference);
    constexpr int time = static_cast<int>(Column::Time);
    Q_EMIT headerDataChanged(Qt::Horizontal, time, time);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, time), index(rowCount() - 1, time), {Qt::DisplayRole});
}

void ExchangeModel::toggleMark(int row)
{
    const ExchangePtr exchange = at(row);
    if (gapOf(*exchange))
        return;
    const std::pair key(exchange->number, static_cast<qint64>(exchange->startedAt.count()));
    if (m_marks.erase(key) == 0)
        m_marks.insert(key);
    Q_EMIT dataChanged(index(row, 0), index(row, 0));
}

/// Pages come by revision; rows stand by number. One dataChanged and, as a rule, one insertion.
void ExchangeModel::take(std::vector<ExchangePtr> news)
{
    if (m_clearedTo > 0)
        std::erase_if(news, [this](const ExchangePtr &exchange) { return exchange->number <= m_clearedTo && !m_running.contains(exchange->number); });
    std::sort(news.begin(), news.end(), [](const auto &a, const auto &b) { return a->number < b->number; });
    std::vector<ExchangePtr> fresh;
    int first = rowCount();
    int last = -1;
    for (ExchangePtr &exchange : news) {
        if (m_rows.size() == m_earlier || exchange->number > m_rows.back()->number) {
            fresh.push_back(std::move(exchange));
            continue;
        }
        const auto at = m_rows.begin() + (lowerBound(exchange->number) - m_rows.cbegin());
        const int row = static_cast<int>(at - m_rows.begin());
        if ((*at)->number == exchange->number && !gapOf(**at)) {
            m_failed += static_cast<std::size_t>(exchange->isFailed()) - static_cast<std::size_t>((*at)->isFailed());
            m_everFailed += exchange->isFailed() && !(*at)->isFailed() ? 1 : 0;
            *at = std::move(exchange);
            first = std::min(first, row);
            last = std::max(last, row);
        } else if (static_cast<std::size_t>(row) > m_earlier) {        // changed later than its successors; before the first row: trimmed long ago
            beginInsertRows({}, row, row);
            m_failed += exchange->isFailed() ? 1 : 0;
            m_rows.insert(at, std::move(exchange));
            endInsertRows();
            last = last >= row ? last + 1 : last;
        }
    }
    if (last >= 0)
        Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    append(std::move(fresh));
    trim();
}

void ExchangeModel::append(std::vector<ExchangePtr> fresh)
{
    if (fresh.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(fresh.size()) - 1);
    for (ExchangePtr &exchange : fresh) {
        m_failed += exchange->isFailed() ? 1 : 0;
        m_everFailed += exchange->isFailed() ? 1 : 0;
        m_arrived += gapOf(*exchange) ? 0 : 1;
        m_rows.push_back(std::move(exchange));
    }
    endInsertRows();
}

/// Drops the oldest of each kind that have no mark. Runs of neighbors go in one step.
void ExchangeModel::trim()
{
    std::size_t done = m_rows.size() - m_failed;
    if (m_keepAll || (done <= kMostDone + kTrimSlack && m_failed <= kMostFailed + kTrimSlack))
        return;
    const auto mustGo = [&](const ExchangePtr &exchange) {
        return !hasMark(*exchange) && (exchange->isFailed() ? m_failed > kMostFailed : done > kMostDone);
    };
    for (std::size_t row = 0; row < m_rows.size() && (done > kMostDone || m_failed > kMostFailed);) {
        if (!mustGo(m_rows[row])) {
            ++row;
            continue;
        }
        std::size_t end = row;
        while (end < m_rows.size() && mustGo(m_rows[end])) {
            --(m_rows[end]->isFailed() ? m_failed : done);
            ++end;
        }
        removeRows(row, end);
    }
}

void ExchangeModel::removeRows(std::size_t first, std::size_t end)
{
    beginRemoveRows({}, static_cast<int>(first), static_cast<int>(end) - 1);
    for (std::size_t row = first; row < end && !m_gaps.empty(); ++row)
        m_gaps.erase(m_rows[row].get());
    m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(first), m_rows.begin() + static_cast<std::ptrdiff_t>(end));
    if (first < m_earlier)
        m_earlier -= std::min(m_earlier, end) - first;
    endRemoveRows();
}

/// Among the exchanges of the present start.
std::deque<ExchangePtr>::const_iterator ExchangeModel::lowerBound(quint64 number) const
{
    return std::lower_bound(m_rows.begin() + static_cast<std::ptrdiff_t>(m_earlier), m_rows.end(), number, byNumber);
}

ExchangePtr ExchangeModel::find(const QByteArray &correlation) const
{
    if (correlation.isEmpty())
        return nullptr;
    const auto found = std::find_if(m_rows.rbegin(), m_rows.rend(), [&](const auto &row) { return row->correlation == correlation; });
    return found == m_rows.rend() ? nullptr : *found;
}

int ExchangeModel::rowOf(quint64 number) const
{
    const auto at = lowerBound(number);
    return at == m_rows.end() || (*at)->number != number || gapOf(**at) ? -1 : static_cast<int>(at - m_rows.begin());
}

int ExchangeModel::rowOf(const ExchangeInfo &exchange) const
{
    const auto isIt = [&](const ExchangePtr &row) { return row->number == exchange.number && row->startedAt == exchange.startedAt && row->correlation == exchange.correlation; };
    if (const int row = rowOf(exchange.number); row >= 0 && isIt(at(row)))
        return row;
    const auto end = m_rows.begin() + static_cast<std::ptrdiff_t>(m_earlier);
    const auto found = std::find_if(m_rows.begin(), end, isIt);
    return found == end ? -1 : static_cast<int>(found - m_rows.begin());
}

int ExchangeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExchangeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns + m_paths.count();
}

} // namespace trunkline
