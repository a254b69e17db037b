// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/LineDiff.h"

#include <algorithm>
#include <vector>

namespace trunkline {

namespace {

constexpr qsizetype kMostLines = 2'000;

/// Longest common subsequence of the middle parts, as a table of lengths from the end.
void diffMiddle(const QStringList &before, const QStringList &after, QList<DiffLine> &out)
{
    using Mark = DiffLine::Mark;
    const qsizetype n = before.size();
    const qsizetype m = after.size();
    if (n > kMostLines || m > kMostLines) {
        for (const QString &line : before)
            out << DiffLine{Mark::Removed, line};
        for (const QString &line : after)
            out << DiffLine{Mark::Added, line};
        return;
    }
    std::vector<quint16> lengths(static_cast<std::size_t>((n + 1) * (m + 1)), 0);
    const auto at = [&](qsizetype i, qsizetype k) -> quint16 & { return lengths[static_cast<std::size_t>(i * (m + 1) + k)]; };
    for (qsizetype i = n - 1; i >= 0; --i) {
        for (qsizetype k = m - 1; k >= 0; --k)
            at(i, k) = before[i] == after[k] ? static_cast<quint16>(at(i + 1, k + 1) + 1) : std::max(at(i + 1, k), at(i, k + 1));
    }
    for (qsizetype i = 0, k = 0; i < n || k < m;) {
        if (i < n && k < m && before[i] == after[k]) {
            out << DiffLine{Mark::Same, before[i]};
            ++i, ++k;
        } else if (i < n && (k == m || at(i + 1, k) >= at(i, k + 1))) {
            out << DiffLine{Mark::Removed, before[i++]};
        } else {
            out << DiffLine{Mark::Added, after[k++]};
        }
    }
}

} // namespace

QList<DiffLine> diffLines(const QStringList &before, const QStringList &after)
{
    qsizetype head = 0;
    while (head < before.size() && head < after.size() && before[head] == after[head])
        ++head;
    qsizetype tail = 0;
    while (tail < before.size() - head && tail < after.size() - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    QList<DiffLine> out;
    for (qsizetype i = 0; i < head; ++i)
        out << DiffLine{DiffLine::Mark::Same, before[i]};
    diffMiddle(before.mid(head, before.size() - head - tail), after.mid(head, after.size() - head - tail), out);
    for (qsizetype i = before.size() - tail; i < before.size(); ++i)
        out << DiffLine{DiffLine::Mark::Same, before[i]};
    return out;
}

} // namespace trunkline
