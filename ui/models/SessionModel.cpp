// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SessionModel.h"

#include "hub/view/filter/Filter.h"
#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/theme/Palette.h"

#include <algorithm>
#include <tuple>

namespace trunkline {

namespace {

using Kind = SessionRow::Kind;
using Section = SessionRow::Section;

/// "team-12" -> "team-"; empty when the name does not end in digits.
QByteArrayView prefixOf(const QByteArray &name)
{
    qsizetype end = name.size();
    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
        --end;
    return end == name.size() ? QByteArrayView() : QByteArrayView(name).first(end);
}

/// Where a row stands under the order by name; also what makes a row the same row as before.
auto keyOf(const SessionRow &row)
{
    const int block = row.kind == Kind::Heading ? 0 : row.fold.isEmpty() ? 1 : 2;
    const QByteArray name = row.kind == Kind::Fold ? QByteArray() : row.name;
    return std::tuple(row.section, block, row.fold, row.kind != Kind::Fold, name, row.session.id.value, row.upstream.agent);
}

/// What is kept for the user, for the tooltip: lines, or nothing.
QString keptOf(const SessionInfo &session)
{
    QString text;
    if (session.eventStream)
        text += u'\n' + SessionModel::tr("listens on Server-Sent Events");
    if (session.waiting > 0)
        text += u'\n' + SessionModel::tr("%n messages wait for it", nullptr, static_cast<int>(session.waiting));
    if (session.history > 0)
        text += u'\n' + SessionModel::tr("%n messages in its history", nullptr, static_cast<int>(session.history));
    return text;
}

QByteArray countKey(const UpstreamInfo &upstream)
{
    return upstream.address + ' ' + upstream.agent;
}

} // namespace

void SessionModel::refresh(std::shared_ptr<const HubSnapshot> snapshot)
{
    m_clients = static_cast<int>(snapshot->sessions.size());
    m_snapshot = std::move(snapshot);
    m_later = {};
    measure(*m_snapshot);
    rebuild();
}

void SessionModel::passTime(std::chrono::milliseconds later)
{
    m_later = later;
    if (m_isAtRest) {
        m_measuredAt = std::max(m_measuredAt, now());
        return;             // ten thousand sessions at rest cost nothing
    }
    measure(*m_snapshot);
    rebuild();
}

/// Rates over at least a second, so that figures can be read.
void SessionModel::measure(const HubSnapshot &snapshot)
{
    m_isAtRest = false;
    const auto passed = now() - m_measuredAt;
    if (passed < std::chrono::seconds(1) && passed > -std::chrono::seconds(5))      // further back: somebody has set the clock
        return;
    const double seconds = std::max(1.0, static_cast<double>(passed.count()) / 1000.0);
    m_isAtRest = true;
    const auto note = [&](auto &counts, const auto &old, const auto &key, quint64 messages) {
        const auto before = old.constFind(key);
        const quint64 known = before == old.cend() ? (m_measuredAt.count() == 0 ? messages : 0) : before->messages;
        counts.insert(key, {messages, messages < known ? 0.0 : static_cast<double>(messages - known) / seconds});
        m_isAtRest = m_isAtRest && messages <= known;
    };
    QHash<quint64, Count> sessions;
    sessions.reserve(static_cast<qsizetype>(snapshot.sessions.size()));
    for (const SessionInfo &session : snapshot.sessions)
        note(sessions, m_counts, session.id.value, session.messagesIn + session.messagesOut);
    m_counts = std::move(sessions);
    QHash<QByteArray, Count> upstreams;
    for (const UpstreamInfo &upstream : snapshot.upstreams)
        note(upstreams, m_upstreamCounts, countKey(upstream), upstream.requests);
    m_upstreamCounts = std::move(upstreams);
    m_measuredAt = now();
}

void SessionModel::setFound(FoundUsers found)
{
    if (found.users.empty() && m_found.users.empty())
        return;
    m_found = std::move(found);
    rebuild();
}

void SessionModel::setSearch(const QString &text)
{
    m_search = text;
    rebuild();
}

void SessionModel::setOrder(Order order)
{
    m_order = order;
    rebuild();
}

void SessionModel::toggleFold(int row)
{
    if (row < 0 || row >= rowCount() || at(row).kind != Kind::Fold)
        return;
    const QByteArray fold = at(row).fold;
    if (!m_expanded.remove(fold))
        m_expanded.insert(fold);
    rebuild();
}

bool SessionModel::matches(const QByteArray &name) const
{
    return m_search.isEmpty() || QString::fromUtf8(name).contains(m_search, Qt::CaseInsensitive);
}

void SessionModel::addClients(std::vector<SessionRow> &rows, bool isPublic) const
{
    const Section section = isPublic ? Section::Public : Section::Users;
    // Ten thousand of them, ten times a second: a row is made only for those that have one.
    QHash<QByteArrayView, int> members;
    std::vector<std::pair<const SessionInfo *, QByteArrayView>> found;
    found.reserve(m_snapshot->sessions.size());
    for (const SessionInfo &session : m_snapshot->sessions) {
        if (session.isPublic != isPublic || !matches(session.user))
            continue;
        const QByteArrayView prefix = prefixOf(session.user);
        found.emplace_back(&session, prefix);
        if (!prefix.isEmpty())
            ++members[prefix];
    }
    if (found.empty())
        return;
    rows.push_back({.section = section, .kind = Kind::Heading, .count = static_cast<int>(found.size())});
    const bool folds = found.size() > kFoldAbove;
    struct Fold
    {
        QByteArray name;
        double rate = 0.0;
        bool expanded = false;
    };
    QHash<QByteArrayView, Fold> byPrefix;
    for (const auto &[session, prefix] : found) {
        const double rate = m_counts.value(session->id.value).rate;
        QByteArray fold;
        if (folds && members.value(prefix) >= kFoldMembers) {
            auto known = byPrefix.find(prefix);
            if (known == byPrefix.end()) {
                const QByteArray name = prefix.toByteArray();
                known = byPrefix.insert(prefix, {name, 0.0, m_expanded.contains(name)});
            }
            known->rate += rate;
            if (!known->expanded)
                continue;
            fold = known->name;
        }
        rows.push_back({.section = section, .kind = Kind::Client, .name = session->user, .fold = fold, .session = *session, .rate = rate});
    }
    for (const Fold &fold : std::as_const(byPrefix)) {
        rows.push_back({.section = section, .kind = Kind::Fold, .name = fold.name, .fold = fold.name, .count = members.value(fold.name),
                        .expanded = fold.expanded, .rate = fold.rate});
    }
}

void SessionModel::addElsewhere(std::vector<SessionRow> &rows) const
{
    const std::size_t before = rows.size();
    for (const FoundUser &found : m_found.users) {
        QByteArrayList hubs = found.hubs;
        hubs.removeAll(m_snapshot->backplane.name);
        if (!hubs.isEmpty() && matches(found.user))
            rows.push_back({.section = Section::Elsewhere, .kind = Kind::Elsewhere, .name = found.user, .hubs = hubs.join(", ")});
    }
    if (rows.size() > before) {
        rows.push_back({.section = Section::Elsewhere, .kind = Kind::Heading, .count = static_cast<int>(rows.size() - before),
                        .more = m_found.more});
    }
}

void SessionModel::addWaiting(std::vector<SessionRow> &rows) const
{
    const std::size_t before = rows.size();
    for (const WaitingInfo &waiting : m_snapshot->waiting) {
        if (matches(waiting.user))
            rows.push_back({.section = Section::Away, .kind = Kind::Waiting, .name = waiting.user, .waiting = waiting});
    }
    if (rows.size() > before)
        rows.push_back({.section = Section::Away, .kind = Kind::Heading, .count = static_cast<int>(rows.size() - before)});
}

void SessionModel::addUpstreams(std::vector<SessionRow> &rows) const
{
    const std::size_t before = rows.size();
    for (const UpstreamInfo &upstream : m_snapshot->upstreams) {
        if (matches(upstream.address + ' ' + upstream.agent)) {
            rows.push_back({.section = Section::Upstreams, .kind = Kind::Upstream, .name = upstream.address, .upstream = upstream,
                            .rate = m_upstreamCounts.value(countKey(upstream)).rate});
        }
    }
    if (rows.size() > before)
        rows.push_back({.section = Section::Upstreams, .kind = Kind::Heading, .count = static_cast<int>(rows.size() - before)});
}

void SessionModel::sort(std::vector<SessionRow> &rows) const
{
    std::sort(rows.begin(), rows.end(), [](const SessionRow &a, const SessionRow &b) { return keyOf(a) < keyOf(b); });
    if (m_order == Order::Name)
        return;
    const auto group = [](const SessionRow &row) { return std::tuple(row.section, row.kind == Kind::Heading ? 0 : row.fold.isEmpty() ? 1 : 2, row.fold, row.kind != Kind::Fold); };
    std::stable_sort(rows.begin(), rows.end(), [&](const SessionRow &a, const SessionRow &b) {
        if (group(a) != group(b))
            return group(a) < group(b);
        return m_order == Order::Newest ? a.session.connectedAt > b.session.connectedAt : a.rate > b.rate;
    });
}

void SessionModel::rebuild()
{
    std::vector<SessionRow> rows;
    addClients(rows, false);
    addClients(rows, true);
    addElsewhere(rows);
    addWaiting(rows);
    addUpstreams(rows);
    sort(rows);
    replace(std::move(rows));
}

/// Turns the old rows into the new ones: what is the same at both ends stays, what is between is exchanged.
void SessionModel::replace(std::vector<SessionRow> rows)
{
    const auto same = [](const SessionRow &a, const SessionRow &b) { return keyOf(a) == keyOf(b); };
    if (std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), same)) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    const auto [oldFirst, newFirst] = std::mismatch(m_rows.begin(), m_rows.end(), rows.begin(), rows.end(), same);
    const auto [oldLast, newLast] = std::mismatch(m_rows.rbegin(), std::make_reverse_iterator(oldFirst), rows.rbegin(), std::make_reverse_iterator(newFirst), same);
    const int first = static_cast<int>(oldFirst - m_rows.begin());
    const int removed = static_cast<int>(oldLast.base() - oldFirst);
    const int added = static_cast<int>(newLast.base() - newFirst);
    if (removed > 0) {
        beginRemoveRows({}, first, first + removed - 1);
        m_rows.erase(oldFirst, oldLast.base());
        endRemoveRows();
    }
    if (added > 0) {
        beginInsertRows({}, first, first + added - 1);
        m_rows.insert(m_rows.begin() + first, newFirst, newLast.base());
        endInsertRows();
    }
    m_rows = std::move(rows);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

int SessionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

Qt::ItemFlags SessionModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    if (at(index.row()).kind == Kind::Heading)
        return Qt::ItemNeverHasChildren;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

QVariant SessionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SessionRow &row = at(index.row());
    static const char *const sections[] = {QT_TR_NOOP("Users"), QT_TR_NOOP("Public accounts"), QT_TR_NOOP("On other hubs"),
                                           QT_TR_NOOP("Away, messages wait"), QT_TR_NOOP("Upstreams")};
    QString text;
    switch (row.kind) {
    case Kind::Heading:
        text = tr("%1 %2 %3").arg(tr(sections[static_cast<int>(row.section)]), QChar(0xb7)).arg(format::count(static_cast<quint64>(row.count)));
        if (row.more)
            text += u'+';
        break;
    case Kind::Client:
    case Kind::Elsewhere:
    case Kind::Waiting: text = format::oneLine(row.name); break;
    case Kind::Fold: text = tr("%1 %2 %3").arg(format::oneLine(row.name), QChar(0xb7), format::count(static_cast<quint64>(row.count))); break;
    case Kind::Upstream: text = format::oneLine(countKey(row.upstream)).trimmed(); break;
    }
    switch (role) {
    case Qt::DisplayRole: return text;
    case Qt::AccessibleTextRole:
        if (row.kind == Kind::Waiting)
            return tr("%1, away, %n messages wait", nullptr, static_cast<int>(row.waiting.messages)).arg(text);
        if (row.kind == Kind::Elsewhere)
            return tr("%1, on %2").arg(text, QString::fromUtf8(row.hubs));
        return row.kind == Kind::Heading ? text : tr("%1, %2").arg(text, format::rate(row.rate));
    case Qt::ToolTipRole:
        if (row.kind == Kind::Waiting) {
            return tr("%1\n%n messages wait, the oldest for %2", nullptr, static_cast<int>(row.waiting.messages))
                .arg(text, format::age(now() - row.waiting.since));
        }
        if (row.kind == Kind::Elsewhere)
            return tr("%1\nconnected to %2").arg(text, QString::fromUtf8(row.hubs));
        if (row.kind == Kind::Client) {
            return QString(tr("%1\nfrom %2, for %3\n%4 in, %5 out, %6 queued").arg(text, QString::fromUtf8(row.session.remote),
                format::age(now() - row.session.connectedAt), format::count(row.session.messagesIn),
                format::count(row.session.messagesOut), format::bytes(row.session.queuedBytes))
                % keptOf(row.session));
        }
        return row.kind == Kind::Upstream ? tr("%1\n%2 requests, %n connections", nullptr, row.upstream.connections).arg(text, format::count(row.upstream.requests)) : QVariant();
    case IconRole:
        if (row.kind == Kind::Fold)
            return row.expanded ? QStringLiteral("collapse") : QStringLiteral("expand");
        return row.kind == Kind::Heading ? QString()
             : row.kind == Kind::Waiting ? QStringLiteral("clock")
             : row.section == Section::Users || row.section == Section::Elsewhere ? QStringLiteral("user") : row.section == Section::Public ? QStringLiteral("bot") : QStringLiteral("upstream");
    case ToneRole:
        if (row.kind == Kind::Heading || row.kind == Kind::Fold || row.kind == Kind::Elsewhere)
            return static_cast<int>(Token::Muted);
        if (row.kind == Kind::Waiting)
            return static_cast<int>(Token::Late);
        return static_cast<int>(row.section == Section::Users ? Token::Client : row.section == Section::Public ? Token::Hub : Token::Upstream);
    case FilterRole:
        return row.kind == Kind::Client || row.kind == Kind::Elsewhere || row.kind == Kind::Waiting ? QString(QStringLiteral("user:") % filterValue(QString::fromUtf8(row.name))) : QString();
    default: return {};
    }
}

} // namespace trunkline
