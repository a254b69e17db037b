// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "hub/core/EventStreamReader.h"
#include "app/trunkline/MessagePost.h"
#include "app/trunkline/Platform.h"
#include "hub/core/JsonText.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

/// What the last event of a stream says about its end.
int exitCodeFor(const QByteArray &lastEvent)
{
    if (jsontext::valueAt(lastEvent, "is_final") == "true" || jsontext::valueAt(lastEvent, "type") == "\"final_response\"")
        return ExitFine;
    const auto error = jsontext::valueAt(lastEvent, "error");
    if (error == "\"Server shutting down\"") {
        printError(QStringLiteral("the hub is shutting down"));
        return ExitHubLost;
    }
    if (error)
        return ExitCheckFailed;
    printError(QStringLiteral("the hub went away before the last reply"));
    return ExitHubLost;
}

/// Prints a stream's events as they come; ends the event loop at its end.
class StreamPrinter : public QObject
{
public:
    StreamPrinter(QNetworkReply *reply, const HubLocation &hub, bool raw) : m_reply(reply), m_hub(hub), m_raw(raw)
    {
        connect(reply, &QNetworkReply::readyRead, this, &StreamPrinter::readMore);
        connect(reply, &QNetworkReply::finished, this, &StreamPrinter::finish);
    }

private:
    [[nodiscard]] bool isStream() const
    {
        return m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 200;
    }

    void readMore()
    {
        if (!isStream())
            return;
        for (const QByteArray &event : m_events.feed(m_reply->readAll())) {
            m_last = event;
            if (!post::show(event, m_raw))
                QCoreApplication::exit(ExitCheckFailed);    // nobody reads any more
        }
    }

    void finish()
    {
        readMore();
        if (const auto refused = post::refusal(*m_reply, m_hub, isStream() ? QByteArray() : m_reply->readAll()))
            QCoreApplication::exit(*refused);
        else
            QCoreApplication::exit(exitCodeFor(m_last));
    }

    QNetworkReply *m_reply;
    const HubLocation &m_hub;
    bool m_raw;
    EventStreamReader m_events;
    QByteArray m_last;
};

} // namespace

int runSend(const Invocation &invocation)
{
    const ClientCommand command{
        .name = QStringLiteral("send"),
        .help = QStringLiteral("Usage: %1 send --user NAME (--message TEXT | --data JSON) [OPTIONS]\n\n"
                               "Sends one message and prints the replies as they come, until the last one.\n\n"),
        .footer = QStringLiteral("\nExit codes: 0 the last reply came, 1 the stream ended with an error (not connected, timeout, disconnected) or\n"
                                 "the hub refused, 2 bad usage or a message that the hub cannot read, 4 no hub there or it went away,\n"
                                 "130 interrupted.\n"),
        .options = post::messageOptions()};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        const auto body = post::body(arguments);
        if (!body)
            return command.usageError(invocation, body.error().detail);
        QNetworkAccessManager manager;
        QNetworkReply *reply = post::start(manager, hub, arguments.value(QStringLiteral("path"), QStringLiteral("/sse/send")), *body);
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, reply, [] { QCoreApplication::exit(ExitInterrupted); });
        const StreamPrinter printer(reply, hub, arguments.has(QStringLiteral("json")));
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
