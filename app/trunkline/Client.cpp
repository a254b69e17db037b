// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"

#include "app/trunkline/Console.h"
#include "app/trunkline/Logging.h"

#include <QCoreApplication>

namespace trunkline {

int ClientCommand::usageError(const Invocation &invocation, const QString &detail) const
{
    printError(QStringLiteral("%1 %2: %3 (%1 %2 --help)").arg(invocation.program, name, detail));
    return ExitUsage;
}

int ClientCommand::start(const Invocation &invocation, const std::function<int(const Arguments &, const HubLocation &)> &run) const
{
    const auto arguments = Arguments::parse(invocation.arguments, options, mostPositional);
    if (!arguments)
        return usageError(invocation, arguments.error().detail);
    if (arguments->has(QStringLiteral("help")))
        return printOut(help.arg(invocation.program) + optionsHelp(options) + footer) ? ExitFine : ExitCheckFailed;
    if (const auto format = LogFormat::parse(QStringLiteral("{level}: {message}")))
        installLogging(*format, LogLevel::Error, LogFormat::Colors::Off);
    QCoreApplication application(invocation.argc, invocation.argv);
    const auto hub = findHub(*arguments);
    if (!hub)
        return usageError(invocation, hub.error().detail);
    return run(*arguments, *hub);
}

} // namespace trunkline
