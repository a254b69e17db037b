// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QTest>
#include <QWidget>

namespace trunkline {

/// With TRUNKLINE_PICTURES=FOLDER a test leaves pictures of what it looks at, for people to judge.
inline void picture(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("TRUNKLINE_PICTURES");
    if (folder.isEmpty())
        return;
    QTest::qWait(150);
    QDir().mkpath(folder);
    widget.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

} // namespace trunkline
