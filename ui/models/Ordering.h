// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TrafficModel.h"

#include <QString>

namespace trunkline {

/// Words as people sort them: numbers by their size and before words, words whatever their case.
[[nodiscard]] bool lessInWords(const QString &a, const QString &b);

/// What a column of the traffic table sorts by. Any thread.
struct TrafficOrder
{
    int column = -1;                                    ///< -1: as they came
    Qt::SortOrder direction = Qt::AscendingOrder;
    QString path{};                                     ///< of a column behind the model's own
    [[nodiscard]] bool isOn() const { return column >= 0; }
    /// Sorts `positions` by what `at` gives for each; equal ones stay in the order in which they came.
    void sort(std::vector<std::size_t> &positions, const std::function<const JournalEntry &(std::size_t)> &at) const;
};

} // namespace trunkline
