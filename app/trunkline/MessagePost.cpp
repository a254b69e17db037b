// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/MessagePost.h"

#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "hub/core/Json.h"
#include "hub/core/JsonText.h"

#include <QFile>
#include <QNetworkProxy>

namespace trunkline::post {

namespace {

tl::unexpected<Error> bad(const QString &detail)
{
    return failure(ErrorCode::InvalidSetting, detail);
}

/// --data: JSON, @FILE or - for stdin.
Result<QByteArray> readData(const QString &text)
{
    if (text != u"-" && !text.startsWith(u'@'))
        return text.toUtf8();
    QFile file;
    if (text == u"-") {
        if (!file.open(stdin, QIODevice::ReadOnly))
            return bad(QStringLiteral("--data: cannot read stdin"));
    } else {
        file.setFileName(text.mid(1));
        if (!file.open(QIODevice::ReadOnly))
            return bad(QStringLiteral("--data: cannot read %1: %2").arg(text.mid(1), file.errorString()));
    }
    return file.readAll();
}

Result<QByteArray> data(const Arguments &arguments)
{
    const bool hasText = arguments.has(QStringLiteral("message"));
    if (hasText == arguments.has(QStringLiteral("data")))
        return bad(QStringLiteral("give either --message TEXT or --data JSON"));
    if (hasText)
        return QByteArray("{\"message\":" + encodeJsonString(arguments.value(QStringLiteral("message")).toUtf8()) + '}');
    auto json = readData(arguments.value(QStringLiteral("data")));
    if (json && !jsontext::isObject(*json))
        return bad(QStringLiteral("--data: that is no JSON object"));
    return json;
}

} // namespace

QList<Option> messageOptions()
{
    using Takes = Option::Takes;
    QList<Option> options{
        {QStringLiteral("user"), Takes::Value, QStringLiteral("NAME"), QStringLiteral("Who gets the message; needed")},
        {QStringLiteral("message"), Takes::Value, QStringLiteral("TEXT"), QStringLiteral("Its text, sent as {\"message\": TEXT}")},
        {QStringLiteral("data"), Takes::Value, QStringLiteral("JSON"), QStringLiteral("Or its object, byte for byte; @FILE reads a file, - reads stdin")},
        {QStringLiteral("event-type"), Takes::Value, QStringLiteral("TYPE"), QStringLiteral("event_type of the message")},
        {QStringLiteral("event-id"), Takes::Value, QStringLiteral("ID"), QStringLiteral("event_id of the message")},
        {QStringLiteral("correlation-id"), Takes::Value, QStringLiteral("ID"), QStringLiteral("Instead of one that the hub makes")},
        {QStringLiteral("path"), Takes::Value, QStringLiteral("PATH"), QStringLiteral("Where to post, when the hub's settings say another place")},
        {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("One line a message, as it came, on a terminal too")}};
    return options + hubOptions();
}

Result<QByteArray> body(const Arguments &arguments)
{
    if (arguments.value(QStringLiteral("user")).isEmpty())
        return bad(QStringLiteral("--user NAME is needed"));
    const auto object = data(arguments);
    if (!object)
        return object;
    QByteArray body = "{\"user_id\":" + encodeJsonString(arguments.value(QStringLiteral("user")).toUtf8());
    for (const char *name : {"event-type", "event-id", "correlation-id"}) {
        if (arguments.has(QString::fromLatin1(name)))
            body += ",\"" + QByteArray(name).replace('-', '_') + "\":" + encodeJsonString(arguments.value(QString::fromLatin1(name)).toUtf8());
    }
    return body + ",\"data\":" + *object + '}';
}

QNetworkReply *start(QNetworkAccessManager &manager, const HubLocation &hub, const QString &path, const QByteArray &body)
{
    QUrl url = hub.url;
    url.setPath((url.path() == u"/" ? QString() : url.path()) + path);
    QNetworkRequest request = hub.request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
    request.setRawHeader("Accept-Encoding", "identity");
    request.setRawHeader("User-Agent", "trunkline/" TRUNKLINE_VERSION);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QNetworkReply *reply = manager.post(request, body);
    if (hub.insecure)
        reply->ignoreSslErrors();
    return reply;
}

std::optional<int> refusal(QNetworkReply &reply, const HubLocation &hub, const QByteArray &answer)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 200)
        return std::nullopt;
    if (status == 0) {
        printError(hub.unreachable(reply.errorString()));
        return ExitHubLost;
    }
    const QByteArray detail = jsontext::valueAt(answer, "detail").value_or(answer);
    printError(QStringLiteral("the hub refused with %1: %2").arg(status).arg(QString::fromUtf8(detail)));
    return status == 422 ? ExitUsage : ExitCheckFailed;
}

bool show(const QByteArray &json, bool raw)
{
    if (raw || !platform::isTerminal(stdout))
        return printOut(jsontext::oneLine(json));
    return printOut(jsontext::pretty(json, colorsOnStdout() ? jsontext::Colors::On : jsontext::Colors::Off));
}

} // namespace trunkline::post
