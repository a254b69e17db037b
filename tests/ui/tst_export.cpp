// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/Export.h"
#include "ui/models/ExchangeModel.h"
#include "ui/models/TrafficModel.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace trunkline;
using namespace trunkline::exporting;

namespace {

Message message(quint64 sequence, EntryKind kind, Leg leg, Direction direction, const QByteArray &text)
{
    JournalEntry entry;
    entry.sequence = sequence;
    entry.kind = kind;
    entry.leg = leg;
    entry.direction = direction;
    entry.user = "bob";
    entry.session = {7};
    entry.correlation = "c1";
    entry.text = text;
    entry.textBytes = text.size();
    return {entry, std::chrono::milliseconds(1'700'000'000'123)};
}

Shown exchanges()
{
    auto info = std::make_shared<ExchangeInfo>();
    info->number = 3;
    info->correlation = "c1";
    info->state = ExchangeState::Done;
    info->startedAt = std::chrono::milliseconds(1'700'000'000'000);
    info->route = {.named = "bob", .target = "bob", .mention = {}, .sessionsFound = 1, .written = 1, .overflowed = 0, .answer = {}};
    info->latency = std::chrono::microseconds(2'500);
    info->agent = "curl";
    info->chunks = 1;
    info->request = R"({"big":12345678901234567890123,"message":"say \"hi\", please"})";
    info->requestBytes = info->request.size();
    info->steps = {{StepKind::RequestComplete, {}, 0}, {StepKind::Reply, std::chrono::microseconds(1'500), 9}, {StepKind::Ended, std::chrono::microseconds(2'500), 0}};
    Shown shown;
    shown.exchanges = {info};
    shown.replies = {message(2, EntryKind::Reply, Leg::Client, Direction::In, R"({"text":"one"})")};
    shown.columns = {{QStringLiteral("User"), static_cast<int>(ExchangeModel::Column::User)},
                     {QStringLiteral("Summary"), static_cast<int>(ExchangeModel::Column::Summary)},
                     {QStringLiteral("big"), ExchangeModel::Columns, QStringLiteral("big")}};
    shown.hub.url = "http://127.0.0.1:9000/";
    shown.hub.sseSendPath = "/my/send";
    return shown;
}

Shown traffic()
{
    Shown shown;
    shown.messages = {message(1, EntryKind::Push, Leg::Upstream, Direction::In, R"({"a":1})"),
                      message(2, EntryKind::Push, Leg::Client, Direction::Out, R"({"a":1})"),
                      message(3, EntryKind::Text, Leg::Client, Direction::In, "=not JSON\nat all")};
    shown.columns = {{QStringLiteral("#"), static_cast<int>(TrafficModel::Column::Number)},
                     {QStringLiteral("Summary"), static_cast<int>(TrafficModel::Column::Summary)}};
    return shown;
}

QJsonArray entriesOf(const Shown &shown)
{
    const QJsonObject log = QJsonDocument::fromJson(har(shown)).object().value(QStringLiteral("log")).toObject();
    if (log.value(QStringLiteral("version")).toString() != QStringLiteral("1.2"))
        return {};
    return log.value(QStringLiteral("entries")).toArray();
}

} // namespace

