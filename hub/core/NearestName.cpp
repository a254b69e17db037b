// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/NearestName.h"

#include <algorithm>
#include <vector>

namespace trunkline {

namespace {

/// Optimal string alignment: insert, delete, replace, or swap two neighbors.
qsizetype editDistance(const QString &a, const QString &b)
{
    const auto width = static_cast<std::size_t>(b.size()) + 1;
    std::vector<std::vector<qsizetype>> rows(static_cast<std::size_t>(a.size()) + 1, std::vector<qsizetype>(width));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < width; ++j) {
            if (i == 0 || j == 0) {
                rows[i][j] = static_cast<qsizetype>(std::max(i, j));
                continue;
            }
            const auto x = static_cast<qsizetype>(i);
            const auto y = static_cast<qsizetype>(j);
            const bool same = a[x - 1] == b[y - 1];
            rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && a[x - 1] == b[y - 2] && a[x - 2] == b[y - 1])
                rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows.back().back();
}

} // namespace

QString nearestName(const QString &typed, const QStringList &candidates)
{
    constexpr qsizetype longestName = 64;
    if (typed.size() > longestName)
        return {};
    QString best;
    qsizetype bestDistance = std::max<qsizetype>(1, typed.size() / 3) + 1;
    for (const QString &candidate : candidates) {
        const qsizetype distance = editDistance(typed.toLower(), candidate.toLower());
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace trunkline
