// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/Export.h"

#include <QDateTime>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <map>

namespace trunkline::exporting {

namespace {

QString iso(std::chrono::milliseconds at)
{
    return QDateTime::fromMSecsSinceEpoch(at.count()).toUTC().toString(Qt::ISODateWithMs);
}

double ms(std::chrono::microseconds value)
{
    return static_cast<double>(value.count()) / 1000.0;
}

QString urlOf(const HubSnapshot &hub, const QByteArray &path, const char *usual)
{
    QString base = hub.url.isEmpty() ? QStringLiteral("http://127.0.0.1:8080") : QString::fromUtf8(hub.url);
    while (base.endsWith(u'/'))
        base.chop(1);
    return base % QString::fromUtf8(path.isEmpty() ? QByteArray(usual) : path);
}

QJsonObject header(const char *name, const QString &value)
{
    return {{QStringLiteral("name"), QString::fromLatin1(name)}, {QStringLiteral("value"), value}};
}

QJsonObject requestOf(const QString &url, const QByteArray &body, const QByteArray &agent)
{
    QJsonArray headers{header("Content-Type", QStringLiteral("application/json"))};
    if (!agent.isEmpty())
        headers << header("User-Agent", QString::fromUtf8(agent));
    return {{QStringLiteral("method"), QStringLiteral("POST")}, {QStringLiteral("url"), url}, {QStringLiteral("httpVersion"), QStringLiteral("HTTP/1.1")},
            {QStringLiteral("cookies"), QJsonArray()}, {QStringLiteral("headers"), headers}, {QStringLiteral("queryString"), QJsonArray()},
            {QStringLiteral("postData"), QJsonObject{{QStringLiteral("mimeType"), QStringLiteral("application/json")},
                                                     {QStringLiteral("text"), QString::fromUtf8(body)}}},
            {QStringLiteral("headersSize"), -1}, {QStringLiteral("bodySize"), body.size()}};
}

QJsonObject responseOf(const char *type, const QString &text)
{
    return {{QStringLiteral("status"), 200}, {QStringLiteral("statusText"), QStringLiteral("OK")}, {QStringLiteral("httpVersion"), QStringLiteral("HTTP/1.1")},
            {QStringLiteral("cookies"), QJsonArray()}, {QStringLiteral("headers"), QJsonArray{header("Content-Type", QString::fromLatin1(type))}},
            {QStringLiteral("content"), QJsonObject{{QStringLiteral("size"), text.toUtf8().size()}, {QStringLiteral("mimeType"), QString::fromLatin1(type)},
                                                    {QStringLiteral("text"), text}}},
            {QStringLiteral("redirectURL"), QString()}, {QStringLiteral("headersSize"), -1}, {QStringLiteral("bodySize"), -1}};
}

QJsonObject entryOf(std::chrono::milliseconds started, double time, const QJsonObject &request, const QJsonObject &response, double wait, double receive)
{
    return {{QStringLiteral("startedDateTime"), iso(started)}, {QStringLiteral("time"), time}, {QStringLiteral("request"), request},
            {QStringLiteral("response"), response}, {QStringLiteral("cache"), QJsonObject()},
            {QStringLiteral("timings"), QJsonObject{{QStringLiteral("send"), 0}, {QStringLiteral("wait"), wait}, {QStringLiteral("receive"), receive}}}};
}

/// The POST and the stream of its events. The body is the message as the client got it.
QJsonObject entryOf(const ExchangeInfo &exchange, const std::vector<const Message *> &replies, const HubSnapshot &hub)
{
    QString stream;
    for (const Message *reply : replies)
        stream += QStringLiteral("data: ") % QString::fromUtf8(reply->entry.text) % QStringLiteral("\n\n");
    if (!exchange.route.answer.isEmpty())
        stream += QStringLiteral("data: ") % QString::fromUtf8(QJsonDocument(QJsonObject{{QStringLiteral("error"), QString::fromUtf8(exchange.route.answer)}})
                                                                   .toJson(QJsonDocument::Compact)) % QStringLiteral("\n\n");
    std::chrono::microseconds first = exchange.latency;
    for (const ExchangeStep &step : exchange.steps) {
        if (step.kind == StepKind::EventWritten || step.kind == StepKind::Reply) {
            first = std::min(first, step.at);
            break;
        }
    }
    QJsonObject entry = entryOf(exchange.startedAt, ms(exchange.latency), requestOf(urlOf(hub, hub.sseSendPath, "/sse/send"), exchange.request, exchange.agent),
                                responseOf("text/event-stream", stream), ms(first), ms(exchange.latency - first));
    entry.insert(QStringLiteral("_correlation_id"), QString::fromUtf8(exchange.correlation));
    entry.insert(QStringLiteral("_target"), QString::fromUtf8(exchange.route.target));
    return entry;
}

/// One session: the handshake, and its frames as Chromium writes them.
QJsonObject entryOf(const std::vector<const Message *> &frames, const HubSnapshot &hub)
{
    QJsonArray messages;
    for (const Message *frame : frames) {
        messages << QJsonObject{{QStringLiteral("type"), frame->entry.direction == Direction::In ? QStringLiteral("send") : QStringLiteral("receive")},
                                {QStringLiteral("time"), static_cast<double>(frame->at.count()) / 1000.0}, {QStringLiteral("opcode"), 1},
                                {QStringLiteral("data"), QString::fromUtf8(frame->entry.text)}};
    }
    const JournalEntry &one = frames.front()->entry;
    QString url = hub.webSocketUrl.isEmpty() ? QStringLiteral("ws://127.0.0.1:8080/ws") : QString::fromUtf8(hub.webSocketUrl);
    url += QStringLiteral("?user_id=") % QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(one.user)));
    QJsonObject request = requestOf(url, {}, {});
    request[QStringLiteral("method")] = QStringLiteral("GET");
    request.remove(QStringLiteral("postData"));
    QJsonObject response = responseOf("x-unknown", {});
    response[QStringLiteral("status")] = 101;
    response[QStringLiteral("statusText")] = QStringLiteral("Switching Protocols");
    const double time = static_cast<double>((frames.back()->at - frames.front()->at).count());
    QJsonObject entry = entryOf(frames.front()->at, time, request, response, 0, time);
    entry.insert(QStringLiteral("_resourceType"), QStringLiteral("websocket"));
    entry.insert(QStringLiteral("_webSocketMessages"), messages);
    return entry;
}

