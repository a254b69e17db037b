// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QLocale>
#include <QString>

/// The language that the windows speak. Chosen once, before the first window is made; a new choice counts from the next start.
namespace trunkline::language {

struct Known
{
    QString code;                   ///< "en", "zh_CN"; empty: as the system
    QString name;                   ///< in the language itself; empty for the system's
};

/// Those that this build carries: the system's and English always, others where lrelease was at hand.
[[nodiscard]] QList<Known> known();

/// Loads the translators of `wanted` (a code of known(), or anything else for the language of `system`) into the application.
/// Returns the code that is in force: "en" when there is no translation. Needs the application object; call it once.
QString install(const QString &wanted, const QLocale &system = QLocale::system());

} // namespace trunkline::language
