// SPDX-License-Identifier: GPL-3.0-or-later
// Capsules and captures as views: what goes out, what is masked, what a window would see.
#include "bench/Capsule.h"
#include "hub/capture/CaptureView.h"

#include <QTest>

using namespace trunkline;

namespace {

JournalEntry entry(quint64 n, qint64 us, Leg leg, Direction direction, EntryKind kind, const QByteArray &text, EntryStatus status = EntryStatus::Ok)
{
    JournalEntry made;
    made.sequence = n;
    made.time = {Clock::Duration(us)};
    made.leg = leg;
    made.direction = direction;
    made.kind = kind;
    made.status = status;
    made.session = {leg == Leg::Client ? 3u : 0u};
    made.user = "bob";
    made.correlation = kind == EntryKind::Connect ? "" : "c-1";
    made.text = text;
    made.textBytes = text.size();
    return made;
}

/// An exchange of two replies, the second late by 600 ms, and another one.
Capture sample()
{
    using enum EntryKind;
    Capture capture;
    capture.header.url = "http://127.0.0.1:8080";
    capture.header.settings = {{"PORT", "8080"}};
    capture.header.startedAt = std::chrono::milliseconds(1'700'000'000'000);
    capture.entries = {
        entry(1, 0, Leg::Client, Direction::In, Connect, "127.0.0.1:1"),
        entry(2, 1'000, Leg::Upstream, Direction::In, Request, R"({"user_id":"bob","data":{"message":"<hi> & 'you'","api_key":"s3cret"}})"),
        entry(3, 1'100, Leg::Client, Direction::Out, Request, R"({"message":"<hi> & 'you'","api_key":"s3cret","correlation_id":"c-1"})"),
        entry(4, 5'000, Leg::Client, Direction::In, Reply, R"({"correlation_id":"c-1","data":{"delta":"one ``` "}})"),
        entry(5, 5'050, Leg::Upstream, Direction::Out, Event, R"({"correlation_id":"c-1","data":{"delta":"one ``` "}})"),
        entry(6, 605'000, Leg::Client, Direction::In, Reply, R"({"correlation_id":"c-1","is_final":true})"),
        entry(7, 605'050, Leg::Upstream, Direction::Out, Event, R"({"correlation_id":"c-1","is_final":true})"),
        entry(8, 700'000, Leg::Client, Direction::In, Reply, R"({"correlation_id":"c-1","data":{}})", EntryStatus::Late)};
    capture.entries.push_back(entry(9, 800'000, Leg::Upstream, Direction::In, Request, R"({"user_id":"nobody","data":{}})"));
    capture.entries.back().correlation = "c-2";
    capture.entries.push_back(entry(10, 800'010, Leg::Upstream, Direction::In, Request, {}, EntryStatus::NotConnected));
    capture.entries.back().correlation = "c-2";
    return capture;
}

QByteArray fileOf(const Capsule &capsule, const QByteArray &name)
{
    for (const ZipEntry &file : capsule.files) {
        if (file.name == name)
            return file.bytes;
    }
    return {};
}

} // namespace

class tst_Capsule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exchangesAreToldAsTheHubWould();
    void viewShowsHolesWhereMessagesAreMissing();
    void capsuleHoldsTheExchangeAndNoSecret();
    void reportHasNoScriptAndEscapes();
    void secretsCanBeKept();
    void unknownExchangeIsRefused();
    void zipSurvivesTheWay();
    void zipOfOthersIsRefused();
    void zipThatIsDamagedIsRefused();
    void zipWhoseFilesShareBytesIsRefused();
};

void tst_Capsule::exchangesAreToldAsTheHubWould()
{
    const std::vector<ExchangeInfo> exchanges = exchangesOf(sample());
    QCOMPARE(exchanges.size(), 2u);
    const ExchangeInfo &first = exchanges[0];
    QVERIFY(first.state == ExchangeState::Done);
    QCOMPARE(first.chunks, 2);
    QCOMPARE(first.lateReplies, 1);
    QCOMPARE(first.latency.count(), 604'050);
    QCOMPARE(first.route.target, "bob");
    QCOMPARE(first.route.written, 1);
    QCOMPARE(first.session.value, 3u);
    std::vector<StepKind> kinds;
    for (const ExchangeStep &step : first.steps)
        kinds.push_back(step.kind);
    QVERIFY(kinds == (std::vector<StepKind>{StepKind::RequestComplete, StepKind::Written, StepKind::Reply, StepKind::EventWritten, StepKind::Reply, StepKind::EventWritten,
                                            StepKind::Ended, StepKind::LateReply}));
    QVERIFY(exchanges[1].state == ExchangeState::NotConnected && exchanges[1].isFailed());
}

void tst_Capsule::viewShowsHolesWhereMessagesAreMissing()
{
    Capture capture = sample();
    capture.gaps = {{4, 10}};
    capture.skipped = 10;
    const CaptureView view(capture);
    QVERIFY(view.link() == HubView::Link::Recorded && view.isReadOnly());
    QVERIFY(view.linkDetail().contains(QStringLiteral("10 messages are missing")));
    QCOMPARE(view.snapshot()->sessions.size(), 1u);
    QCOMPARE(view.snapshot()->journalLast, 20u);
    std::size_t read = 0;
    quint64 skipped = 0;
    quint64 last = 0;
    for (;;) {
        const JournalPage page = view.journalAfter(last, 3);
        skipped += page.skipped;
        if (page.entries.empty())
            break;
        read += page.entries.size();
        last = page.entries.back().sequence;
    }
    QCOMPARE(read, 10u);
    QCOMPARE(skipped, 10u);
    QCOMPARE(view.exchangesAfter(0, 1).exchanges.size(), 1u);
    QCOMPARE(view.exchangesAfter(1, 10).exchanges.size(), 1u);
    QVERIFY(view.exchangesAfter(2, 10).exchanges.empty());
}

void tst_Capsule::capsuleHoldsTheExchangeAndNoSecret()
{
    const auto capsule = makeCapsule(sample(), {.correlation = "c-1"});
    QVERIFY(capsule);
    for (const ZipEntry &file : capsule->files) {
        QVERIFY2(!file.bytes.contains("s3cret"), file.name.constData());
        QVERIFY2(!file.bytes.contains("nobody"), file.name.constData());
    }
    QCOMPARE(capsule->masked.size(), 2u);       // data.api_key as posted, api_key as delivered
    const auto capture = readCapture(fileOf(*capsule, "capture.trunk"));
    QVERIFY(capture);
    QCOMPARE(capture->entries.size(), 8u);
    QVERIFY(capture->header.redactions.contains("(secrets)"));
    const QByteArray markdown = fileOf(*capsule, "report.md");
    QVERIFY(markdown.contains("longest gap 600 ms") || markdown.contains("longest gap 0.6 s"));
    QVERIFY(markdown.contains("````"));         // the text's own fence does not close ours
    QVERIFY(fileOf(*capsule, "repro.sh").contains("trunkline replay capture.trunk"));
    QVERIFY(fileOf(*capsule, "repro.sh").contains("curl -N"));
}

void tst_Capsule::reportHasNoScriptAndEscapes()
{
    const auto capsule = makeCapsule(sample(), {.correlation = "c-1"});
    const QByteArray html = fileOf(*capsule, "report.html");
    QVERIFY(html.contains("&lt;hi&gt; &amp;") && !html.contains("<hi>"));
    QVERIFY(!html.contains("<script") && !html.contains("http-equiv=refresh") && !html.contains("src="));
    QVERIFY(html.contains("default-src 'none'"));
    QVERIFY(html.contains("class=client"));
}

void tst_Capsule::secretsCanBeKept()
{
    const auto capsule = makeCapsule(sample(), {.correlation = "c-1", .redact = {"message"}, .secrets = Redaction::Secrets::Keep});
    QVERIFY(capsule);
    QVERIFY(fileOf(*capsule, "capture.trunk").contains("s3cret"));
    QCOMPARE(capsule->masked.size(), 1u);
}

void tst_Capsule::unknownExchangeIsRefused()
{
    const auto capsule = makeCapsule(sample(), {.correlation = "c-9"});
    QVERIFY(!capsule);
    QVERIFY(capsule.error().code == ErrorCode::InvalidMessage);
}

void tst_Capsule::zipSurvivesTheWay()
{
    const std::vector<ZipEntry> files{{"a.txt", "hello"}, {"gr\xc3\xbc\xc3\x9f" "e/b.bin", QByteArray("\0PK\x05\x06\xff", 6)}, {"empty", ""}};
    const auto read = fromZip(toZip(files));
    QVERIFY(read);
    QCOMPARE(read->size(), files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        QCOMPARE((*read)[i].name, files[i].name);
        QCOMPARE((*read)[i].bytes, files[i].bytes);
    }
    QCOMPARE(fromZip(toZip({}))->size(), 0u);
}

void tst_Capsule::zipOfOthersIsRefused()
{
    QVERIFY(!fromZip("no archive"));
    QByteArray compressed = toZip({{"a", "hello"}});
    compressed[compressed.indexOf("PK\x01\x02") + 10] = 8;     // deflate
    const auto read = fromZip(compressed);
    QVERIFY(!read && read.error().detail.contains(QStringLiteral("compressed")));
}

/// Names of a few bytes each that all stand for the same large file: more than memory holds, out of a small archive.
void tst_Capsule::zipWhoseFilesShareBytesIsRefused()
{
    const QByteArray zip = toZip({{"a", QByteArray(10'000, 'x')}, {"b", "y"}});
    const qsizetype first = zip.indexOf("PK\x01\x02");
    const qsizetype second = zip.indexOf("PK\x01\x02", first + 4);
    QVERIFY(first > 0 && second > first);
    QByteArray bomb = zip;
    bomb.replace(second, second - first, zip.mid(first, second - first));       // b is a once more
    QVERIFY(fromZip(zip).has_value());
    const auto refused = fromZip(bomb);
    QVERIFY(!refused && refused.error().code == ErrorCode::InvalidMessage);
}

void tst_Capsule::zipThatIsDamagedIsRefused()
{
    const QByteArray zip = toZip({{"a", "hello"}, {"b", "world"}});
    for (qsizetype size = 0; size < zip.size(); ++size)
        QVERIFY(!fromZip(zip.first(size)));
    QByteArray changed = zip;
    changed[changed.indexOf("hello")] = 'j';
    QVERIFY(!fromZip(changed));
    for (qsizetype i = 0; i < zip.size(); ++i) {       // any other byte: read or refused, never worse
        QByteArray other = zip;
        other[i] = char(other[i] ^ 0x55);
        (void)fromZip(other);
    }
}

QTEST_GUILESS_MAIN(tst_Capsule)
#include "tst_capsule.moc"
