// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ExchangeModel.h"
#include "ui/models/FilterRunner.h"

#include <QHash>
#include <QSortFilterProxyModel>

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// Shows the exchanges that a filter lets through, sorted by SortRole. A filter is worked out on other threads; until that is done
/// the rows stay as they are. What comes or changes later is tested as it comes.
class ExchangeProxy final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    /// Called on any thread, several at a time.
    using Filter = std::function<bool(const ExchangeInfo &)>;

    explicit ExchangeProxy(ExchangeModel &source, QObject *parent = nullptr);
    void setFilter(Filter filter);      ///< empty: all. Ends with filterFinished().
    [[nodiscard]] bool isFiltering() const { return m_runner.isRunning(); }     ///< the rows are those of the filter before
    [[nodiscard]] ExchangePtr at(const QModelIndex &index) const;

    /// Column -1: the order in which they came.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void filterFinished();

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    using Seen = std::vector<ExchangePtr>;

    void finish(const std::vector<std::size_t> &passed);
    [[nodiscard]] const QString &wordsAt(int row, int column) const;

    ExchangeModel &m_model;
    Filter m_filter;
    Filter m_next;                                  // the one that is being worked out
    FilterRunner m_runner;
    std::shared_ptr<const Seen> m_seen;             // what the present run looks at
    std::unordered_map<const ExchangeInfo *, bool> m_verdicts;      // of the run that has just finished
    mutable QHash<std::pair<quint64, qint64>, QString> m_words;      // of the column that is sorted by, by revision and start
};

} // namespace trunkline
