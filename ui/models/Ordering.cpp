// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/Ordering.h"

#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"

#include <algorithm>

namespace trunkline {

namespace {

struct Keyed
{
    qint64 number;
    QString words;
    std::size_t position;
};

/// A number to sort by, or words where there is none.
Keyed keyOf(const JournalEntry &entry, const TrafficOrder &order)
{
    using Column = TrafficModel::Column;
    const auto words = [](const QString &text) { return Keyed{0, text, 0}; };
    const auto number = [](qint64 value) { return Keyed{value, {}, 0}; };
    switch (static_cast<Column>(order.column)) {
    case Column::Number: return number(0);
    case Column::Time: return number(entry.time.sinceStart.count());
    case Column::Direction: return words(wordOf(entry.direction));
    case Column::Kind: return words(wordOf(entry.kind));
    case Column::Route: return words(routeOf(entry));
    case Column::Size: return number(std::max<qint64>(entry.textBytes, entry.text.size()));
    case Column::Status: return words(lookOf(entry.status).text);
    case Column::Summary: return words(format::summary(entry.payload()));
    case Column::User: return words(QString::fromUtf8(entry.user));
    case Column::Session: return number(static_cast<qint64>(entry.session.value));
    case Column::Correlation: return words(QString::fromUtf8(entry.correlation));
    case Column::Leg: return number(static_cast<qint64>(entry.leg));
    }
    return words(valueAt(entry.payload(), order.path));
}

} // namespace

bool lessInWords(const QString &a, const QString &b)
{
    bool isNumberA = false;
    bool isNumberB = false;
    const double x = a.toDouble(&isNumberA);
    const double y = b.toDouble(&isNumberB);
    if (isNumberA && isNumberB)
        return x < y;
    if (isNumberA != isNumberB)
        return isNumberA;
    return a.compare(b, Qt::CaseInsensitive) < 0;
}

void TrafficOrder::sort(std::vector<std::size_t> &positions, const std::function<const JournalEntry &(std::size_t)> &at) const
{
    std::vector<Keyed> keyed;
    keyed.reserve(positions.size());
    for (const std::size_t position : positions) {
        keyed.push_back(keyOf(at(position), *this));
        keyed.back().position = position;
    }
    const auto less = [](const Keyed &a, const Keyed &b) {
        return a.words.isNull() && b.words.isNull() ? a.number < b.number : lessInWords(a.words, b.words);
    };
    std::sort(keyed.begin(), keyed.end(), [&](const Keyed &a, const Keyed &b) {
        const Keyed &first = direction == Qt::AscendingOrder ? a : b;
        const Keyed &second = direction == Qt::AscendingOrder ? b : a;
        if (less(first, second))
            return true;
        if (less(second, first))
            return false;
        return static_cast<TrafficModel::Column>(column) == TrafficModel::Column::Number && direction == Qt::DescendingOrder
                 ? a.position > b.position : a.position < b.position;
    });
    std::transform(keyed.begin(), keyed.end(), positions.begin(), [](const Keyed &each) { return each.position; });
}

} // namespace trunkline
