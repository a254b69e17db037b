// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ExchangeModel.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"

#include <algorithm>

namespace trunkline {

namespace {

bool byNumber(const ExchangePtr &exchange, quint64 number)
{
    return exchange->number < number;
}

bool isRightAligned(ExchangeModel::Column column)
{
    using enum ExchangeModel::Column;
    return column == Number || column == Chunks || column == Latency || column == Ping || column == Queued || column == LateReplies;
}

bool isFixed(ExchangeModel::Column column)
{
    using enum ExchangeModel::Column;
    return isRightAligned(column) || column == Time || column == Correlation || column == Upstream;
}

std::chrono::microseconds lateBy(const ExchangeInfo &exchange)
{
    std::chrono::microseconds ended = exchange.latency;
    std::chrono::microseconds late{};
    for (const ExchangeStep &step : exchange.steps) {
        if (step.kind == StepKind::Ended)
            ended = step.at;
        else if (step.kind == StepKind::LateReply && late.count() == 0)
            late = step.at - ended;
    }
    return late;
}

} // namespace

StateLook lookOf(const ExchangeInfo &exchange)
{
    if (exchange.lateReplies > 0) {
        const auto late = lateBy(exchange);
        return {late.count() > 0 ? ExchangeModel::tr("late +%1").arg(format::duration(late)) : ExchangeModel::tr("late"),
                QStringLiteral("clock"), Token::Late};
    }
    switch (exchange.state) {
    case ExchangeState::Streaming:
        return {ExchangeModel::tr("streaming"), QStringLiteral("streaming"), Token::Client};
    case ExchangeState::Done:
        return {ExchangeModel::tr("done"), QStringLiteral("done"), Token::Done};
    case ExchangeState::TimedOut:
        return {ExchangeModel::tr("timed out"), QStringLiteral("clock"), Token::Failed};
    case ExchangeState::NotConnected:
        return {ExchangeModel::tr("not connected"), QStringLiteral("failed"), Token::Failed};
    case ExchangeState::Disconnected:
        return {ExchangeModel::tr("disconnected"), QStringLiteral("failed"), Token::Failed};
    case ExchangeState::Cancelled:
        return {ExchangeModel::tr("cancelled"), QStringLiteral("clear"), Token::Muted};
    case ExchangeState::Shutdown:
        return {ExchangeModel::tr("shut down"), QStringLiteral("failed"), Token::Failed};
    case ExchangeState::Overflow:
        return {ExchangeModel::tr("overflow"), QStringLiteral("warning"), Token::Failed};
    }
    return {};
}

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
    if (!page.exchanges.empty())
        take(std::move(page.exchanges));
    return more;
}

void ExchangeModel::forget()
{
    beginResetModel();
    m_rows.clear();
    m_failed = 0;
    m_revision = 0;
    endResetModel();
}

void ExchangeModel::clear(const HubView &view)
{
    constexpr std::size_t all = 100'000;
    beginResetModel();
    m_rows.clear();
    m_failed = 0;
    m_revision = view.exchangesAfter(m_revision, all).revision;
    endResetModel();
}

void ExchangeModel::setHighlight(std::function<bool(const ExchangeInfo &)> highlight)
{
    m_highlight = std::move(highlight);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1), {HighlightRole});
}

/// Pages come by revision; rows stand by number. One dataChanged and, as a rule, one insertion.
void ExchangeModel::take(std::vector<ExchangePtr> news)
{
    std::sort(news.begin(), news.end(), [](const auto &a, const auto &b) { return a->number < b->number; });
    std::vector<ExchangePtr> fresh;
    int first = rowCount();
    int last = -1;
    for (ExchangePtr &exchange : news) {
        if (m_rows.empty() || exchange->number > m_rows.back()->number) {
            fresh.push_back(std::move(exchange));
            continue;
        }
        const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), exchange->number, byNumber);
        const int row = static_cast<int>(at - m_rows.begin());
        if ((*at)->number == exchange->number) {
            m_failed += static_cast<std::size_t>(exchange->isFailed()) - static_cast<std::size_t>((*at)->isFailed());
            *at = std::move(exchange);
            first = std::min(first, row);
            last = std::max(last, row);
        } else if (row > 0) {           // changed later than its successors; before the first row: trimmed long ago
            beginInsertRows({}, row, row);
            m_failed += exchange->isFailed() ? 1 : 0;
            m_rows.insert(at, std::move(exchange));
            endInsertRows();
            last = last >= row ? last + 1 : last;
        }
    }
    if (last >= 0)
        Q_EMIT dataChanged(index(first, 0), index(last, Columns - 1));
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
        m_rows.push_back(std::move(exchange));
    }
    endInsertRows();
}

