// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsFrame.h"

#include <QTest>
#include <QtEndian>

using namespace trunkline;

namespace {

using Verdict = WsFrameGuard::Verdict;
enum class Mask { Yes, No };

/// A client's frame with `size` bytes of payload.
QByteArray frameOf(qsizetype size, Mask mask = Mask::Yes, int lengthBytes = -1)
{
    if (lengthBytes < 0)
        lengthBytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
    const int bit = mask == Mask::Yes ? 0x80 : 0;
    QByteArray frame(1, char(0x82));
    frame.append(char(bit | (lengthBytes == 0 ? int(size) : lengthBytes == 2 ? 126 : 127)));
    char length[8];
    qToBigEndian(quint64(size), length);
    frame.append(length + 8 - lengthBytes, lengthBytes);
    if (mask == Mask::Yes)
        frame.append("MASK");
    return frame + QByteArray(size, '\0');      // would read as unmasked headers
}

Verdict feedIn(const QByteArray &bytes, qsizetype step)
{
    WsFrameGuard guard;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        if (guard.feed(QByteArrayView(bytes).sliced(at, qMin(step, bytes.size() - at))) == Verdict::Unmasked)
            return Verdict::Unmasked;
    }
    return Verdict::Fine;
}

} // namespace

/// RFC 6455 §5.2: headers written, headers watched.
class TestWsFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesHeaders_data();
    void writesHeaders();
    void acceptsMaskedFrames_data();
    void acceptsMaskedFrames();
    void findsAnUnmaskedFrame_data();
    void findsAnUnmaskedFrame();
    void skipsPayloadUnseen();
    void survivesTheLongestLength();
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
    const qsizetype size = writeWsTextHeader(out, qsizetype(payload));
    QCOMPARE(QByteArray(out, size), header);
}

void TestWsFrame::acceptsMaskedFrames_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("empty") << frameOf(0);
    QTest::newRow("two empty") << frameOf(0) + frameOf(0);
    for (const int size : {1, 125, 126, 127, 300, 65535, 65536})
        QTest::addRow("%d bytes, then two", size) << frameOf(size) + frameOf(3) + frameOf(0);
    QTest::newRow("longer length than needed") << frameOf(5, Mask::Yes, 8) + frameOf(5, Mask::Yes, 2) + frameOf(1);
    QTest::newRow("half a header") << frameOf(300) + frameOf(300).first(5);
}

void TestWsFrame::acceptsMaskedFrames()
{
    QFETCH(QByteArray, bytes);
    for (const qsizetype step : {1, 2, 3, 7, 1000, 1'000'000})
        QCOMPARE(feedIn(bytes, step), Verdict::Fine);
}

void TestWsFrame::findsAnUnmaskedFrame_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("first") << frameOf(5, Mask::No);
    QTest::newRow("first two bytes") << frameOf(0, Mask::No);
    for (const int size : {0, 1, 125, 126, 65535, 65536})
        QTest::addRow("behind %d bytes", size) << frameOf(size) + frameOf(1, Mask::No);
}

void TestWsFrame::findsAnUnmaskedFrame()
{
    QFETCH(QByteArray, bytes);
    for (const qsizetype step : {1, 2, 3, 7, 1000, 1'000'000})
        QCOMPARE(feedIn(bytes, step), Verdict::Unmasked);
}

void TestWsFrame::skipsPayloadUnseen()
{
    WsFrameGuard guard;
    const QByteArray frame = frameOf(1000);
    QVERIFY(!guard.skip(8));                        // a header is due
    QCOMPARE(guard.feed(QByteArrayView(frame).first(8 + 100)), Verdict::Fine);
    QVERIFY(guard.skip(500));
    QVERIFY(!guard.skip(401));                      // one past the payload
    QVERIFY(guard.skip(400));
    QVERIFY(!guard.skip(1));
    QCOMPARE(guard.feed(frameOf(0, Mask::No)), Verdict::Unmasked);
}

void TestWsFrame::survivesTheLongestLength()
{
    WsFrameGuard guard;
    QCOMPARE(guard.feed(QByteArray::fromHex("82ffffffffffffffffff01020304")), Verdict::Fine);
    QVERIFY(guard.skip(Q_UINT64_C(0x7fffffffffffffff)));
    QCOMPARE(guard.feed(QByteArray(1000, '\0')), Verdict::Fine);
}

QTEST_APPLESS_MAIN(TestWsFrame)
#include "tst_wsframe.moc"
