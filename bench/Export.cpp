// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Export.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>
#include <QUrl>

#include <map>

namespace trunkline {

namespace {

using Entries = std::vector<const JournalEntry *>;

QString utf8(const QByteArray &bytes) { return QString::fromUtf8(bytes); }

QString isoTime(const Capture &capture, Clock::Instant at)
{
    const auto wall = capture.header.startedAt + std::chrono::duration_cast<std::chrono::milliseconds>(at.sinceStart);
    return QDateTime::fromMSecsSinceEpoch(wall.count(), QTimeZone::utc()).toString(Qt::ISODateWithMs);
}

/// Seconds since 1970, as browsers write them.
double epochSeconds(const Capture &capture, Clock::Instant at)
{
    return double(capture.header.startedAt.count()) / 1e3 + double(at.sinceStart.count()) / 1e6;
}

QJsonObject field(const char *name, const QString &value)
{
    return {{QStringLiteral("name"), QLatin1StringView(name)}, {QStringLiteral("value"), value}};
}

QJsonObject request(const char *method, const QString &url, const QJsonArray &headers, qint64 bodySize)
{
    return {{QStringLiteral("method"), QLatin1StringView(method)}, {QStringLiteral("url"), url},
            {QStringLiteral("httpVersion"), QStringLiteral("HTTP/1.1")}, {QStringLiteral("cookies"), QJsonArray()},
            {QStringLiteral("headers"), headers}, {QStringLiteral("queryString"), QJsonArray()},
            {QStringLiteral("headersSize"), -1}, {QStringLiteral("bodySize"), bodySize}};
}

QJsonObject response(int status, const QString &statusText, const QString &mimeType, const QByteArray &body)
{
    const QJsonObject content{{QStringLiteral("size"), body.size()}, {QStringLiteral("mimeType"), mimeType}, {QStringLiteral("text"), utf8(body)}};
    const QJsonArray headers = mimeType.isEmpty() ? QJsonArray() : QJsonArray{field("Content-Type", mimeType)};
    return {{QStringLiteral("status"), status}, {QStringLiteral("statusText"), statusText},
            {QStringLiteral("httpVersion"), QStringLiteral("HTTP/1.1")}, {QStringLiteral("cookies"), QJsonArray()},
            {QStringLiteral("headers"), headers}, {QStringLiteral("content"), content},
            {QStringLiteral("redirectURL"), QString()}, {QStringLiteral("headersSize"), -1}, {QStringLiteral("bodySize"), body.size()}};
}

QJsonObject harEntry(const Capture &capture, const JournalEntry &first, double milliseconds, double wait, QJsonObject asked, QJsonObject answered)
{
    return {{QStringLiteral("startedDateTime"), isoTime(capture, first.time)}, {QStringLiteral("time"), milliseconds},
            {QStringLiteral("request"), std::move(asked)}, {QStringLiteral("response"), std::move(answered)},
            {QStringLiteral("cache"), QJsonObject()},
            {QStringLiteral("timings"), QJsonObject{{QStringLiteral("send"), 0}, {QStringLiteral("wait"), wait}, {QStringLiteral("receive"), milliseconds - wait}}}};
}

QJsonObject postedEntry(const Capture &capture, const JournalEntry &posted, const Entries &related)
{
    const bool streamed = posted.kind == EntryKind::Request;
    const QString url = utf8(capture.header.url + (streamed ? capture.header.sendPath : capture.header.pushPath));
    QJsonObject asked = request("POST", url, {field("Content-Type", QStringLiteral("application/json"))}, posted.text.size());
    asked.insert(QStringLiteral("postData"), QJsonObject{{QStringLiteral("mimeType"), QStringLiteral("application/json")}, {QStringLiteral("text"), utf8(posted.text)}});
    QByteArray body;
    QJsonArray messages;
    bool delivered = false;
    double first = 0;
    double last = 0;
    for (const JournalEntry *entry : related) {
        const double after = double((entry->time - posted.time).count()) / 1e3;
        delivered = delivered || (entry->leg == Leg::Client && entry->direction == Direction::Out && entry->status == EntryStatus::Ok);
        if (entry->kind != EntryKind::Event)
            continue;
        first = messages.isEmpty() ? after : first;
        last = after;
        body += "data: " + entry->text + "\n\n";
        messages.append(QJsonObject{{QStringLiteral("time"), epochSeconds(capture, entry->time)}, {QStringLiteral("eventName"), QStringLiteral("message")},
                                    {QStringLiteral("eventId"), QString()}, {QStringLiteral("data"), utf8(entry->text)}});
    }
    if (!streamed) {
        body = delivered ? R"({"status": "success", "message": "Message delivered"})" : R"({"status": "partial", "message": "User not connected"})";
        return harEntry(capture, posted, 0, 0, asked, response(200, QStringLiteral("OK"), QStringLiteral("application/json"), body));
    }
    QJsonObject entry = harEntry(capture, posted, last, first, asked, response(200, QStringLiteral("OK"), QStringLiteral("text/event-stream"), body));
    entry.insert(QStringLiteral("_resourceType"), QStringLiteral("eventsource"));
    entry.insert(QStringLiteral("_eventSourceMessages"), messages);
    return entry;
}

QJsonObject sessionEntry(const Capture &capture, const Entries &entries)
{
    const JournalEntry &first = *entries.front();
    const QString url = utf8(capture.header.webSocketUrl + "?user_id=" + QUrl::toPercentEncoding(utf8(first.user)));
    QJsonArray messages;
    for (const JournalEntry *entry : entries) {
        if (entry->kind == EntryKind::Connect || entry->kind == EntryKind::Disconnect)
            continue;
        // As the client saw it.
        const bool sent = entry->direction == Direction::In;
        messages.append(QJsonObject{{QStringLiteral("type"), sent ? QStringLiteral("send") : QStringLiteral("receive")},
                                    {QStringLiteral("time"), epochSeconds(capture, entry->time)}, {QStringLiteral("opcode"), 1},
                                    {QStringLiteral("data"), utf8(entry->text)}});
    }
    const double milliseconds = double((entries.back()->time - first.time).count()) / 1e3;
    QJsonObject entry = harEntry(capture, first, milliseconds, 0, request("GET", url, {field("Upgrade", QStringLiteral("websocket"))}, 0),
                                 response(101, QStringLiteral("Switching Protocols"), {}, {}));
    entry.insert(QStringLiteral("_resourceType"), QStringLiteral("websocket"));
    entry.insert(QStringLiteral("_webSocketMessages"), messages);
    return entry;
}

bool isPosted(const JournalEntry &entry)
{
    return entry.leg == Leg::Upstream && entry.direction == Direction::In && entry.status == EntryStatus::Ok && !entry.text.isEmpty()
        && (entry.kind == EntryKind::Push || entry.kind == EntryKind::Request);
}

} // namespace

QByteArray toHar(const Capture &capture)
{
    std::map<quint64, Entries> sessions;
    std::map<QByteArray, Entries> related;
    for (const JournalEntry &entry : capture.entries) {
        if (entry.leg == Leg::Client && entry.session)
            sessions[entry.session.value].push_back(&entry);
        if (!entry.correlation.isEmpty() && !isPosted(entry))
            related[entry.correlation].push_back(&entry);
    }
    QJsonArray entries;
    for (const auto &[session, own] : sessions)
        entries.append(sessionEntry(capture, own));
    for (const JournalEntry &entry : capture.entries) {
        if (isPosted(entry))
            entries.append(postedEntry(capture, entry, entry.correlation.isEmpty() ? Entries() : related[entry.correlation]));
    }
    const QJsonObject log{{QStringLiteral("version"), QStringLiteral("1.2")},
                          {QStringLiteral("creator"), QJsonObject{{QStringLiteral("name"), QStringLiteral("Trunkline")}, {QStringLiteral("version"), QStringLiteral(TRUNKLINE_VERSION)}}},
                          {QStringLiteral("pages"), QJsonArray()}, {QStringLiteral("entries"), entries}};
    return QJsonDocument(QJsonObject{{QStringLiteral("log"), log}}).toJson();
}

QByteArray shellWord(const QByteArray &word)
{
    return "'" + QByteArray(word).replace("'", "'\\''") + "'";
}

const JournalEntry *postedFor(const Capture &capture, QByteArrayView correlation)
{
    const auto found = std::find_if(capture.entries.begin(), capture.entries.end(), [correlation](const JournalEntry &entry) {
        return isPosted(entry) && entry.correlation == correlation;
    });
    return found == capture.entries.end() ? nullptr : &*found;
}

Result<QByteArray> toCurl(const Capture &capture, quint64 number)
{
    const auto found = std::find_if(capture.entries.begin(), capture.entries.end(), [number](const JournalEntry &entry) { return entry.sequence == number; });
    if (found == capture.entries.end())
        return failure(ErrorCode::InvalidMessage, QStringLiteral("there is no message %1 in the capture").arg(number));
    const JournalEntry *posted = isPosted(*found) ? &*found : found->correlation.isEmpty() ? nullptr : postedFor(capture, found->correlation);
    if (!posted)
        return failure(ErrorCode::InvalidMessage, QStringLiteral("message %1 is a %2, and what was posted for it is not in the capture").arg(number)
                       .arg(found->kind == EntryKind::Connect || found->kind == EntryKind::Disconnect ? QStringLiteral("connection") : QStringLiteral("message")));
    const bool streamed = posted->kind == EntryKind::Request;
    return QByteArray("curl ") + (streamed ? "-N " : "") + "-X POST " + shellWord(capture.header.url + (streamed ? capture.header.sendPath : capture.header.pushPath))
        + " -H 'Content-Type: application/json' --data-raw " + shellWord(posted->text) + '\n';
}

} // namespace trunkline