/// Drops the oldest of each kind. Runs of neighbors go in one step.
void ExchangeModel::trim()
{
    std::size_t done = m_rows.size() - m_failed;
    if (done <= kMostDone + kTrimSlack && m_failed <= kMostFailed + kTrimSlack)
        return;
    const auto mustGo = [&](const ExchangePtr &exchange) {
        return exchange->isFailed() ? m_failed > kMostFailed : done > kMostDone;
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
        beginRemoveRows({}, static_cast<int>(row), static_cast<int>(end) - 1);
        m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(row), m_rows.begin() + static_cast<std::ptrdiff_t>(end));
        endRemoveRows();
    }
}

ExchangePtr ExchangeModel::find(const QByteArray &correlation) const
{
    const auto found = std::find_if(m_rows.rbegin(), m_rows.rend(), [&](const auto &row) { return row->correlation == correlation; });
    return found == m_rows.rend() ? nullptr : *found;
}

int ExchangeModel::rowOf(quint64 number) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), number, byNumber);
    return at == m_rows.end() || (*at)->number != number ? -1 : static_cast<int>(at - m_rows.begin());
}

int ExchangeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ExchangeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant ExchangeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ExchangeInfo &exchange = *m_rows[static_cast<std::size_t>(index.row())];
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return column == Column::Waterfall ? QVariant() : text(exchange, column);
    case Qt::AccessibleTextRole:
        if (column == Column::Waterfall)
            return tr("%n chunks in %1", nullptr, exchange.chunks).arg(format::duration(exchange.latency));
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), text(exchange, column).toString());
    case Qt::ToolTipRole:
        return column == Column::Summary || column == Column::Correlation || column == Column::User ? text(exchange, column) : QVariant();
    case Qt::TextAlignmentRole:
        return (Qt::AlignVCenter | (isRightAligned(column) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    case SortRole:
        return raw(exchange, column);
    case ToneRole:
        if (column == Column::State)
            return static_cast<int>(lookOf(exchange).tone);
        return static_cast<int>(column == Column::Number || column >= Column::Summary ? Token::Muted : Token::Text);
    case IconRole:
        return column == Column::State ? lookOf(exchange).icon : QString();
    case HighlightRole:
        return m_highlight && m_highlight(exchange);
    case FixedRole:
        return isFixed(column);
    case FilterRole:
        return filterFor(exchange, column);
    default:
        return {};
    }
}

QVariant ExchangeModel::text(const ExchangeInfo &exchange, Column column) const
{
    switch (column) {
    case Column::Number: return format::count(exchange.number);
    case Column::Time: return format::timeOfDay(exchange.startedAt);
    case Column::User: return format::oneLine(exchange.route.target.isEmpty() ? exchange.route.named : exchange.route.target);
    case Column::State: return lookOf(exchange).text;
    case Column::Chunks: return exchange.chunks;
    case Column::Latency:
        return exchange.state == ExchangeState::Streaming ? QString(QChar(0x2026)) : format::duration(exchange.latency);
    case Column::Waterfall: return QString();
    case Column::Summary: return format::summary(exchange.request);
    case Column::Correlation: return format::oneLine(exchange.correlation);
    case Column::Named: return format::oneLine(exchange.route.named);
    case Column::Upstream: return format::oneLine(exchange.upstream);
    case Column::Agent: return format::oneLine(exchange.agent);
    case Column::Ping:
        return exchange.pingMicroseconds < 0 ? QString() : format::duration(std::chrono::microseconds(exchange.pingMicroseconds));
    case Column::Queued: return format::bytes(exchange.queuedBytes);
    case Column::LateReplies: return exchange.lateReplies;
    }
    return {};
}

