// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/Export.h"

#include "hub/view/filter/PayloadJson.h"
#include "ui/models/EntryWords.h"
#include "ui/models/ExchangeModel.h"
#include "ui/models/TrafficModel.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace trunkline::exporting {

namespace {

QString iso(std::chrono::milliseconds at)
{
    return QDateTime::fromMSecsSinceEpoch(at.count()).toUTC().toString(Qt::ISODateWithMs);
}

QByteArray jsonString(const QString &text)
{
    QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

/// A line of JSON, member by member: payloads stay the bytes that they were.
class Line
{
public:
    Line &add(const char *name, const QString &value) { return raw(name, jsonString(value)); }
    Line &add(const char *name, const QByteArray &value) { return raw(name, jsonString(QString::fromUtf8(value))); }
    Line &add(const char *name, qint64 value) { return raw(name, QByteArray::number(value)); }
    Line &milliseconds(const char *name, std::chrono::microseconds value)
    {
        return raw(name, QByteArray::number(static_cast<double>(value.count()) / 1000.0, 'f', 3));
    }
    /// A payload: as it is when it is JSON on one line, else as a string.
    Line &payload(const char *name, const QByteArray &bytes)
    {
        const bool fits = !bytes.isEmpty() && !bytes.contains('\n') && !bytes.contains('\r') && !filter::findJsonMistake(bytes);
        return fits ? raw(name, bytes) : add(name, bytes);
    }
    Line &raw(const char *name, const QByteArray &json)
    {
        m_text += (m_text.isEmpty() ? "{\"" : ",\"") + QByteArray(name) + "\":" + json;
        return *this;
    }
    [[nodiscard]] QByteArray text() const { return m_text + "}\n"; }

private:
    QByteArray m_text;
};

const char *nameOf(ExchangeState state)
{
    switch (state) {
    case ExchangeState::Streaming: return "streaming";
    case ExchangeState::Done: return "done";
    case ExchangeState::TimedOut: return "timeout";
    case ExchangeState::NotConnected: return "notconnected";
    case ExchangeState::Disconnected: return "disconnected";
    case ExchangeState::Cancelled: return "cancelled";
    case ExchangeState::Shutdown: return "shutdown";
    case ExchangeState::Overflow: return "overflow";
    }
    return "";
}

const char *nameOf(StepKind kind)
{
    switch (kind) {
    case StepKind::RequestComplete: return "request_complete";
    case StepKind::Routed: return "routed";
    case StepKind::Written: return "written";
    case StepKind::Drained: return "drained";
    case StepKind::Reply: return "reply";
    case StepKind::EventWritten: return "event_written";
    case StepKind::UpstreamDrained: return "upstream_drained";
    case StepKind::Ended: return "ended";
    case StepKind::LateReply: return "late_reply";
    }
    return "";
}

QByteArray lineOf(const ExchangeInfo &exchange)
{
    QByteArrayList steps;
    for (const ExchangeStep &step : exchange.steps) {
        steps << QByteArray("{\"step\":\"") + nameOf(step.kind) + "\",\"ms\":"
                     + QByteArray::number(static_cast<double>(step.at.count()) / 1000.0, 'f', 3) + ",\"bytes\":" + QByteArray::number(step.bytes) + '}';
    }
    Line line;
    line.add("exchange", static_cast<qint64>(exchange.number)).add("started", iso(exchange.startedAt)).add("correlation_id", exchange.correlation);
    line.add("state", QByteArray(nameOf(exchange.state))).milliseconds("latency_ms", exchange.latency);
    line.add("named", exchange.route.named).add("target", exchange.route.target).add("session", static_cast<qint64>(exchange.session.value));
    line.add("upstream", exchange.upstream).add("agent", exchange.agent).add("chunks", exchange.chunks).add("late_replies", exchange.lateReplies);
    line.add("request_bytes", exchange.requestBytes).payload("request", exchange.request).raw("steps", '[' + steps.join(',') + ']');
    return line.text();
}

QByteArray lineOf(const Message &message)
{
    const JournalEntry &entry = message.entry;
    Line line;
    line.add("message", static_cast<qint64>(entry.sequence)).add("time", iso(message.at));
    line.add("direction", QByteArray(entry.direction == Direction::In ? "in" : "out"));
    line.add("leg", QByteArray(entry.leg == Leg::Client ? "client" : "upstream"));
    line.add("kind", filterWord(entry.kind)).add("status", filterWord(entry.status));
    line.add("user", entry.user).add("session", static_cast<qint64>(entry.session.value)).add("correlation_id", entry.correlation);
    line.add("bytes", std::max<qint64>(entry.textBytes, entry.text.size())).payload("payload", entry.text);
    return line.text();
}

QByteArray csvCell(QString text)
{
    if (!text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front()))
        text.prepend(u'\'');
    const bool quote = text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r');
    return (quote ? QString(u'"' % text.replace(u'"', QStringLiteral("\"\"")) % u'"') : text).toUtf8();
}

QByteArray csvLine(const QStringList &cells)
{
    QByteArrayList out;
    for (const QString &cell : cells)
        out << csvCell(cell);
    return out.join(',') + "\r\n";
}

} // namespace

std::optional<Format> formatOf(const QString &path)
{
    const QString name = path.toLower();
    if (name.endsWith(QLatin1StringView(".jsonl")) || name.endsWith(QLatin1StringView(".ndjson")))
        return Format::JsonLines;
    if (name.endsWith(QLatin1StringView(".csv")))
        return Format::Csv;
    if (name.endsWith(QLatin1StringView(".har")))
        return Format::Har;
    return std::nullopt;
}

QByteArray jsonLines(const Shown &shown)
{
    QByteArray out;
    for (const auto &exchange : shown.exchanges)
        out += lineOf(*exchange);
    for (const Message &message : shown.messages)
        out += lineOf(message);
    return out;
}

QByteArray csv(const Shown &shown)
{
    QStringList cells;
    for (const Column &column : shown.columns)
        cells << column.title;
    QByteArray out = csvLine(cells);
    for (const auto &exchange : shown.exchanges) {
        cells.clear();
        for (const Column &column : shown.columns)
            cells << (column.path.isEmpty() ? cellOf(*exchange, static_cast<ExchangeModel::Column>(column.number)) : valueAt(exchange->request, column.path));
        out += csvLine(cells);
    }
    for (const Message &message : shown.messages) {
        cells.clear();
        for (const Column &column : shown.columns)
            cells << (column.path.isEmpty() ? cellOf(message.entry, static_cast<TrafficModel::Column>(column.number), message.at)
                                            : valueAt(message.entry.payload(), column.path));
        out += csvLine(cells);
    }
    return out;
}

QByteArray write(Format format, const Shown &shown)
{
    switch (format) {
    case Format::JsonLines: return jsonLines(shown);
    case Format::Csv: return csv(shown);
    case Format::Har: return har(shown);
    }
    return {};
}

} // namespace trunkline::exporting
