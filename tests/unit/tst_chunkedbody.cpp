// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/RequestHead.h"

#include <QTest>

using namespace trunkline;

namespace {

using Outcome = ChunkedBody::Outcome;

struct Decoded
{
    Outcome outcome = Outcome::NeedMore;
    QByteArray body;
    qsizetype taken = 0;
};

/// Feeds `wire` in pieces of `step` bytes.
Decoded decode(const QByteArray &wire, qsizetype step, qint64 maxBytes = 1000)
{
    ChunkedBody chunks(maxBytes);
    Decoded decoded;
    for (qsizetype at = 0; at < wire.size() && decoded.outcome == Outcome::NeedMore; at += step) {
        qsizetype taken = 0;
        decoded.outcome = chunks.feed(QByteArrayView(wire).sliced(at, qMin(step, wire.size() - at)), taken);
        decoded.taken += taken;
    }
    decoded.body = chunks.takeBody();
    return decoded;
}

} // namespace

/// RFC 9112 §7.1, whole and in every smaller piece.
class TestChunkedBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodes_data();
    void decodes();
    void rejects_data();
    void rejects();
    void acceptsABodyAtTheLimit();
    void rejectsABodyOnePastTheLimit();
    void boundsExtensionsAndTrailers();
    void acceptsManySmallChunks();
    void takesNothingOnceComplete();
};

void TestChunkedBody::decodes_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const QByteArray &wire, const QByteArray &body) { QTest::newRow(name) << wire << body; };
    row("empty", "0\r\n\r\n", "");
    row("one", "5\r\nhello\r\n0\r\n\r\n", "hello");
    row("two", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world");
    row("hexadecimal", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n", "01234567890123456789a");
    row("leading zeros", "0005\r\nhello\r\n0000\r\n\r\n", "hello");
    row("line breaks in the data", "6\r\n\r\n0\r\n\r\r\n0\r\n\r\n", "\r\n0\r\n\r");
    row("extension", "5;a=b;c=\"d\"\r\nhello\r\n0;last\r\n\r\n", "hello");
    row("blank before an extension", "5 ;a\r\nhello\r\n0\r\n\r\n", "hello");
    row("trailers", "5\r\nhello\r\n0\r\nX: y\r\nZ:\r\n\r\n", "hello");
}

void TestChunkedBody::decodes()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, body);
    const QByteArray next = "GET / HTTP/1.1\r\n";
    for (qsizetype step = 1; step <= wire.size() + next.size(); ++step) {
        const Decoded decoded = decode(wire + next, step);
        QCOMPARE(decoded.outcome, Outcome::Complete);
        QCOMPARE(decoded.body, body);
        QCOMPARE(decoded.taken, wire.size());
    }
    for (qsizetype size = 0; size < wire.size(); ++size)
        QCOMPARE(decode(wire.first(size), wire.size()).outcome, Outcome::NeedMore);
}

void TestChunkedBody::rejects_data()
{
    QTest::addColumn<QByteArray>("wire");
    const auto row = [](const char *name, const QByteArray &wire) { QTest::newRow(name) << wire; };
    row("no size", "\r\nhello\r\n");
    row("extension without size", ";a\r\n");
    row("words", "hello\r\n");
    row("negative", "-5\r\nhello\r\n");
    row("plus", "+5\r\nhello\r\n");
    row("prefix", "0x5\r\nhello\r\n");
    row("leading blank", " 5\r\nhello\r\n");
    row("blank behind", "5 \r\nhello\r\n");
    row("bare LF behind the size", "5\nhello\r\n0\r\n\r\n");
    row("bare CR in the size line", "5\r;x\r\nhello\r\n0\r\n\r\n");
    row("data too long", "5\r\nhello!\r\n0\r\n\r\n");
    row("data without line end", "5\r\nhello0\r\n\r\n");
    row("bare LF behind the data", "5\r\nhello\n0\r\n\r\n");
    row("nine digits", "000000005\r\nhello\r\n0\r\n\r\n");
    row("trailer without colon", "0\r\nX\r\n\r\n");
    row("trailer without name", "0\r\n: x\r\n\r\n");
    row("trailer name with blank", "0\r\nX : x\r\n\r\n");
    row("bare LF at the end", "0\r\n\n");
}

void TestChunkedBody::rejects()
{
    QFETCH(QByteArray, wire);
    for (qsizetype step = 1; step <= wire.size(); ++step)
        QCOMPARE(decode(wire, step).outcome, Outcome::Malformed);
}

void TestChunkedBody::acceptsABodyAtTheLimit()
{
    const QByteArray wire = "8\r\n01234567\r\n2\r\n89\r\n0\r\n\r\n";
    QCOMPARE(decode(wire, 1, 10).outcome, Outcome::Complete);
    QCOMPARE(decode("0\r\n\r\n", 1, 0).outcome, Outcome::Complete);
}

void TestChunkedBody::rejectsABodyOnePastTheLimit()
{
    for (const qsizetype step : {1, 100}) {
        QCOMPARE(decode("8\r\n01234567\r\n3\r\n89a\r\n0\r\n\r\n", step, 10).outcome, Outcome::TooLarge);
        QCOMPARE(decode("ffffffff\r\n", step, 10).outcome, Outcome::TooLarge);
        QCOMPARE(decode("1\r\n", step, 0).outcome, Outcome::TooLarge);
    }
}

void TestChunkedBody::boundsExtensionsAndTrailers()
{
    // A line, its CR counted.
    QCOMPARE(decode("0;" + QByteArray(4096 - 3, 'x') + "\r\n\r\n", 1).outcome, Outcome::Complete);
    QCOMPARE(decode("0;" + QByteArray(4096 - 2, 'x') + "\r\n\r\n", 1).outcome, Outcome::TooLarge);
    QCOMPARE(decode("0;" + QByteArray(4096 - 2, 'x') + "\r\n\r\n", 9999).outcome, Outcome::TooLarge);
    const QByteArray trailer = "X: " + QByteArray(996, 'y') + '\r';
    QCOMPARE(trailer.size(), 1000);
    const auto wire = [&](int lines) -> QByteArray { return "0\r\n" + QByteArray(trailer + '\n').repeated(lines) + "\r\n"; };
    QCOMPARE(decode(wire(16), 777).outcome, Outcome::Complete);
    QCOMPARE(decode(wire(17), 777).outcome, Outcome::TooLarge);
}

void TestChunkedBody::acceptsManySmallChunks()
{
    const QByteArray wire = QByteArray("1\r\nx\r\n").repeated(50'000) + "0\r\n\r\n";
    const Decoded decoded = decode(wire, 4096, 50'000);
    QCOMPARE(decoded.outcome, Outcome::Complete);
    QCOMPARE(decoded.body.size(), 50'000);
}

void TestChunkedBody::takesNothingOnceComplete()
{
    ChunkedBody chunks(10);
    qsizetype taken = 0;
    QCOMPARE(chunks.feed("0\r\n\r\n", taken), Outcome::Complete);
    QCOMPARE(taken, 5);
    QCOMPARE(chunks.feed("5\r\nhello\r\n", taken), Outcome::Complete);
    QCOMPARE(taken, 0);
}

QTEST_APPLESS_MAIN(TestChunkedBody)
#include "tst_chunkedbody.moc"
