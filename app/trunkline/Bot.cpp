// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/BotFiles.h"
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "hub/bots/BotClient.h"
#include "hub/core/Json.h"
#include "hub/core/JsonText.h"

#include <QCoreApplication>
#include <QFile>
#include <QTimer>

namespace trunkline {

std::optional<QByteArray> readWhole(const QString &path)
{
    QFile file(path);
    if (file.open(QIODevice::ReadOnly))
        return file.readAll();
    printError(QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    return std::nullopt;
}

std::optional<BotFile> readBotFile(const QString &path)
{
    const auto bytes = readWhole(path);
    if (!bytes)
        return std::nullopt;
    FileProblems problems;
    auto file = BotFile::read(*bytes, problems);
    for (const FileProblem &problem : problems)
        printError(problemText(path, problem));
    return file;
}

namespace {

/// The bots of one file at one hub; ends the event loop when one is lost for good.
class BotCrowd : public QObject
{
public:
    /// How what is said is printed.
    enum class Prints { Nothing, Text, Json };

    BotCrowd(const HubLocation &hub, const BotFile &file, bool reconnect, Prints prints) : m_hub(hub), m_reconnect(reconnect), m_prints(prints)
    {
        const BotPlace place{.webSocketUrl = hub.webSocketUrl, .token = hub.token, .tls = hub.tls, .insecure = hub.insecure};
        quint64 seed = file.seed;
        for (const auto &[user, rules] : file.bots)
            add(new BotClient(place, user, rules, ++seed, this));
    }

private:
    void add(BotClient *bot)
    {
        const QString name = QString::fromUtf8(bot->user());
        connect(bot, &BotClient::ready, this, [this, name] {
            m_everReady = true;
            printError(QStringLiteral("%1 is connected to %2").arg(name, m_hub.text()));
        });
        connect(bot, &BotClient::lost, this, [this, bot, name](const QString &why) {
            printError(QStringLiteral("%1: %2").arg(name, m_everReady ? why : m_hub.unreachable(why)));
            if (!m_reconnect)
                return QCoreApplication::exit(ExitHubLost);
            QTimer::singleShot(1000, bot, [bot] { bot->open(); });
        });
        if (m_prints != Prints::Nothing) {
            connect(bot, &BotClient::received, this, [this, bot](const QByteArray &message) { print(bot->user(), "in", message); });
            connect(bot, &BotClient::said, this, [this, bot](const QByteArray &message) { print(bot->user(), "out", message); });
        }
        bot->open();
    }

    void print(const QByteArray &user, QByteArrayView direction, const QByteArray &message) const
    {
        if (m_prints == Prints::Text) {
            printOut(user + (direction == "in" ? " < " : " > ") + jsontext::oneLine(message));
            return;
        }
        QByteArray line = "{\"bot\":" + encodeJsonString(user) + ",\"direction\":\"" + direction + "\",\"message\":";
        // A fault may have broken the text.
        line += jsontext::isObject(message) ? jsontext::oneLine(message).trimmed() : encodeJsonString(message);
        printOut(line + "}\n");
    }

    const HubLocation m_hub;
    const bool m_reconnect;
    const Prints m_prints;
    bool m_everReady = false;
};

} // namespace

int runBot(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("bot"),
        .help = QStringLiteral("Usage: %1 bot FILE [OPTIONS]\n\nConnects the bots of a YAML file to a running hub and lets them answer by rule.\n\n"),
        .footer = QStringLiteral("\nFaults in the file need a hub that started with it: serve --bots FILE. docs/testbench.md says what a rule can be.\n"
                                 "Exit codes: 2 bad usage or a mistake in the file, 4 no hub there, it refused or went away, 130 interrupted.\n"),
        .options = QList<Option>{{QStringLiteral("reconnect"), Takes::Nothing, {}, QStringLiteral("Try again when the hub is not there or goes away")},
                                 {QStringLiteral("quiet"), Takes::Nothing, {}, QStringLiteral("Don't print what is said")},
                                 {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print it as one JSON object a line")}} + hubOptions(),
        .mostPositional = 1};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        if (arguments.positional().isEmpty())
            return command.usageError(invocation, QStringLiteral("which bots? bot FILE"));
        const auto file = readBotFile(arguments.positional().first());
        if (!file)
            return int(ExitUsage);
        if (file->bots.empty())
            return command.usageError(invocation, QStringLiteral("there are no bots in the file"));
        if (!file->faults.empty())
            printError(QStringLiteral("the faults in this file are not in force: only serve --bots FILE can do that"));
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, qApp, [] { QCoreApplication::exit(ExitInterrupted); });
        const auto prints = arguments.has(QStringLiteral("quiet")) ? BotCrowd::Prints::Nothing
                          : arguments.has(QStringLiteral("json")) ? BotCrowd::Prints::Json : BotCrowd::Prints::Text;
        const BotCrowd crowd(hub, *file, arguments.has(QStringLiteral("reconnect")), prints);
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
