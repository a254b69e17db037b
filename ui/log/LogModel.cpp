// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/log/LogModel.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/theme/Palette.h"

namespace trunkline {

namespace {

struct LevelLook
{
    const char *word;
    const char *icon;
    Token tone;
};

LevelLook lookOf(QtMsgType level)
{
    switch (level) {
    case QtDebugMsg: return {QT_TRANSLATE_NOOP("trunkline::LogModel", "debug"), "", Token::Muted};
    case QtInfoMsg: return {QT_TRANSLATE_NOOP("trunkline::LogModel", "info"), "info", Token::Client};
    case QtWarningMsg: return {QT_TRANSLATE_NOOP("trunkline::LogModel", "warning"), "warning", Token::Late};
    case QtCriticalMsg:
    case QtFatalMsg: break;
    }
    return {QT_TRANSLATE_NOOP("trunkline::LogModel", "error"), "failed", Token::Failed};
}

} // namespace

int severityOf(QtMsgType level)
{
    switch (level) {
    case QtDebugMsg: return 0;
    case QtInfoMsg: return 1;
    case QtWarningMsg: return 2;
    case QtCriticalMsg:
    case QtFatalMsg: break;
    }
    return 3;
}

void LogModel::write(LogLine line)
{
    const std::scoped_lock lock(m_mutex);
    m_news.push_back(std::move(line));
    if (m_news.size() > kMostLines)
        m_news.pop_front();
}

void LogModel::refresh()
{
    std::deque<LogLine> news;
    {
        const std::scoped_lock lock(m_mutex);
        news.swap(m_news);
    }
    if (news.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(news.size()) - 1);
    for (LogLine &line : news)
        m_lines.push_back(std::move(line));
    endInsertRows();
    if (m_lines.size() <= kMostLines)
        return;
    const auto surplus = static_cast<std::ptrdiff_t>(m_lines.size() - kMostLines);
    beginRemoveRows({}, 0, static_cast<int>(surplus) - 1);
    m_lines.erase(m_lines.begin(), m_lines.begin() + surplus);
    endRemoveRows();
}

void LogModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const LogLine &line = at(index.row());
    const auto column = static_cast<Column>(index.column());
    const LevelLook look = lookOf(line.level);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (column) {
        case Column::Time: return format::timeOfDay(line.at);
        case Column::Level: return tr(look.word);
        case Column::Category: return line.category;
        case Column::Text: return format::oneLine(line.text.toUtf8(), 2'000);
        }
        return {};
    case Qt::ToolTipRole: return column == Column::Text ? line.text : QVariant();
    case Qt::TextAlignmentRole: return (Qt::AlignVCenter | Qt::AlignLeft).toInt();
    case SortRole: return static_cast<qint64>(line.at.count());
    case ToneRole: return static_cast<int>(column == Column::Level ? look.tone : column == Column::Text ? Token::Text : Token::Muted);
    case IconRole: return column == Column::Level ? QString::fromLatin1(look.icon) : QString();
    case FixedRole: return column == Column::Time;
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns)
        return {};
    if (role == Qt::TextAlignmentRole)
        return (Qt::AlignVCenter | Qt::AlignLeft).toInt();
    const QString names[Columns] = {tr("Time"), tr("Level"), tr("Category"), tr("Message")};
    return role == Qt::DisplayRole ? names[section] : QVariant();
}

} // namespace trunkline