QVariant ExchangeModel::raw(const ExchangeInfo &exchange, Column column) const
{
    switch (column) {
    case Column::Number: return exchange.number;
    case Column::Time: return static_cast<qint64>(exchange.startedAt.count());
    case Column::Latency:
    case Column::Waterfall: return static_cast<qint64>(exchange.latency.count());
    case Column::Ping: return exchange.pingMicroseconds;
    case Column::Queued: return exchange.queuedBytes;
    default: return text(exchange, column);
    }
}

QString ExchangeModel::filterFor(const ExchangeInfo &exchange, Column column) const
{
    const auto quoted = [](const QByteArray &value) {
        const QString word = QString::fromUtf8(value);
        return word.contains(u' ') ? u'"' % word % u'"' : word;
    };
    switch (column) {
    case Column::User: return QStringLiteral("user:") % quoted(exchange.route.target);
    case Column::Correlation: return QStringLiteral("correlation:") % quoted(exchange.correlation);
    case Column::State:
        switch (exchange.lateReplies > 0 ? ExchangeState::Streaming : exchange.state) {
        case ExchangeState::Done: return QStringLiteral("state:done");
        case ExchangeState::TimedOut: return QStringLiteral("state:timeout");
        case ExchangeState::NotConnected: return QStringLiteral("state:notconnected");
        case ExchangeState::Disconnected: return QStringLiteral("state:disconnected");
        case ExchangeState::Cancelled: return QStringLiteral("state:cancelled");
        case ExchangeState::Shutdown: return QStringLiteral("state:shutdown");
        case ExchangeState::Overflow: return QStringLiteral("state:overflow");
        case ExchangeState::Streaming: return exchange.lateReplies > 0 ? QStringLiteral("state:late") : QStringLiteral("state:streaming");
        }
        return {};
    case Column::Latency: return QStringLiteral("latency>%1ms").arg(exchange.latency.count() / 1000);
    case Column::Chunks: return QStringLiteral("chunks:%1").arg(exchange.chunks);
    default: return {};
    }
}

QVariant ExchangeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns)
        return {};
    if (role == Qt::TextAlignmentRole)
        return (Qt::AlignVCenter | (isRightAligned(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    if (role != Qt::DisplayRole)
        return {};
    switch (static_cast<Column>(section)) {
    case Column::Number: return tr("#");
    case Column::Time: return tr("Time");
    case Column::User: return tr("User");
    case Column::State: return tr("State");
    case Column::Chunks: return tr("Chunks");
    case Column::Latency: return tr("Latency");
    case Column::Waterfall: return tr("Timeline");
    case Column::Summary: return tr("Summary");
    case Column::Correlation: return tr("Correlation");
    case Column::Named: return tr("Sent to");
    case Column::Upstream: return tr("Upstream");
    case Column::Agent: return tr("Agent");
    case Column::Ping: return tr("Ping");
    case Column::Queued: return tr("Queued");
    case Column::LateReplies: return tr("Late replies");
    }
    return {};
}

ExchangeProxy::ExchangeProxy(ExchangeModel &source, QObject *parent) : QSortFilterProxyModel(parent), m_model(source)
{
    setSortRole(SortRole);
    setSourceModel(&source);
}

void ExchangeProxy::setFilter(Filter filter)
{
    m_filter = std::move(filter);
    invalidateFilter();
}

ExchangePtr ExchangeProxy::at(const QModelIndex &index) const
{
    return index.isValid() ? m_model.at(mapToSource(index).row()) : nullptr;
}

bool ExchangeProxy::filterAcceptsRow(int row, const QModelIndex &) const
{
    return !m_filter || m_filter(*m_model.at(row));
}

} // namespace trunkline
