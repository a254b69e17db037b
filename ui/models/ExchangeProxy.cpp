// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ExchangeProxy.h"

#include "ui/models/Ordering.h"
#include "ui/models/Roles.h"

namespace trunkline {

ExchangeProxy::ExchangeProxy(ExchangeModel &source, QObject *parent) : QSortFilterProxyModel(parent), m_model(source)
{
    connect(&m_runner, &FilterRunner::finished, this, &ExchangeProxy::finish);
    setSortRole(SortRole);
    setSourceModel(&source);
}

void ExchangeProxy::setFilter(Filter filter)
{
    if (!filter) {
        m_runner.cancel();
        m_seen.reset();
        m_next = m_filter = nullptr;
        invalidateFilter();
        Q_EMIT filterFinished();
        return;
    }
    auto seen = std::make_shared<Seen>();
    seen->reserve(static_cast<std::size_t>(m_model.rowCount()));
    for (int row = 0; row < m_model.rowCount(); ++row)
        seen->push_back(m_model.at(row));
    m_seen = seen;
    m_next = std::move(filter);
    m_runner.start(seen->size(), [seen = m_seen, test = m_next](std::size_t index) { return test(*(*seen)[index]); });
}

/// Rows that were there when the run began are known; the others are tested here.
void ExchangeProxy::finish(const std::vector<std::size_t> &passed)
{
    m_verdicts.reserve(m_seen->size());
    for (const ExchangePtr &exchange : *m_seen)
        m_verdicts.emplace(exchange.get(), false);
    for (const std::size_t index : passed)
        m_verdicts[(*m_seen)[index].get()] = true;
    m_filter = std::exchange(m_next, nullptr);
    invalidateFilter();
    m_verdicts.clear();
    m_seen.reset();
    Q_EMIT filterFinished();
}

ExchangePtr ExchangeProxy::at(const QModelIndex &index) const
{
    return index.isValid() ? m_model.at(mapToSource(index).row()) : nullptr;
}

bool ExchangeProxy::filterAcceptsRow(int row, const QModelIndex &) const
{
    if (!m_filter || m_model.isGap(row))
        return true;
    const ExchangePtr exchange = m_model.at(row);
    if (const auto known = m_verdicts.find(exchange.get()); known != m_verdicts.end())
        return known->second;
    return m_filter(*exchange);
}

void ExchangeProxy::sort(int column, Qt::SortOrder order)
{
    m_words.clear();
    QSortFilterProxyModel::sort(column, order);
}

/// The words of a column are made once for each row of a sort; numbers are compared as they are.
const QString &ExchangeProxy::wordsAt(int row, int column) const
{
    const ExchangeInfo &exchange = *m_model.at(row);
    const std::pair key(exchange.revision, static_cast<qint64>(exchange.startedAt.count()));
    auto known = m_words.constFind(key);
    if (known == m_words.constEnd()) {
        if (m_words.size() > 2 * static_cast<qsizetype>(ExchangeModel::kMostDone))      // most are of rows that are gone
            m_words.clear();
        known = m_words.insert(key, m_model.index(row, column).data(Qt::DisplayRole).toString());
    }
    return *known;
}

bool ExchangeProxy::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const ExchangeInfo &a = *m_model.at(left.row());
    const ExchangeInfo &b = *m_model.at(right.row());
    switch (static_cast<ExchangeModel::Column>(left.column())) {
    case ExchangeModel::Column::Number: return left.row() < right.row();
    case ExchangeModel::Column::Time: return a.startedAt < b.startedAt;
    case ExchangeModel::Column::Chunks: return a.chunks < b.chunks;
    case ExchangeModel::Column::Latency:
    case ExchangeModel::Column::Waterfall: return a.latency < b.latency;
    case ExchangeModel::Column::Ping: return a.pingMicroseconds < b.pingMicroseconds;
    case ExchangeModel::Column::Queued: return a.queuedBytes < b.queuedBytes;
    case ExchangeModel::Column::LateReplies: return a.lateReplies < b.lateReplies;
    default: break;
    }
    const QString words = wordsAt(left.row(), left.column());
    return lessInWords(words, wordsAt(right.row(), right.column()));
}

} // namespace trunkline
