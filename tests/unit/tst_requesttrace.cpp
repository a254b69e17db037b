// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/LogRequest.h"
#include "hub/core/RequestTrace.h"

#include <QSet>
#include <QTest>

#include <thread>

using namespace trunkline;

namespace {

constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

} // namespace

/// X-Request-ID and traceparent (W3C Trace Context §3.2.2).
class TestRequestTrace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void judgesRequestIds_data();
    void judgesRequestIds();
    void judgesTraceparents_data();
    void judgesTraceparents();
    void keepsWhatTheSenderSaid();
    void makesWhatIsMissing();
    void forgetsTheRequestBefore();
    void makesIdsThatDiffer();
    void tellsTheLogWhichRequestItIs();
};

void TestRequestTrace::judgesRequestIds_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, const QByteArray &id, bool good) { QTest::newRow(name) << id << good; };
    row("uuid", "7b7c2f3e-0a4b-4c57-9a54-1d1a7f0f9b11", true);
    row("nginx", "a3f5e1d20c9b48d2a3f5e1d20c9b48d2", true);
    row("aws", "1-67891233-abcdef012345678912345678", true);
    row("base64", "Zm9v/YmFy+eA==", true);
    row("hierarchical", "|7dd498a8.6c1b9.", true);
    row("one letter", "x", true);
    row("128 bytes", QByteArray(128, 'a'), true);
    row("129 bytes", QByteArray(129, 'a'), false);
    row("empty", "", false);
    row("space", "a b", false);
    row("tab", "a\tb", false);
    row("quote", "a\"b", false);
    row("backslash", "a\\b", false);
    row("comma", "a,b", false);
    row("brace", "{a}", false);
    row("bracket", "[a]", false);
    row("markup", "<b>", false);
    row("not ASCII", "\xc3\xa4", false);
    row("NUL", QByteArray("a\0b", 3), false);
    row("line feed", "a\nb", false);
}

void TestRequestTrace::judgesRequestIds()
{
    QFETCH(QByteArray, id);
    QFETCH(bool, good);
    QCOMPARE(isRequestId(id), good);
    RequestTrace trace;
    trace.begin(id, {});
    QCOMPARE(trace.id().toByteArray(), good ? id : QByteArray());
}

void TestRequestTrace::judgesTraceparents_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, const QByteArray &text, bool good) { QTest::newRow(name) << text << good; };
    const auto with = [](qsizetype at, const QByteArray &piece) { return QByteArray(kParent).replace(at, piece.size(), piece); };
    row("the specification's", kParent, true);
    row("not sampled", with(53, "00"), true);
    row("unknown flags", with(53, "fe"), true);
    row("later version", with(0, "cc"), true);
    row("version ff", with(0, "ff"), false);
    row("later version with more behind", with(0, "01") + "-x", false);
    row("more behind", QByteArray(kParent) + "-", false);
    row("cut", QByteArray(kParent).chopped(1), false);
    row("empty", "", false);
    row("capitals", QByteArray(kParent).toUpper(), false);
    row("no trace id", with(3, QByteArray(32, '0')), false);
    row("no parent id", with(36, QByteArray(16, '0')), false);
    row("a letter beyond f in the trace id", with(10, "g"), false);
    row("a letter beyond f in the parent id", with(40, "g"), false);
    row("a letter beyond f in the flags", with(54, "g"), false);
    row("a letter beyond f in the version", with(0, "0x"), false);
    for (const qsizetype dash : {2, 35, 52})
        row(QByteArray("no dash at " + QByteArray::number(dash)).constData(), with(dash, "0"), false);
}

void TestRequestTrace::judgesTraceparents()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    QCOMPARE(isTraceparent(text), good);
    RequestTrace trace;
    trace.begin({}, text);
    QCOMPARE(trace.traceparentJson().toByteArray(), good ? '"' + text + '"' : QByteArray());
}

void TestRequestTrace::keepsWhatTheSenderSaid()
{
    RequestIdSource source(1);
    RequestTrace trace;
    trace.begin("mine", kParent);
    trace.ensureId(source);
    QCOMPARE(trace.id().toByteArray(), "mine");
    QVERIFY(!trace.isMade());
    QCOMPARE(trace.traceparentJson().toByteArray(), QByteArray("\"") + kParent + '"');
}

void TestRequestTrace::makesWhatIsMissing()
{
    RequestIdSource source(1);
    RequestTrace trace;
    trace.begin({}, {});
    QVERIFY(trace.id().isEmpty() && !trace.isMade());
    trace.ensureId(source);
    QVERIFY(trace.isMade());
    QCOMPARE(trace.id().size(), kMadeRequestIdBytes);
    const QByteArray made = trace.id().toByteArray();
    trace.ensureId(source);
    QCOMPARE(trace.id().toByteArray(), made);
    QVERIFY(isRequestId(made));
    QVERIFY(trace.traceparentJson().isEmpty());
}

void TestRequestTrace::forgetsTheRequestBefore()
{
    RequestIdSource source(1);
    RequestTrace trace;
    trace.begin("first", kParent);
    trace.begin(QByteArrayView("not good"), "not good");
    QVERIFY(trace.id().isEmpty() && trace.traceparentJson().isEmpty() && !trace.isMade());
    trace.begin("second", {});
    trace.begin();
    QVERIFY(trace.id().isEmpty());
    trace.ensureId(source);
    trace.begin("third", {});
    QVERIFY(!trace.isMade());
}

void TestRequestTrace::makesIdsThatDiffer()
{
    RequestIdSource source(0), random, otherRandom;
    QSet<QByteArray> seen;
    for (int i = 0; i < 10'000; ++i) {
        for (RequestIdSource *one : {&source, &random, &otherRandom}) {
            QByteArray id(kMadeRequestIdBytes, ' ');
            one->make(id.data());
            seen.insert(id);
        }
    }
    QCOMPARE(seen.size(), 30'000);
}

void TestRequestTrace::tellsTheLogWhichRequestItIs()
{
    QVERIFY(LogRequest::current().isEmpty());
    {
        const LogRequest outer("outer");
        {
            const LogRequest inner("inner");
            QCOMPARE(LogRequest::current().toByteArray(), "inner");
            bool other = false;
            std::thread([&other] { other = LogRequest::current().isEmpty(); }).join();
            QVERIFY(other);
        }
        QCOMPARE(LogRequest::current().toByteArray(), "outer");
    }
    QVERIFY(LogRequest::current().isEmpty());
}

QTEST_APPLESS_MAIN(TestRequestTrace)
#include "tst_requesttrace.moc"
