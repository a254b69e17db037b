// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Listener.h"
#include "app/trunkline/Platform.h"
#include "hub/core/SettingsValues.h"

#include <QCoreApplication>

#include <memory>

namespace trunkline {

namespace {

QList<Option> connectOptions()
{
    using Takes = Option::Takes;
    QList<Option> options{
        {QStringLiteral("user"), Takes::Value, QStringLiteral("NAME"), QStringLiteral("Who you are; needed")},
        {QStringLiteral("echo"), Takes::Nothing, {}, QStringLiteral("Answer each request with its own message")},
        {QStringLiteral("reply"), Takes::Value, QStringLiteral("TEMPLATE"), QStringLiteral("Answer each request with this")},
        {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("One line a message, as it came, on a terminal too")},
        {QStringLiteral("count"), Takes::Value, QStringLiteral("N"), QStringLiteral("End after N messages")},
        {QStringLiteral("reconnect"), Takes::Nothing, {}, QStringLiteral("Try again when the hub is not there or goes away")},
        {QStringLiteral("path"), Takes::Value, QStringLiteral("PATH"), QStringLiteral("Where to connect, when the hub's WS_PATH says another place")}};
    return options + hubOptions();
}

Result<Listener::Options> listenerOptions(const Arguments &arguments)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    Listener::Options options{.user = arguments.value(QStringLiteral("user")),
                              .path = arguments.value(QStringLiteral("path")),
                              .echo = arguments.has(QStringLiteral("echo")),
                              .replyTemplate = std::nullopt,
                              .json = arguments.has(QStringLiteral("json")),
                              .reconnect = arguments.has(QStringLiteral("reconnect"))};
    if (options.user.isEmpty())
        return bad(QStringLiteral("--user NAME is needed"));
    if (arguments.has(QStringLiteral("reply"))) {
        if (options.echo)
            return bad(QStringLiteral("give either --echo or --reply"));
        auto parsed = replies::Template::parse(arguments.value(QStringLiteral("reply")).toUtf8());
        if (!parsed)
            return bad(QStringLiteral("--reply: ") + parsed.error().detail);
        options.replyTemplate = std::move(*parsed);
    }
    if (arguments.has(QStringLiteral("count"))) {
        const auto count = values::wholeNumber(arguments.value(QStringLiteral("count")));
        if (!count || *count < 1)
            return bad(QStringLiteral("--count: a whole number from 1 on"));
        options.count = *count;
    }
    return options;
}

const ClientCommand &connectCommand()
{
    static const ClientCommand command{
        .name = QStringLiteral("connect"),
        .help = QStringLiteral("Usage: %1 connect --user NAME [OPTIONS]\n\n"
                               "Prints what the hub delivers to NAME. A line that you type answers the last request: plain text becomes\n"
                               "{\"message\": TEXT}, a JSON object goes as it is. \"listen\" is another name of this subcommand.\n\n"),
        .footer = QStringLiteral("\nTemplates: --reply 'you said ${message}', or an object: --reply '{\"data\":{\"n\":${n}},\"is_final\":true}'. Inside of\n"
                                 "quotes a placeholder becomes text, elsewhere the value itself. With --echo or --reply stdin is not read.\n"
                                 "\nExit codes: 0 --count reached, 1 the hub refused (user already connected, replaced, not allowed), 2 bad usage,\n"
                                 "4 no hub there or it went away, 130 interrupted.\n"),
        .options = connectOptions()};
    return command;
}

} // namespace

int runConnect(const Invocation &invocation)
{
    const ClientCommand &command = connectCommand();
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        auto options = listenerOptions(arguments);
        if (!options)
            return command.usageError(invocation, options.error().detail);
        const bool byHand = !options->echo && !options->replyTemplate;
        Listener listener(hub, std::move(*options));
        QObject::connect(&listener, &Listener::finished, qApp, [](int code) { QCoreApplication::exit(code); }, Qt::QueuedConnection);
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, &listener, [&listener] { listener.close(ExitInterrupted); });
        // A background job that reads the terminal would be stopped: only when answers are typed.
        std::unique_ptr<platform::LineReader> lines;
        if (byHand) {
            lines = std::make_unique<platform::LineReader>();
            QObject::connect(lines.get(), &platform::LineReader::lineRead, &listener, &Listener::takeTyped);
        }
        listener.open();
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
