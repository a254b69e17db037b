// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

#include <memory>
#include <vector>

namespace trunkline {

/// One line of the sessions panel.
struct SessionRow
{
    enum class Kind { Heading, Client, Fold, Elsewhere, Waiting, Upstream };
    enum class Section { Users, Public, Elsewhere, Away, Upstreams };

    Section section = Section::Users;
    Kind kind = Kind::Heading;
    QByteArray name{};              ///< user, address, or the prefix of a fold
    QByteArray fold{};              ///< the fold it belongs to; empty: none
    SessionInfo session{};          ///< of a Client
    UpstreamInfo upstream{};        ///< of an Upstream
    WaitingInfo waiting{};          ///< of a Waiting: a user who is away
    QByteArray hubs{};              ///< of an Elsewhere: the names of the hubs that hold the user
    int count = 0;                  ///< members of a Heading or a Fold
    bool more = false;              ///< of a Heading: there are more of them
    bool expanded = false;          ///< of a Fold
    double rate = 0.0;              ///< messages a second, in and out
};

/// Who is connected, here and to other hubs, and for whom messages wait, in five sections. Many users with one prefix ("team-1", "team-2" …) fold into one row.
/// Rows change in place; what is selected stays.
class SessionModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum class Order { Name, Newest, Busiest };
    static constexpr int kFoldAbove = 40;       ///< users in all before anything folds
    static constexpr int kFoldMembers = 8;      ///< users of one prefix that make a fold

    explicit SessionModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    /// Keeps it: no copy of ten thousand sessions.
    void refresh(std::shared_ptr<const HubSnapshot> snapshot);
    void refresh(const HubSnapshot &snapshot) { refresh(std::make_shared<const HubSnapshot>(snapshot)); }
    /// Nothing has happened for `later` since the last snapshot: ages grow, and rates fall to nothing.
    void passTime(std::chrono::milliseconds later);
    /// Users of all hubs, as far as they were asked for: those of other hubs are shown.
    void setFound(FoundUsers found);
    void setSearch(const QString &text);
    void setOrder(Order order);
    [[nodiscard]] Order order() const { return m_order; }
    void toggleFold(int row);

    [[nodiscard]] const SessionRow &at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] int clients() const { return m_clients; }     ///< connected, shown or not

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Count
    {
        quint64 messages = 0;
        double rate = 0.0;
    };
    void measure(const HubSnapshot &snapshot);
    [[nodiscard]] std::chrono::milliseconds now() const { return m_snapshot->takenAt + m_later; }
    void rebuild();
    void addClients(std::vector<SessionRow> &rows, bool isPublic) const;
    void addElsewhere(std::vector<SessionRow> &rows) const;
    void addWaiting(std::vector<SessionRow> &rows) const;
    void addUpstreams(std::vector<SessionRow> &rows) const;
    void sort(std::vector<SessionRow> &rows) const;
    void replace(std::vector<SessionRow> rows);
    [[nodiscard]] bool matches(const QByteArray &name) const;

    std::vector<SessionRow> m_rows;
    std::shared_ptr<const HubSnapshot> m_snapshot = std::make_shared<const HubSnapshot>();
    FoundUsers m_found;
    QHash<quint64, Count> m_counts;             // by session number
    QHash<QByteArray, Count> m_upstreamCounts;
    std::chrono::milliseconds m_measuredAt{};
    std::chrono::milliseconds m_later{};        // since the snapshot
    bool m_isAtRest = false;                    // measured, and no rate is more than nothing
    QSet<QByteArray> m_expanded;
    QString m_search;
    Order m_order = Order::Name;
    int m_clients = 0;
};

} // namespace trunkline
