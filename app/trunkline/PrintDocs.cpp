// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "hub/core/SettingsDocs.h"

namespace trunkline {

/// Not listed in the help: `print-docs env > .env.example`, `print-docs configuration > docs/configuration.md`.
int runPrintDocs(const Invocation &invocation)
{
    const QString what = invocation.arguments.value(0);
    if (what == u"env" || what == u"configuration")
        return printOut(what == u"env" ? envExampleText() : configurationText()) ? ExitFine : ExitCheckFailed;
    printError(QStringLiteral("%1 print-docs env|configuration").arg(invocation.program));
    return ExitUsage;
}

} // namespace trunkline
