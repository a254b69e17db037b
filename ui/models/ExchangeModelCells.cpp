// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ExchangeModel.h"

#include "hub/view/filter/Filter.h"
#include "ui/models/Format.h"
#include "ui/models/Roles.h"

namespace trunkline {

namespace {

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

GapCell gapCellOf(ExchangeModel::Column column)
{
    using enum ExchangeModel::Column;
    return column == Time ? GapCell::Time : column == State ? GapCell::State : column == Summary ? GapCell::Summary : GapCell::Other;
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

void ExchangeModel::setRemarks(ExchangeRemarks::Source source)
{
    m_remarks.setSource(std::move(source));
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, static_cast<int>(Column::Chunks)), index(rowCount() - 1, static_cast<int>(Column::Chunks)));
}

/// The cell with the mark of what was remarked; invalid: as any other.
QVariant ExchangeModel::remarkData(const ExchangeInfo &exchange, int role) const
{
    if (role != IconRole && role != IconToneRole && role != Qt::ToolTipRole && role != Qt::AccessibleTextRole)
        return {};
    const QString remark = m_remarks.of(exchange);
    if (remark.isEmpty())
        return {};
    switch (role) {
    case IconRole: return QStringLiteral("warning");
    case IconToneRole: return static_cast<int>(Token::Late);
    case Qt::ToolTipRole: return remark;
    default: return tr("%1: %2, %3").arg(headerData(static_cast<int>(Column::Chunks), Qt::Horizontal, Qt::DisplayRole).toString(),
                                         QString::number(exchange.chunks), remark);
    }
}

QVariant ExchangeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ExchangeInfo &exchange = *m_rows[static_cast<std::size_t>(index.row())];
    if (const LinkGap *gap = gapOf(exchange))
        return gapData(*gap, gapCellOf(static_cast<Column>(index.column())), role);
    const auto column = static_cast<Column>(index.column());
    if (column == Column::Chunks) {
        if (QVariant remark = remarkData(exchange, role); remark.isValid())
            return remark;
    }
    switch (role) {
    case IdRole:
        return exchange.number;
    case Qt::DisplayRole:
        return column == Column::Waterfall ? QVariant() : text(exchange, column);
    case Qt::AccessibleTextRole:
        return spokenCell(exchange, index);
    case Qt::ToolTipRole:
        if (column == Column::Number) {
            const auto *rule = m_colors.of(exchange, exchange.revision);
            return rule ? rule->name : QVariant();
        }
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
        return column == Column::State ? lookOf(exchange).icon : column == Column::Number && hasMark(exchange) ? QStringLiteral("star") : QString();
    case IconToneRole:
        return column == Column::Number ? QVariant(static_cast<int>(Token::Accent)) : QVariant();
    case RowToneRole: {
        const auto *rule = m_colors.of(exchange, exchange.revision);
        return rule ? QVariant(static_cast<int>(rule->tone)) : QVariant();
    }
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

/// What a color or a mark says to the eyes, it says in words here.
QString ExchangeModel::spokenCell(const ExchangeInfo &exchange, const QModelIndex &index) const
{
    const auto column = static_cast<Column>(index.column());
    const QString words = text(exchange, column).toString();
    if (column == Column::Waterfall)
        return words;
    QString spoken = tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), words);
    if (column == Column::Number) {
        if (const auto *rule = m_colors.of(exchange, exchange.revision))
            spoken += QStringLiteral(", ") % rule->name;
        if (hasMark(exchange))
            spoken += QStringLiteral(", ") % tr("marked");
    }
    return spoken;
}

QVariant ExchangeModel::text(const ExchangeInfo &exchange, Column column) const
{
    if (column == Column::Time && m_reference)
        return format::offset(exchange.startedAt - m_reference->at);
    if (static_cast<int>(column) >= Columns)
        return pathValue(exchange, static_cast<int>(column));
    return cellOf(exchange, column);
}

QString cellOf(const ExchangeInfo &exchange, ExchangeModel::Column column)
{
    using Column = ExchangeModel::Column;
    switch (column) {
    case Column::Number: return format::count(exchange.number);
    case Column::Time: return format::timeOfDay(exchange.startedAt);
    case Column::User: return format::oneLine(exchange.route.target.isEmpty() ? exchange.route.named : exchange.route.target);
    case Column::State: return lookOf(exchange).text;
    case Column::Chunks: return QString::number(exchange.chunks);
    case Column::Latency:
        return exchange.state == ExchangeState::Streaming ? QString(QChar(0x2026)) : format::duration(exchange.latency);
    case Column::Waterfall: return ExchangeModel::tr("%n chunks in %1", nullptr, exchange.chunks).arg(format::duration(exchange.latency));
    case Column::Summary: return format::summary(exchange.request);
    case Column::Correlation: return format::oneLine(exchange.correlation);
    case Column::Named: return format::oneLine(exchange.route.named);
    case Column::Upstream: return format::oneLine(exchange.upstream);
    case Column::Agent: return format::oneLine(exchange.agent);
    case Column::Ping:
        return exchange.pingMicroseconds < 0 ? QString() : format::duration(std::chrono::microseconds(exchange.pingMicroseconds));
    case Column::Queued: return format::bytes(exchange.queuedBytes);
    case Column::LateReplies: return QString::number(exchange.lateReplies);
    }
    return {};
}

QVariant ExchangeModel::raw(const ExchangeInfo &exchange, Column column) const
{
    switch (column) {
    case Column::Number: return exchange.number;
    case Column::Chunks: return exchange.chunks;
    case Column::LateReplies: return exchange.lateReplies;
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
    const auto quoted = [](const QByteArray &value) { return filterValue(QString::fromUtf8(value)); };
    if (static_cast<int>(column) >= Columns)
        return filterOn(m_paths.paths().at(static_cast<int>(column) - Columns), pathValue(exchange, static_cast<int>(column)));
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
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return (Qt::AlignVCenter | (isRightAligned(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    if (section >= Columns)
        return m_paths.paths().at(section - Columns);
    switch (static_cast<Column>(section)) {
    case Column::Number: return tr("#");
    case Column::Time: return m_reference && role == Qt::DisplayRole ? tr("Since %1").arg(m_reference->row) : tr("Time");
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

} // namespace trunkline