void addExchanges(QJsonArray &entries, const Shown &shown)
{
    QHash<QByteArray, std::vector<const Message *>> replies;
    for (const Message &reply : shown.replies)
        replies[reply.entry.correlation].push_back(&reply);
    for (const auto &exchange : shown.exchanges)
        entries << entryOf(*exchange, replies.value(exchange->correlation), shown.hub);
}

void addMessages(QJsonArray &entries, const Shown &shown)
{
    std::map<quint64, std::vector<const Message *>> sessions;
    for (const Message &message : shown.messages) {
        const JournalEntry &entry = message.entry;
        const bool isFrame = entry.leg == Leg::Client && entry.kind != EntryKind::Connect && entry.kind != EntryKind::Disconnect;
        if (isFrame && entry.session) {
            sessions[entry.session.value].push_back(&message);
        } else if (entry.leg == Leg::Upstream && entry.direction == Direction::In) {
            const bool sends = entry.kind == EntryKind::Request;
            const QString url = sends ? urlOf(shown.hub, shown.hub.sseSendPath, "/sse/send") : urlOf(shown.hub, shown.hub.ssePath, "/sse/push");
            entries << entryOf(message.at, 0, requestOf(url, entry.text, {}), responseOf("application/json", {}), 0, 0);
        }
    }
    for (auto &[session, frames] : sessions) {
        std::stable_sort(frames.begin(), frames.end(), [](const Message *a, const Message *b) { return a->entry.sequence < b->entry.sequence; });
        entries << entryOf(frames, shown.hub);
    }
}

} // namespace

QByteArray har(const Shown &shown)
{
    QJsonArray entries;
    addExchanges(entries, shown);
    addMessages(entries, shown);
    const QJsonObject creator{{QStringLiteral("name"), QStringLiteral("Trunkline")}, {QStringLiteral("version"), QString::fromUtf8(shown.hub.version)}};
    const QJsonObject log{{QStringLiteral("version"), QStringLiteral("1.2")}, {QStringLiteral("creator"), creator}, {QStringLiteral("entries"), entries}};
    return QJsonDocument(QJsonObject{{QStringLiteral("log"), log}}).toJson(QJsonDocument::Indented);
}

} // namespace trunkline::exporting
