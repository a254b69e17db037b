// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TrafficModel.h"

#include "hub/view/filter/Filter.h"
#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"
#include "ui/models/Roles.h"

#include <algorithm>

namespace trunkline {

namespace {

bool isRightAligned(TrafficModel::Column column)
{
    return column == TrafficModel::Column::Number || column == TrafficModel::Column::Size || column == TrafficModel::Column::Session;
}

bool isFixed(TrafficModel::Column column)
{
    return isRightAligned(column) || column == TrafficModel::Column::Time || column == TrafficModel::Column::Correlation;
}

/// As it was sent; what is kept may be less.
qint64 sizeOf(const JournalEntry &entry)
{
    return std::max<qint64>(entry.textBytes, entry.text.size());
}

GapCell gapCellOf(TrafficModel::Column column)
{
    using enum TrafficModel::Column;
    return column == Time ? GapCell::Time : column == Status ? GapCell::State : column == Summary ? GapCell::Summary : GapCell::Other;
}

} // namespace

QVariant TrafficModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    if (const LinkGap *gap = gapOf(index.row()))
        return gapData(*gap, gapCellOf(static_cast<Column>(index.column())), role);
    const JournalEntry &entry = at(index.row());
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case IdRole:
        return entry.sequence;
    case Qt::DisplayRole:
        return text(entry, column);
    case Qt::AccessibleTextRole:
        return spokenCell(index);
    case Qt::ToolTipRole: {
        const auto *rule = column == Column::Number ? m_colors.of(entry, entry.sequence) : nullptr;
        return rule ? rule->name : QVariant();
    }
    case RowToneRole: {
        const auto *rule = m_colors.of(entry, entry.sequence);
        return rule ? QVariant(static_cast<int>(rule->tone)) : QVariant();
    }
    case Qt::TextAlignmentRole:
        return (Qt::AlignVCenter | (isRightAligned(column) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    case SortRole:
        return column == Column::Size ? QVariant(sizeOf(entry)) : QVariant(entry.sequence);
    case ToneRole:
        if (column == Column::Status)
            return static_cast<int>(lookOf(entry.status).tone);
        return static_cast<int>(column == Column::Number || column >= Column::Summary ? Token::Muted : Token::Text);
    case IconToneRole:
        if (column == Column::Number)
            return static_cast<int>(Token::Accent);
        return column == Column::Direction ? QVariant(static_cast<int>(entry.leg == Leg::Client ? Token::Client : Token::Upstream)) : QVariant();
    case IconRole:
        if (column == Column::Direction)
            return entry.direction == Direction::In ? QStringLiteral("in") : QStringLiteral("out");
        if (column == Column::Number)
            return isMarked(index.row()) ? QStringLiteral("star") : QString();
        return column == Column::Status ? lookOf(entry.status).icon : QString();
    case HighlightRole:
        return m_highlight && m_highlight(entry);
    case FixedRole:
        return isFixed(column);
    case FilterRole:
        if (index.column() >= Columns)
            return filterOn(m_paths.paths().at(index.column() - Columns), text(entry, column));
        switch (column) {
        case Column::Kind: return QString(QStringLiteral("kind:") % filterWord(entry.kind));
        case Column::Status: return QString(QStringLiteral("status:") % filterWord(entry.status));
        case Column::Route:
        case Column::User: return entry.user.isEmpty() ? QString() : QString(QStringLiteral("user:") % filterValue(QString::fromUtf8(entry.user)));
        case Column::Correlation: return entry.correlation.isEmpty() ? QString() : QString(QStringLiteral("correlation:") % filterValue(QString::fromUtf8(entry.correlation)));
        default: return {};
        }
    default:
        return {};
    }
}

/// What a color or a mark says to the eyes, it says in words here.
QString TrafficModel::spokenCell(const QModelIndex &index) const
{
    const JournalEntry &entry = at(index.row());
    const auto column = static_cast<Column>(index.column());
    QString spoken = tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), text(entry, column));
    if (column == Column::Number) {
        if (const auto *rule = m_colors.of(entry, entry.sequence))
            spoken += QStringLiteral(", ") % rule->name;
        if (isMarked(index.row()))
            spoken += QStringLiteral(", ") % tr("marked");
    }
    return spoken;
}

QString TrafficModel::text(const JournalEntry &entry, Column column) const
{
    if (column == Column::Time && m_reference)
        return format::offset(timeOf(entry) - m_reference->at);
    if (static_cast<int>(column) >= Columns)
        return m_paths.value(entry.payload(), static_cast<int>(column) - Columns);
    return cellOf(entry, column, timeOf(entry));
}

QString cellOf(const JournalEntry &entry, TrafficModel::Column column, std::chrono::milliseconds at)
{
    using Column = TrafficModel::Column;
    switch (column) {
    case Column::Number: return format::count(entry.sequence);
    case Column::Time: return format::timeOfDay(at);
    case Column::Direction: return wordOf(entry.direction);
    case Column::Kind: return wordOf(entry.kind);
    case Column::Route: return routeOf(entry);
    case Column::Size: return format::bytes(sizeOf(entry));
    case Column::Status: return lookOf(entry.status).text;
    case Column::Summary:       // a gap's payload is the hub's own; what did not come has none
        return entry.status == EntryStatus::Gap || entry.kind == EntryKind::Ack || sizeOf(entry) == 0 ? meaningOf(entry) : format::summary(entry.payload());
    case Column::User: return format::oneLine(entry.user);
    case Column::Session: return entry.session ? format::count(entry.session.value) : QString();
    case Column::Correlation: return format::oneLine(entry.correlation);
    case Column::Leg: return entry.leg == Leg::Client ? TrafficModel::tr("client") : TrafficModel::tr("upstream");
    }
    return {};
}

QVariant TrafficModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return (Qt::AlignVCenter | (isRightAligned(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    if (role != Qt::DisplayRole && role != Qt::EditRole)
        return {};
    if (section >= Columns)
        return m_paths.paths().at(section - Columns);
    if (section == static_cast<int>(Column::Time) && m_reference && role == Qt::DisplayRole)
        return tr("Since %1").arg(m_reference->row);
    static const char *const names[Columns] = {
        QT_TR_NOOP("#"), QT_TR_NOOP("Time"), QT_TR_NOOP("Direction"), QT_TR_NOOP("Kind"), QT_TR_NOOP("From and to"), QT_TR_NOOP("Size"),
        QT_TR_NOOP("Status"), QT_TR_NOOP("Summary"), QT_TR_NOOP("User"), QT_TR_NOOP("Session"), QT_TR_NOOP("Correlation"), QT_TR_NOOP("Leg")};
    return tr(names[section]);
}

} // namespace trunkline
