// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsFrame.h"

#include <QTest>

using namespace trunkline;

/// RFC 6455 §5.2: what the hub writes.
class TestWsFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesHeaders_data();
    void writesHeaders();
    void makesFrames();
    void cutsAReasonBetweenCharacters_data();
    void cutsAReasonBetweenCharacters();
};

void TestWsFrame::writesHeaders_data()
{
    QTest::addColumn<qint64>("payload");
    QTest::addColumn<QByteArray>("header");
    const auto row = [](qint64 payload, const char *hex) {
        QTest::addRow("%lld", static_cast<long long>(payload)) << payload << QByteArray::fromHex(hex);
    };
    row(0, "8100");
    row(125, "817d");
    row(126, "817e007e");
    row(65535, "817effff");
    row(65536, "817f0000000000010000");
    row(Q_INT64_C(0x123456789a), "817f000000123456789a");
}

void TestWsFrame::writesHeaders()
{
    QFETCH(qint64, payload);
    QFETCH(QByteArray, header);
    char out[kMaxWsHeaderBytes];
    QCOMPARE(QByteArray(out, writeWsTextHeader(out, qsizetype(payload))), header);
    header[0] = char(0x82);
    QCOMPARE(QByteArray(out, writeWsHeader(out, WsOpcode::Binary, qsizetype(payload))), header);
}

void TestWsFrame::makesFrames()
{
    QCOMPARE(makeWsFrame(WsOpcode::Pong, "abc"), QByteArray("\x8a\x03" "abc"));
    QCOMPARE(makeWsFrame(WsOpcode::Close, {}), QByteArray::fromHex("8800"));
    QCOMPARE(makeWsFrame(WsOpcode::Text, QByteArray(126, 'x')), QByteArray::fromHex("817e007e") + QByteArray(126, 'x'));
    QCOMPARE(makeWsCloseFrame(1001, "bye"), QByteArray::fromHex("880503e9") + "bye");
}

void TestWsFrame::cutsAReasonBetweenCharacters_data()
{
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<qsizetype>("kept");
    QTest::newRow("just fits") << QByteArray(123, 'x') << qsizetype(123);
    QTest::newRow("one too many") << QByteArray(124, 'x') << qsizetype(123);
    QTest::newRow("two bytes across the edge") << QByteArray(122, 'x') + "\xc3\xa9" << qsizetype(122);
    QTest::newRow("four bytes across the edge") << QByteArray(120, 'x') + "\xf0\x9f\x98\x80" << qsizetype(120);
    QTest::newRow("four bytes up to the edge") << QByteArray(119, 'x') + "\xf0\x9f\x98\x80" + "y" << qsizetype(123);
}

void TestWsFrame::cutsAReasonBetweenCharacters()
{
    QFETCH(QByteArray, reason);
    QFETCH(qsizetype, kept);
    const QByteArray frame = makeWsCloseFrame(1008, reason);
    QCOMPARE(frame.first(4), QByteArray(1, char(0x88)) + char(kept + 2) + QByteArray::fromHex("03f0"));
    QCOMPARE(frame.sliced(4), reason.first(kept));
}

QTEST_APPLESS_MAIN(TestWsFrame)
#include "tst_wsframe.moc"
