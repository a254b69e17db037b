// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "hub/core/NearestName.h"

#include <QFileInfo>
#include <QJsonObject>

#include <array>

using namespace trunkline;

namespace {

struct Subcommand
{
    const char *name;
    int (*run)(const Invocation &);
    const char *doc;        ///< nullptr: not listed in the help
};

constexpr std::array subcommands{
    Subcommand{"serve", runServe, "Start a hub (also without a subcommand)"},
    Subcommand{"connect", runConnect, "Listen as a user, and answer"},
    Subcommand{"listen", runConnect, nullptr},
    Subcommand{"push", runPush, "Send a message, print whether it arrived"},
    Subcommand{"send", runSend, "Send a message, print the replies as they come"},
    Subcommand{"demo", runDemo, "See a streamed answer and where its time went"},
    Subcommand{"cert", runCert, "Make a certificate for https and wss on this computer"},
    Subcommand{"check", runCheck, "Run scenarios, say what did not hold"},
    Subcommand{"replay", runReplay, "Play a capture again, say what differs"},
    Subcommand{"tail", runTail, "Watch exchanges as they end, with the window's filter"},
    Subcommand{"lint", runLint, "Find out what is wrong with a stream of events"},
    Subcommand{"bot", runBot, "Connect the bots of a file, who answer by rule"},
    Subcommand{"record", runRecord, "Write what goes over both legs into a capture"},
    Subcommand{"export", runExport, "Turn a capture into HAR or curl, or mask values in it"},
    Subcommand{"capsule", runCapsule, "Bundle one exchange of a capture for an issue"},
    Subcommand{"print-docs", runPrintDocs, nullptr},
};

QString usage(const QString &program)
{
    QString text = QStringLiteral("Trunkline, a messaging hub for a developer's desk.\n\nUsage: %1 [SUBCOMMAND] [OPTIONS]\n\n").arg(program);
    for (const Subcommand &subcommand : subcommands) {
        if (subcommand.doc)
            text += QStringLiteral("  %1%2\n").arg(QString::fromLatin1(subcommand.name), -10).arg(QString::fromLatin1(subcommand.doc));
    }
    return text
         + QStringLiteral("\n%1 SUBCOMMAND --help says more; %1 serve --help lists every setting. --version prints the version.\n\n"
                          "Try it, in three terminals:\n"
                          "  %1 serve\n"
                          "  %1 connect --user alice --echo\n"
                          "  %1 send --user alice --message hi\n").arg(program);
}

QString programName(const QString &argument)
{
    const QString typed = qEnvironmentVariable("TRUNKLINE_COMMAND");
    const QString name = typed.isEmpty() ? argument : typed;
    return name.contains(u' ') ? u'\'' + name + u'\'' : name;
}

} // namespace

int main(int argc, char **argv)
{
    QStringList arguments = platform::arguments(argc, argv);
    const QString program = programName(arguments.isEmpty() ? QStringLiteral("trunkline") : arguments.takeFirst());
    const QString first = arguments.value(0);
    if (first == u"--help" || first == u"-h" || (first == u"help" && arguments.size() == 1)) {
        printOut(usage(program));
        return ExitFine;
    }
    if (first == u"--version" || first == u"-v") {
        if (arguments.mid(1) == QStringList{QStringLiteral("--json")})
            printJson({{QStringLiteral("version"), QStringLiteral(TRUNKLINE_VERSION)}, {QStringLiteral("qt"), QString::fromLatin1(qVersion())}});
        else
            printOut(QStringLiteral("trunkline " TRUNKLINE_VERSION "\n"));
        return ExitFine;
    }
    if (first == u"help")
        arguments = {arguments.value(1), QStringLiteral("--help")};
    if (first.isEmpty() || first.startsWith(u'-'))
        return runServe({argc, argv, program, arguments});

    const QString name = arguments.takeFirst();
    QStringList listed;
    for (const Subcommand &subcommand : subcommands) {
        if (name == QLatin1StringView(subcommand.name))
            return subcommand.run({argc, argv, program, arguments});
        if (subcommand.doc)
            listed << QString::fromLatin1(subcommand.name);
    }
    const QString nearest = nearestName(name, listed);
    printError(QStringLiteral("%1: no subcommand \"%2\"; %3").arg(program, name,
        nearest.isEmpty() ? QStringLiteral("there are ") + listed.join(QStringLiteral(", ")) : QStringLiteral("did you mean %1?").arg(nearest)));
    return ExitUsage;
}