class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsFormatsByName()
    {
        QCOMPARE(formatOf(QStringLiteral("/a/b.JSONL")), Format::JsonLines);
        QCOMPARE(formatOf(QStringLiteral("b.ndjson")), Format::JsonLines);
        QCOMPARE(formatOf(QStringLiteral("b.csv")), Format::Csv);
        QCOMPARE(formatOf(QStringLiteral("b.har")), Format::Har);
        QVERIFY(!formatOf(QStringLiteral("b.txt")));
    }
    void writesExchangesAsLines()
    {
        const QByteArray lines = jsonLines(exchanges());
        QCOMPARE(lines.count('\n'), 1);
        QVERIFY2(lines.contains(R"("big":12345678901234567890123)"), lines.constData());      // digits as they were
        const QJsonObject line = QJsonDocument::fromJson(lines).object();
        QCOMPARE(line.value(QStringLiteral("exchange")).toInt(), 3);
        QCOMPARE(line.value(QStringLiteral("started")).toString(), QStringLiteral("2023-11-14T22:13:20.000Z"));
        QCOMPARE(line.value(QStringLiteral("latency_ms")).toDouble(), 2.5);
        QCOMPARE(line.value(QStringLiteral("state")).toString(), QStringLiteral("done"));
        QCOMPARE(line.value(QStringLiteral("steps")).toArray().size(), 3);
        QCOMPARE(line.value(QStringLiteral("request")).toObject().value(QStringLiteral("message")).toString(), QStringLiteral("say \"hi\", please"));
    }
    void writesMessagesAsLines()
    {
        const QByteArrayList lines = jsonLines(traffic()).trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        const QJsonObject push = QJsonDocument::fromJson(lines[0]).object();
        QCOMPARE(push.value(QStringLiteral("payload")).toObject().value(QStringLiteral("a")).toInt(), 1);
        QCOMPARE(push.value(QStringLiteral("time")).toString(), QStringLiteral("2023-11-14T22:13:20.123Z"));
        QCOMPARE(QJsonDocument::fromJson(lines[2]).object().value(QStringLiteral("payload")).toString(), QStringLiteral("=not JSON\nat all"));
    }
    void writesTheColumnsInSight()
    {
        QCOMPARE(csv(exchanges()), QByteArray("User,Summary,big\r\nbob,\"say \"\"hi\"\", please\",12345678901234567890123\r\n"));
        const QByteArrayList lines = csv(traffic()).split('\n');
        QVERIFY2(lines[3].startsWith("3,'=not JSON"), lines[3].constData());      // no formula for a spreadsheet
    }
    void writesAnArchiveOfExchanges()
    {
        const QJsonArray entries = entriesOf(exchanges());
        QCOMPARE(entries.size(), 1);
        const QJsonObject entry = entries[0].toObject();
        const QJsonObject request = entry.value(QStringLiteral("request")).toObject();
        QCOMPARE(request.value(QStringLiteral("url")).toString(), QStringLiteral("http://127.0.0.1:9000/my/send"));
        QCOMPARE(request.value(QStringLiteral("method")).toString(), QStringLiteral("POST"));
        QVERIFY(request.value(QStringLiteral("postData")).toObject().value(QStringLiteral("text")).toString().contains(QStringLiteral("please")));
        const QJsonObject content = entry.value(QStringLiteral("response")).toObject().value(QStringLiteral("content")).toObject();
        QCOMPARE(content.value(QStringLiteral("text")).toString(), QStringLiteral("data: {\"text\":\"one\"}\n\n"));
        QCOMPARE(content.value(QStringLiteral("mimeType")).toString(), QStringLiteral("text/event-stream"));
        const QJsonObject timings = entry.value(QStringLiteral("timings")).toObject();
        QCOMPARE(timings.value(QStringLiteral("wait")).toDouble(), 1.5);
        QCOMPARE(timings.value(QStringLiteral("receive")).toDouble(), 1.0);
        QCOMPARE(entry.value(QStringLiteral("time")).toDouble(), 2.5);
    }
    void writesAnArchiveOfTraffic()
    {
        const QJsonArray entries = entriesOf(traffic());
        QCOMPARE(entries.size(), 2);        // the push, and the session with its two frames
        QCOMPARE(entries[0].toObject().value(QStringLiteral("request")).toObject().value(QStringLiteral("url")).toString(),
                 QStringLiteral("http://127.0.0.1:8080/sse/push"));
        const QJsonObject session = entries[1].toObject();
        QCOMPARE(session.value(QStringLiteral("response")).toObject().value(QStringLiteral("status")).toInt(), 101);
        const QJsonArray frames = session.value(QStringLiteral("_webSocketMessages")).toArray();
        QCOMPARE(frames.size(), 2);
        QCOMPARE(frames[0].toObject().value(QStringLiteral("type")).toString(), QStringLiteral("receive"));
        QCOMPARE(frames[1].toObject().value(QStringLiteral("type")).toString(), QStringLiteral("send"));
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
