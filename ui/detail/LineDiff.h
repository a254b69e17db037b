// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace trunkline {

/// One line of a comparison.
struct DiffLine
{
    enum class Mark : quint8 { Same, Removed, Added };
    Mark mark = Mark::Same;
    QString text;
    friend bool operator==(const DiffLine &, const DiffLine &) = default;
};

/// The shortest way from one text to the other, line by line. Of texts with more than 2,000 differing lines each, the
/// differing middle is given as removed and added in whole.
[[nodiscard]] QList<DiffLine> diffLines(const QStringList &before, const QStringList &after);

} // namespace trunkline
