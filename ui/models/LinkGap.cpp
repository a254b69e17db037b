// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/LinkGap.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/theme/Palette.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(LinkGap)
};

} // namespace

QString wordsOf(const LinkGap &gap)
{
    QString words = Words::tr("Not connected from %1 to %2").arg(format::timeOfDay(gap.from).left(8), format::timeOfDay(gap.to).left(8));
    const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
    if (gap.restarted)
        words += dot + Words::tr("another start of the hub answers now, numbers began anew");
    else if (gap.missed > 0)
        words += dot + Words::tr("%1 missed").arg(format::count(gap.missed));
    return words;
}

QVariant gapData(const LinkGap &gap, GapCell cell, int role)
{
    switch (role) {
    case GapRole: return true;
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cell == GapCell::Summary ? wordsOf(gap) : cell == GapCell::Time ? format::timeOfDay(gap.to) : cell == GapCell::State ? Words::tr("gap") : QString();
    case Qt::ToolTipRole: return wordsOf(gap);
    case Qt::TextAlignmentRole: return (Qt::AlignVCenter | Qt::AlignLeft).toInt();
    case IconRole: return cell == GapCell::State ? QStringLiteral("warning") : QString();
    case ToneRole: return static_cast<int>(Token::Late);
    case FixedRole: return cell == GapCell::Time;
    default: return {};
    }
}

} // namespace trunkline
