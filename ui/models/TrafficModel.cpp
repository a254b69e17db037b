// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TrafficModel.h"

#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"
#include "ui/models/Roles.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>

namespace trunkline {

/// One run of a filter over a snapshot. The worker writes `shown`, then posts; the model reads it afterwards.
struct TrafficModel::Job
{
    explicit Job(Filter run, const EntryStore &store) : filter(std::move(run)), slices(store.snapshot()), end(store.end()) {}

    Filter filter;
    std::vector<EntryStore::Slice> slices;
    quint64 end;                        // first position that the run did not see
    std::vector<quint64> shown{};
    std::atomic<bool> cancelled{false};
};

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
    m_skipped += page.skipped;
    if (m_epoch.count() == 0)           // once, so that a row's time never changes
        m_epoch = trunkline::wallTime(*view.snapshot(), Clock::Instant{});
    if (page.entries.empty())
        return false;
    const bool more = page.entries.size() >= most;
    m_sequence = page.entries.back().sequence;
    append(std::move(page.entries));
    trim();
    return more;
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
    m_sequence = last;
    m_epoch = {};
    endResetModel();
}

void TrafficModel::append(std::vector<JournalEntry> entries)
{
    if (!m_filter) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(entries.size()) - 1);
        for (JournalEntry &entry : entries)
            m_store.append(std::move(entry));
        endInsertRows();
        return;
    }
    std::vector<quint64> passed;
    for (JournalEntry &entry : entries) {
        if (!m_job && m_filter(entry))
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

void TrafficModel::setFilter(Filter filter)
{
    if (m_job)
        m_job->cancelled = true;
    m_job.reset();
    if (!filter) {
        beginResetModel();
        m_filter = nullptr;
        m_shown.clear();
        endResetModel();
        Q_EMIT filterFinished();
        return;
    }
    if (!m_filter) {                    // the rows stay as they are until the run is done
        for (quint64 at = m_store.begin(); at < m_store.end(); ++at)
            m_shown.push_back(at);
    }
    m_filter = std::move(filter);
    const auto job = std::make_shared<Job>(m_filter, m_store);
    m_job = job;
    QThreadPool::globalInstance()->start([job, model = QPointer<TrafficModel>(this)] {
        const auto post = [&model](auto &&what) { QMetaObject::invokeMethod(qApp, std::forward<decltype(what)>(what), Qt::QueuedConnection); };
        for (std::size_t i = 0; i < job->slices.size() && !job->cancelled; ++i) {
            const EntryStore::Slice &slice = job->slices[i];
            for (std::size_t k = 0; k < slice.count; ++k) {
                if (job->filter(slice.entries[k]))
                    job->shown.push_back(slice.first + k);
            }
            if (i % 16 == 15) {
                const int percent = static_cast<int>(100 * i / job->slices.size());
                post([model, job, percent] { if (model && model->m_job == job) Q_EMIT model->filterProgressed(percent); });
            }
        }
        post([model, job] { if (model) model->finish(job); });
    });
}

void TrafficModel::setHighlight(Filter highlight)
{
    m_highlight = std::move(highlight);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1), {HighlightRole});
}

void TrafficModel::finish(const std::shared_ptr<Job> &job)
{
    if (m_job != job)
        return;
    m_job.reset();
    beginResetModel();
    const auto first = std::lower_bound(job->shown.begin(), job->shown.end(), m_store.begin());
    m_shown.assign(first, job->shown.end());
    for (quint64 at = std::max(job->end, m_store.begin()); at < m_store.end(); ++at) {
        if (m_filter(m_store.at(at)))
            m_shown.push_back(at);
    }
    endResetModel();
    Q_EMIT filterFinished();
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

std::chrono::milliseconds TrafficModel::timeOf(const JournalEntry &entry) const
{
    return m_epoch + std::chrono::duration_cast<std::chrono::milliseconds>(entry.time.sinceStart);
}

int TrafficModel::rowOf(quint64 sequence) const
{
    int low = 0;
    int high = rowCount();
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (at(middle).sequence < sequence)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rowCount() && at(low).sequence == sequence ? low : -1;
}

quint64 TrafficModel::position(int row) const
{
    return m_filter ? m_shown[static_cast<std::size_t>(row)] : m_store.begin() + static_cast<quint64>(row);
}

int TrafficModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_filter ? m_shown.size() : m_store.size());
}

int TrafficModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : Columns;
}

QVariant TrafficModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const JournalEntry &entry = at(index.row());
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(entry, column);
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(), text(entry, column).toString());
    case Qt::TextAlignmentRole:
        return (Qt::AlignVCenter | (isRightAligned(column) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    case SortRole:
        return column == Column::Size ? QVariant(sizeOf(entry)) : QVariant(entry.sequence);
    case ToneRole:
        if (column == Column::Status)
            return static_cast<int>(lookOf(entry.status).tone);
        return static_cast<int>(column == Column::Number || column >= Column::Summary ? Token::Muted : Token::Text);
    case IconToneRole:
        return column == Column::Direction ? QVariant(static_cast<int>(entry.leg == Leg::Client ? Token::Client : Token::Upstream)) : QVariant();
    case IconRole:
        if (column == Column::Direction)
            return entry.direction == Direction::In ? QStringLiteral("in") : QStringLiteral("out");
        return column == Column::Status ? lookOf(entry.status).icon : QString();
    case HighlightRole:
        return m_highlight && m_highlight(entry);
    case FixedRole:
        return isFixed(column);
    case FilterRole:
        switch (column) {
        case Column::Kind: return QString(QStringLiteral("kind:") % filterWord(entry.kind));
        case Column::Status: return QString(QStringLiteral("status:") % filterWord(entry.status));
        case Column::Route:
        case Column::User: return QString(QStringLiteral("user:") % QString::fromUtf8(entry.user));
        case Column::Correlation: return QString(QStringLiteral("correlation:") % QString::fromUtf8(entry.correlation));
        default: return {};
        }
    default:
        return {};
    }
}

QVariant TrafficModel::text(const JournalEntry &entry, Column column) const
{
    switch (column) {
    case Column::Number: return format::count(entry.sequence);
    case Column::Time: return format::timeOfDay(timeOf(entry));
    case Column::Direction: return wordOf(entry.direction);
    case Column::Kind: return wordOf(entry.kind);
    case Column::Route: return routeOf(entry);
    case Column::Size: return format::bytes(sizeOf(entry));
    case Column::Status: return lookOf(entry.status).text;
    case Column::Summary: return format::summary(entry.payload());
    case Column::User: return format::oneLine(entry.user);
    case Column::Session: return entry.session ? format::count(entry.session.value) : QString();
    case Column::Correlation: return format::oneLine(entry.correlation);
    case Column::Leg: return entry.leg == Leg::Client ? tr("client") : tr("upstream");
    }
    return {};
}

QVariant TrafficModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns)
        return {};
    if (role == Qt::TextAlignmentRole)
        return (Qt::AlignVCenter | (isRightAligned(static_cast<Column>(section)) ? Qt::AlignRight : Qt::AlignLeft)).toInt();
    if (role != Qt::DisplayRole)
        return {};
    static const char *const names[Columns] = {
        QT_TR_NOOP("#"), QT_TR_NOOP("Time"), QT_TR_NOOP("Direction"), QT_TR_NOOP("Kind"), QT_TR_NOOP("From and to"), QT_TR_NOOP("Size"),
        QT_TR_NOOP("Status"), QT_TR_NOOP("Summary"), QT_TR_NOOP("User"), QT_TR_NOOP("Session"), QT_TR_NOOP("Correlation"), QT_TR_NOOP("Leg")};
    return tr(names[section]);
}

} // namespace trunkline
