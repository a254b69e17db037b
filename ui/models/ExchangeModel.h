// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/theme/Palette.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <deque>
#include <functional>
#include <memory>

namespace trunkline {

using ExchangePtr = std::shared_ptr<const ExchangeInfo>;

/// The exchanges that this window knows, by number: its own copies, which stay when the hub forgets them.
/// At most kMostDone that went well and kMostFailed that did not. Changes once a refresh().
class ExchangeModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column {
        Number, Time, User, State, Chunks, Latency, Waterfall, Summary,
        Correlation, Named, Upstream, Agent, Ping, Queued, LateReplies
    };
    static constexpr int Columns = 15;
    static constexpr int FirstHidden = static_cast<int>(Column::Correlation);
    static constexpr std::size_t kMostDone = 10'000;
    static constexpr std::size_t kMostFailed = 1'000;
    static constexpr std::size_t kTrimSlack = 512;      ///< rows over the bound before a trim, so that trims are rare

    explicit ExchangeModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    /// Takes what is new, at most `most` exchanges; true when there is more.
    bool refresh(const HubView &view, std::size_t most);
    /// Empties this window's list; what the hub still changes comes back.
    void clear(const HubView &view);
    /// Empties the list and asks from the start: another hub answers now.
    void forget();

    /// Marks what passes instead of hiding the rest; empty: nothing.
    void setHighlight(std::function<bool(const ExchangeInfo &)> highlight);

    [[nodiscard]] ExchangePtr at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] ExchangePtr find(const QByteArray &correlation) const;    ///< the newest one; null: unknown
    [[nodiscard]] int rowOf(quint64 number) const;                          ///< -1: unknown
    [[nodiscard]] quint64 skipped() const { return m_skipped; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take(std::vector<ExchangePtr> news);
    void append(std::vector<ExchangePtr> fresh);
    void trim();
    [[nodiscard]] QVariant text(const ExchangeInfo &exchange, Column column) const;
    [[nodiscard]] QVariant raw(const ExchangeInfo &exchange, Column column) const;
    [[nodiscard]] QString filterFor(const ExchangeInfo &exchange, Column column) const;

    std::function<bool(const ExchangeInfo &)> m_highlight;
    std::deque<ExchangePtr> m_rows;     // by number, ascending
    quint64 m_revision = 0;
    quint64 m_skipped = 0;
    std::size_t m_failed = 0;
};

/// Words, icon and color of a state; "late" when replies came after the end.
struct StateLook
{
    QString text;
    QString icon;
    Token tone;
};
[[nodiscard]] StateLook lookOf(const ExchangeInfo &exchange);

/// Shows the exchanges that a filter lets through, sorted by SortRole.
class ExchangeProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using Filter = std::function<bool(const ExchangeInfo &)>;

    explicit ExchangeProxy(ExchangeModel &source, QObject *parent = nullptr);
    void setFilter(Filter filter);      ///< empty: all
    [[nodiscard]] bool isFiltered() const { return static_cast<bool>(m_filter); }
    [[nodiscard]] ExchangePtr at(const QModelIndex &index) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    ExchangeModel &m_model;
    Filter m_filter;
};

} // namespace trunkline
