// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/WsReader.h"
#include "support/ClientFrame.h"

#include <QTest>

using namespace trunkline;
using Kind = WsReader::Kind;

namespace {

constexpr qint64 kLimit = 1000;

/// Everything a reader made of a stream, as one line an item.
QByteArray readIn(const QByteArray &stream, qsizetype step, WsReader::Binary binary = WsReader::Binary::Accepted)
{
    WsReader reader(kLimit, binary);
    QByteArray seen;
    for (qsizetype at = 0; at < stream.size(); at += step) {
        QByteArray piece = stream.mid(at, step);
        const qsizetype size = piece.size();
        piece.append(8, '\0');
        char *begin = piece.data();
        char *const end = begin + size;
        while (const auto item = reader.next(begin, end, 8)) {
            static const char *const names[] = {"text ", "binary ", "ping ", "pong ", "close "};
            seen.append(names[int(item->kind)]);
            if (item->kind == Kind::Close)
                seen.append(QByteArray::number(item->code)).append(' ');
            seen.append(item->payload).append('\n');
        }
    }
    if (const auto &failure = reader.failure())
        seen.append("failed ").append(QByteArray::number(failure->code)).append('\n');
    return seen;
}

QByteArray text(const QByteArray &payload, bool final = true) { return ClientFrame{1, payload, final}.bytes(); }
QByteArray more(const QByteArray &payload, bool final = true) { return ClientFrame{0, payload, final}.bytes(); }
QByteArray binary(const QByteArray &payload, bool final = true) { return ClientFrame{2, payload, final}.bytes(); }
QByteArray ping(const QByteArray &payload) { return ClientFrame{9, payload}.bytes(); }
QByteArray pong(const QByteArray &payload) { return ClientFrame{10, payload}.bytes(); }
QByteArray closing(int code, const QByteArray &reason = {})
{
    char number[2];
    qToBigEndian(quint16(code), number);
    return ClientFrame{8, QByteArray(number, 2) + reason}.bytes();
}

} // namespace

/// RFC 6455 §5, each stream fed whole, in small pieces and byte by byte.
class TestWsReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void refusesBinaryAtItsFirstFrame();
    void failsBeforeTheRestComes_data();
    void failsBeforeTheRestComes();
    void knowsCloseCodes();
    void readsAMessageInOnePieceWhereItLies();
    void leavesPaddingBehindWhatItPutTogether();
    void holdsNothingAfterAMessage();
    void findsTheEndOfWholeCharacters_data();
    void findsTheEndOfWholeCharacters();
};

