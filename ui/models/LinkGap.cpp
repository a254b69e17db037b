// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/LinkGap.h"

#include "ui/models/Format.h"

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

} // namespace trunkline
