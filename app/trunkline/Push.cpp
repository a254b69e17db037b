// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/MessagePost.h"
#include "app/trunkline/Platform.h"
#include "hub/core/JsonText.h"

#include <QCoreApplication>

namespace trunkline {

int runPush(const Invocation &invocation)
{
    const ClientCommand command{
        .name = QStringLiteral("push"),
        .help = QStringLiteral("Usage: %1 push --user NAME (--message TEXT | --data JSON) [OPTIONS]\n\n"
                               "Sends one message and prints the hub's answer.\n\n"),
        .footer = QStringLiteral("\nExit codes: 0 delivered, 1 the user is not connected or the hub refused, 2 bad usage or a message\n"
                                 "that the hub cannot read, 4 no hub there, 130 interrupted.\n"),
        .options = post::messageOptions()};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        const auto body = post::body(arguments);
        if (!body)
            return command.usageError(invocation, body.error().detail);
        QNetworkAccessManager manager;
        QNetworkReply *reply = post::start(manager, hub, arguments.value(QStringLiteral("path"), QStringLiteral("/sse/push")), *body);
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, reply, [] { QCoreApplication::exit(ExitInterrupted); });
        QObject::connect(reply, &QNetworkReply::finished, reply, [&arguments, &hub, reply] {
            const QByteArray answer = reply->readAll();
            if (const auto refused = post::refusal(*reply, hub, answer))
                return QCoreApplication::exit(*refused);
            post::show(answer, arguments.has(QStringLiteral("json")));
            QCoreApplication::exit(jsontext::valueAt(answer, "status") == "\"success\"" ? ExitFine : ExitCheckFailed);
        });
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