void TestWsReader::reads_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QByteArray>("seen");
    const auto row = [](const char *name, const QByteArray &stream, const QByteArray &seen) {
        QTest::newRow(name) << stream << seen;
    };
    row("nothing", {}, {});
    for (const int size : {0, 1, 3, 4, 5, 7, 8, 9, 63, 125, 126, 127, 1000})
        QTest::addRow("%d bytes, then two", size) << text(QByteArray(size, 'a')) + text("bc")
                                                  << QByteArray("text " + QByteArray(size, 'a') + "\ntext bc\n");
    row("binary", binary(QByteArray("\0\xff\x80", 3)), QByteArray("binary \0\xff\x80\n", 11));
    row("binary in fragments", binary("\xff", false) + more("\xfe", false) + more("\xfd"), "binary \xff\xfe\xfd\n");
    row("ping and pong", ping("p") + pong("q") + ping({}), "ping p\npong q\nping \n");
    row("ping of 125", ping(QByteArray(125, 'p')), "ping " + QByteArray(125, 'p') + '\n');

    row("fragments", text("ab", false) + more("cd", false) + more("ef"), "text abcdef\n");
    row("fragments that are empty", text({}, false) + more({}, false) + more({}), "text \n");
    row("an empty end", text("ab", false) + more({}), "text ab\n");
    row("an empty start", text({}, false) + more("ab"), "text ab\n");
    row("control frames between fragments", text("ab", false) + ping("1") + more("cd", false) + pong("2") + more("ef") + text("g"),
        "ping 1\npong 2\ntext abcdef\ntext g\n");
    row("a character of four split everywhere", text("\xf0", false) + more("\x9f", false) + ping("!") + more("\x98", false) + more("\x80"),
        "ping !\ntext \xf0\x9f\x98\x80\n");
    row("a character split, text before and behind", text("gr\xc3", false) + more("\xbc\xc3", false) + more("\x9f" "e"), "text gr\xc3\xbc\xc3\x9f" "e\n");
    row("at the limit, in fragments", text(QByteArray(600, 'a'), false) + more(QByteArray(400, 'a')), "text " + QByteArray(1000, 'a') + '\n');
    row("above the limit", text(QByteArray(1001, 'a')), "failed 1009\n");
    row("above the limit, in fragments", text(QByteArray(600, 'a'), false) + more(QByteArray(401, 'a')), "failed 1009\n");
    row("the limit is each message's own", text(QByteArray(1000, 'a')).repeated(3), QByteArray("text " + QByteArray(1000, 'a') + '\n').repeated(3));

    for (const char *bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xe2\x82", "\xc3", "\xf0\x9f\x98",
                            "a\xe2\x28\xa1", "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80" "edited"}) {
        row(QByteArray("not UTF-8: " + QByteArray(bad).toHex()).constData(), text(bad), "failed 1007\n");
        row(QByteArray("not UTF-8, first fragment: " + QByteArray(bad).toHex()).constData(), text(bad, false) + more("x"), "failed 1007\n");
        row(QByteArray("not UTF-8, last fragment: " + QByteArray(bad).toHex()).constData(), text("x", false) + more(bad), "failed 1007\n");
    }
    row("UTF-8 up to its last code point", text("\xf4\x8f\xbf\xbf\xee\x80\x80\xef\xbf\xbf\x7f"), "text \xf4\x8f\xbf\xbf\xee\x80\x80\xef\xbf\xbf\x7f\n");

    const auto refused = [&row](const char *name, const ClientFrame &frame) { row(name, text("ok") + frame.bytes() + text("behind"), "text ok\nfailed 1002\n"); };
    refused("unmasked text", {.payload = "x", .masked = false});
    refused("unmasked, empty", {.masked = false});
    refused("unmasked ping", {.opcode = 9, .masked = false});
    for (int bits = 1; bits < 8; ++bits)
        refused(QByteArray("reserved bits " + QByteArray::number(bits)).constData(), {.payload = "x", .reserved = bits});
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        refused(QByteArray("opcode " + QByteArray::number(opcode)).constData(), {.opcode = opcode});
        refused(QByteArray("opcode with payload " + QByteArray::number(opcode)).constData(), {.opcode = opcode, .payload = "x"});
    }
    for (const int opcode : {8, 9, 10}) {
        refused(QByteArray("fragmented control frame " + QByteArray::number(opcode)).constData(), {.opcode = opcode, .final = false});
        refused(QByteArray("control frame of 126 " + QByteArray::number(opcode)).constData(), {.opcode = opcode, .payload = QByteArray(126, 'x')});
        refused(QByteArray("long length of a control frame " + QByteArray::number(opcode)).constData(), {.opcode = opcode, .payload = "xx", .lengthBytes = 2});
    }
    refused("continuation of nothing", {.opcode = 0, .payload = "x"});
    refused("continuation of nothing, not the last", {.opcode = 0, .payload = "x", .final = false});
    refused("125 bytes said in two", {.payload = QByteArray(125, 'x'), .lengthBytes = 2});
    refused("300 bytes said in eight", {.payload = QByteArray(300, 'x'), .lengthBytes = 8});
    row("text inside a text", text("a", false) + text("b"), "failed 1002\n");
    row("binary inside a text", text("a", false) + binary("b"), "failed 1002\n");
    row("the highest bit of a length", QByteArray::fromHex("81ffffffffffffffffff01020304"), "failed 1002\n");
    row("a length that nothing has", QByteArray::fromHex("81ff7fffffffffffffff01020304"), "failed 1009\n");

    row("close without a code", ClientFrame{8}.bytes() + text("behind"), "close 1005 \n");
    row("close with a reason", closing(1000, "bye \xc3\xa9") + ping("behind"), "close 1000 bye \xc3\xa9\n");
    row("close with the longest reason", closing(1000, QByteArray(123, 'r')), "close 1000 " + QByteArray(123, 'r') + '\n');
    row("close amid fragments", text("a", false) + closing(1001) + more("b"), "close 1001 \n");
    row("close of one byte", ClientFrame{8, "\x03"}.bytes(), "failed 1002\n");
    row("close with a reason that is not UTF-8", closing(1000, "\xff"), "failed 1007\n");
    row("close with half a character", closing(1000, "\xe2\x82"), "failed 1007\n");
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999})
        row(QByteArray("close " + QByteArray::number(code)).constData(), closing(code), "close " + QByteArray::number(code) + " \n");
    for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
        row(QByteArray("bad close " + QByteArray::number(code)).constData(), closing(code, "x"), "failed 1002\n");
}

void TestWsReader::reads()
{
    QFETCH(QByteArray, stream);
    QFETCH(QByteArray, seen);
    for (const qsizetype step : {1'000'000, 1, 2, 3, 5, 7, 64, 131})
        QCOMPARE(readIn(stream, step), seen);
}

void TestWsReader::refusesBinaryAtItsFirstFrame()
{
    for (const QByteArray &stream : {binary("x"), binary("x", false), binary({}).first(2)})
        QCOMPARE(readIn(text("a") + stream, 1, WsReader::Binary::Refused), QByteArray("text a\nfailed 1003\n"));
}

