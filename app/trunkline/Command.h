// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace trunkline {

/// What the program's exit code says. docs/configuration.md lists them for users.
enum ExitCode { ExitFine = 0, ExitCheckFailed = 1, ExitUsage = 2, ExitCannotListen = 3, ExitHubLost = 4, ExitInterrupted = 130 };

/// How the program was called. `argc` and `argv` are for the application object.
struct Invocation
{
    int &argc;
    char **argv;
    QString program;            ///< what a person types to get here: "trunkline" or "./run.sh"
    QStringList arguments;      ///< behind the subcommand
};

/// The subcommands. Each makes its own application object, reports to stderr and gives the exit code.
int runServe(const Invocation &invocation);
int runConnect(const Invocation &invocation);
int runPush(const Invocation &invocation);
int runSend(const Invocation &invocation);
int runDemo(const Invocation &invocation);
int runCert(const Invocation &invocation);
int runCheck(const Invocation &invocation);
int runReplay(const Invocation &invocation);
int runTail(const Invocation &invocation);
int runLint(const Invocation &invocation);
int runBot(const Invocation &invocation);
int runRecord(const Invocation &invocation);
int runExport(const Invocation &invocation);
int runCapsule(const Invocation &invocation);
int runPrintDocs(const Invocation &invocation);

} // namespace trunkline
