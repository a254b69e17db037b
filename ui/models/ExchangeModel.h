// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/models/ExchangeRemarks.h"
#include "ui/models/LinkGap.h"
#include "ui/models/PathColumns.h"
#include "ui/models/RowColors.h"
#include "ui/models/TimeReference.h"
#include "ui/theme/Palette.h"

#include <QAbstractTableModel>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

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

    /// What comes from a file is in memory already: all of it stays.
    void keepAll(bool all) { m_keepAll = all; }

    explicit ExchangeModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    /// Takes what is new, at most `most` exchanges; true when there is more.
    bool refresh(const HubView &view, std::size_t most);
    /// Empties this window's list. What still runs comes back with its next change; what has ended doesn't.
    void clear(const HubView &view);
    /// Empties the list and asks from the start: another hub answers now.
    void forget();

    /// The hub was out of sight: a row of its own behind what is known; nothing while nothing is. After a restart the rows stay,
    /// and numbers begin anew behind them.
    void noteGap(const LinkGap &gap);

    /// Marks what passes instead of hiding the rest; empty: nothing.
    void setHighlight(std::function<bool(const ExchangeInfo &)> highlight);
    /// Colors the rows that pass; the first rule counts.
    void setColors(std::vector<RowColors<ExchangeInfo>::Rule> rules);
    /// Times are counted from there; nothing: the time of the day.
    void setTimeReference(std::optional<TimeReference> reference);
    /// A mark at the number that stays until it is taken away; the row stays as long.
    void toggleMark(int row);
    [[nodiscard]] bool isMarked(int row) const { return hasMark(*at(row)); }
    /// Puts a mark beside the chunks of those about whom there is something to say, which is the mark's tool tip.
    void setRemarks(ExchangeRemarks::Source source);

    /// One more column with what stands at `path` in the request. Its number, or -1 as PathColumns::add().
    int addPath(const QString &path);
    void removePath(int column);
    [[nodiscard]] const PathColumns &paths() const { return m_paths; }

    [[nodiscard]] ExchangePtr at(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] ExchangePtr find(const QByteArray &correlation) const;    ///< the newest one; null: unknown
    [[nodiscard]] int rowOf(quint64 number) const;                          ///< of the hub's present start; -1: unknown
    /// The same exchange, perhaps as it was before; also one of an earlier start. -1: unknown.
    [[nodiscard]] int rowOf(const ExchangeInfo &exchange) const;
    [[nodiscard]] bool isGap(int row) const { return gapOf(*at(row)) != nullptr; }
    [[nodiscard]] const LinkGap *gapOf(const ExchangeInfo &exchange) const;
    [[nodiscard]] QString pathValue(const ExchangeInfo &exchange, int column) const;
    [[nodiscard]] quint64 skipped() const { return m_skipped; }
    [[nodiscard]] quint64 arrived() const { return m_arrived; }     ///< exchanges that were new to this window, ever
    [[nodiscard]] quint64 failed() const { return m_everFailed; }   ///< those that failed, ever

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    /// Qt::EditRole: the name of the column, whatever its heading says at the moment.
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take(std::vector<ExchangePtr> news);
    void append(std::vector<ExchangePtr> fresh);
    void trim();
    void removeRows(std::size_t first, std::size_t end);
    [[nodiscard]] std::deque<ExchangePtr>::const_iterator lowerBound(quint64 number) const;
    [[nodiscard]] QVariant remarkData(const ExchangeInfo &exchange, int role) const;
    [[nodiscard]] QVariant text(const ExchangeInfo &exchange, Column column) const;
    [[nodiscard]] QVariant raw(const ExchangeInfo &exchange, Column column) const;
    [[nodiscard]] QString filterFor(const ExchangeInfo &exchange, Column column) const;

    [[nodiscard]] bool hasMark(const ExchangeInfo &exchange) const { return !m_marks.empty() && m_marks.contains({exchange.number, exchange.startedAt.count()}); }
    [[nodiscard]] QString spokenCell(const ExchangeInfo &exchange, const QModelIndex &index) const;

    std::function<bool(const ExchangeInfo &)> m_highlight;
    RowColors<ExchangeInfo> m_colors;
    std::optional<TimeReference> m_reference;
    std::set<std::pair<quint64, qint64>> m_marks;       // number and start: numbers begin anew with another start of the hub
    ExchangeRemarks m_remarks;
    PathColumns m_paths;
    std::deque<ExchangePtr> m_rows;     // by number, ascending, behind those of earlier starts
    std::size_t m_earlier = 0;          // rows of earlier starts of the hub
    std::unordered_map<const ExchangeInfo *, LinkGap> m_gaps;       // rows that stand for a gap
    ExchangePtr m_openGap;              // what is missed until the next exchange belongs to it
    quint64 m_clearedTo = 0;            // exchanges up to this number were cleared …
    std::unordered_set<quint64> m_running;      // … but these had not ended
    quint64 m_revision = 0;
    quint64 m_skipped = 0;
    quint64 m_arrived = 0;
    quint64 m_everFailed = 0;
    bool m_keepAll = false;
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
/// The text of one cell; of the painted one, what it says. Any thread.
[[nodiscard]] QString cellOf(const ExchangeInfo &exchange, ExchangeModel::Column column);

} // namespace trunkline