void TestWsReader::failsBeforeTheRestComes_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<int>("code");
    QTest::newRow("too large, its mask not here yet") << QByteArray::fromHex("81fe03e9") << 1009;
    QTest::newRow("not masked") << QByteArray::fromHex("8101") << 1002;
    QTest::newRow("a byte that no text has") << text("abc\xff" "def", false).first(6 + 4) << 1007;
    QTest::newRow("a character that cannot end well") << text("\xf4\x90xxxxx", false).first(6 + 2) << 1007;
    QTest::newRow("an overlong start") << text("\xe0\x80xxxxx", false).first(6 + 2) << 1007;
}

void TestWsReader::failsBeforeTheRestComes()
{
    QFETCH(QByteArray, start);
    QFETCH(int, code);
    for (const qsizetype step : {1'000'000, 1})
        QCOMPARE(readIn(start, step), "failed " + QByteArray::number(code) + '\n');
}

void TestWsReader::knowsCloseCodes()
{
    int valid = 0;
    for (int code = 0; code <= 0xffff; ++code)
        valid += isWsCloseCode(code);
    QCOMPARE(valid, 15 - 3 + 2000);     // 1000 to 1014 without three, 3000 to 4999
}

void TestWsReader::readsAMessageInOnePieceWhereItLies()
{
    QByteArray stream = text("abc") + binary("de");
    stream.reserve(stream.size() + 16);
    WsReader reader(kLimit, WsReader::Binary::Accepted);
    char *begin = stream.data();
    char *const end = begin + stream.size();
    const auto first = reader.next(begin, end, 16);
    QVERIFY(first);
    QVERIFY(first->payload.data() == stream.constData() + 6);
    QCOMPARE(first->padding, 16 + 8);
    QVERIFY(begin == stream.constData() + 9);
    const auto second = reader.next(begin, end, 16);
    QVERIFY(second);
    QCOMPARE(second->payload, QByteArrayView("de"));
    QCOMPARE(second->padding, 16);
    QVERIFY(!reader.next(begin, end, 16));
    QVERIFY(begin == end);
}

void TestWsReader::leavesPaddingBehindWhatItPutTogether()
{
    QByteArray stream = text("abc", false) + more("de");
    WsReader reader(kLimit, WsReader::Binary::Accepted);
    char *begin = stream.data();
    const auto item = reader.next(begin, begin + stream.size(), 64);
    QVERIFY(item);
    QVERIFY(item->padding >= 64);
    QByteArray copy(item->payload.data(), item->payload.size() + item->padding);    // asan watches
    QVERIFY(copy.startsWith("abcde"));
}

void TestWsReader::holdsNothingAfterAMessage()
{
    WsReader reader(kLimit, WsReader::Binary::Accepted);
    QByteArray stream = text("abc", false) + ping("p");
    char *begin = stream.data();
    QVERIFY(reader.next(begin, begin + stream.size(), 0));
    QCOMPARE(reader.heldBytes(), 3);
    stream = more("d");
    begin = stream.data();
    QVERIFY(reader.next(begin, begin + stream.size(), 0));
    QVERIFY(!reader.next(begin, begin, 0));
    QCOMPARE(reader.heldBytes(), 0);
}

void TestWsReader::findsTheEndOfWholeCharacters_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("complete");      // -1: can't become UTF-8
    QTest::newRow("nothing") << QByteArray() << 0;
    QTest::newRow("whole") << QByteArray("a\xc3\xa9") << 3;
    QTest::newRow("one of two") << QByteArray("a\xc3") << 1;
    QTest::newRow("two of three") << QByteArray("a\xe2\x82") << 1;
    QTest::newRow("three of four") << QByteArray("\xf0\x9f\x98") << 0;
    QTest::newRow("surrogate begun") << QByteArray("\xed\xa0") << -1;
    QTest::newRow("before the surrogates") << QByteArray("\xed\x9f") << 0;
    QTest::newRow("overlong of three") << QByteArray("\xe0\x9f") << -1;
    QTest::newRow("overlong of four") << QByteArray("\xf0\x8f") << -1;
    QTest::newRow("above the last") << QByteArray("\xf4\x90") << -1;
    QTest::newRow("up to the last") << QByteArray("\xf4\x8f") << 0;
    QTest::newRow("overlong of two") << QByteArray("\xc1") << -1;
    QTest::newRow("no lead at all") << QByteArray("\x80\x80\x80\x80") << -1;
    QTest::newRow("lead of nothing") << QByteArray("\xf5") << -1;
    QTest::newRow("broken before the tail") << QByteArray("\xff" "a\xe2\x82") << -1;
}

void TestWsReader::findsTheEndOfWholeCharacters()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, complete);
    qsizetype whole = 0;
    const bool good = isUtf8Prefix(bytes, whole);
    QCOMPARE(good, complete >= 0);
    if (good)
        QCOMPARE(whole, qsizetype(complete));
}

QTEST_APPLESS_MAIN(TestWsReader)
#include "tst_wsreader.moc"
