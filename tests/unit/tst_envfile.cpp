// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EnvFile.h"

#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

/// The rules of python-dotenv; each row was compared with what dotenv_values() of 0.21 gives.
class EnvFileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsOneValue_data();
    void readsOneValue();
    void keepsOrderAndLines();
    void leavesOutNamesWithoutValue();
    void warnsOfLinesItCannotRead_data();
    void warnsOfLinesItCannotRead();
    void recoversBehindAnUnclosedQuote();
    void prefersTheEnvironmentInPlaceholders();
    void seesOnlyLinesAbove();
    void refusesFilesThatAreMissingOrHuge();
};

void EnvFileTest::readsOneValue_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *name, const char *text, const char *value) {
        QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(value);
    };
    row("plain", "A=b", "b");
    row("line feed", "A=b\n", "b");
    row("carriage return and line feed", "A=b\r\nB=c\r\n", "b");
    row("carriage return only", "A=b\rB=c", "b");
    row("spaces around", "  A  =  b c  \n", "b c");
    row("export", "export A=b", "b");
    row("export with tab", "export\tA=b", "b");
    row("quoted name", "'A'=b", "b");
    row("empty", "A=", "");
    row("empty with comment", "A= # c", "# c");
    row("comment", "A=b # c", "b");
    row("hash without space", "A=b#c", "b#c");
    row("hash at the start", "A=#c", "#c");
    row("double quotes", "A=\"b # c\" # d", "b # c");
    row("single quotes", "A='b \"c\"'", "b \"c\"");
    row("escapes in double quotes", R"(A="b\n\t\"\\c\x")", "b\n\t\"\\c\\x");
    row("escapes in single quotes", R"(A='b\'\\\n')", "b'\\\\n");
    row("no escapes without quotes", R"(A=b\n"c")", "b\\n\"c\"");
    row("several lines", "A=\"b\nc\"\n", "b\nc");
    row("several lines in single quotes", "A='b\nc'", "b\nc");
    row("equals sign in value", "A=b=c==", "b=c==");
    row("text beyond ASCII", "A=gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
    row("byte order mark", "\xef\xbb\xbf" "A=b", "b");
    row("fallback", "A=${NOWHERE:-b c}", "b c");
    row("empty fallback", "A=x${NOWHERE:-}y", "xy");
    row("unknown name", "A=x${NOWHERE}y", "xy");
    row("in single quotes, too", "A='${NOWHERE:-b}'", "b");
    row("no braces", "A=$HOME", "$HOME");
    row("other colon", "A=${B:c}", "${B:c}");
    row("unclosed braces", "A=${B", "${B");
    row("first of two", "A=b\nA=c", "b");
}

void EnvFileTest::readsOneValue()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, value);
    const EnvFile file = EnvFile::parse(text);
    QVERIFY(!file.entries().isEmpty());
    QCOMPARE(file.entries().first().name, QStringLiteral("A"));
    QCOMPARE(file.entries().first().value, value);
    QCOMPARE(file.warnings(), QStringList());
}

void EnvFileTest::keepsOrderAndLines()
{
    const EnvFile file = EnvFile::parse("# head\n\nA=1\nB=\"x\ny\"\n  # more\nC=3");
    QCOMPARE(file.entries().size(), 3);
    QCOMPARE(file.entries()[0].line, 3);
    QCOMPARE(file.entries()[1].line, 4);
    QCOMPARE(file.entries()[2].name, QStringLiteral("C"));
    QCOMPARE(file.entries()[2].line, 7);
}

void EnvFileTest::leavesOutNamesWithoutValue()
{
    const EnvFile file = EnvFile::parse("A\nexport B\nC=1");
    QCOMPARE(file.entries().size(), 1);
    QCOMPARE(file.warnings().size(), 0);
}

void EnvFileTest::warnsOfLinesItCannotRead_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("words") << QByteArray("hello world");
    QTest::newRow("no name") << QByteArray("=x");
    QTest::newRow("behind a quote") << QByteArray("A=\"x\" y");
    QTest::newRow("unclosed name") << QByteArray("'A=x");
}

void EnvFileTest::warnsOfLinesItCannotRead()
{
    QFETCH(QByteArray, line);
    const EnvFile file = EnvFile::parse("X=0\n" + line + "\nB=1\n");
    QCOMPARE(file.warnings().size(), 1);
    QVERIFY2(file.warnings().first().contains(QStringLiteral("line 2")), qPrintable(file.warnings().first()));
}

void EnvFileTest::recoversBehindAnUnclosedQuote()
{
    const EnvFile file = EnvFile::parse("A=\"never closed\nB=1\n");
    QCOMPARE(file.warnings().size(), 1);
    QCOMPARE(file.entries().size(), 1);
    QCOMPARE(file.entries().first().name, QStringLiteral("B"));
    QCOMPARE(file.entries().first().line, 2);
}

void EnvFileTest::prefersTheEnvironmentInPlaceholders()
{
    const EnvFile file = EnvFile::parse("A=file\nB=${A}-${C}", {{QStringLiteral("A"), QStringLiteral("environment")},
                                                                {QStringLiteral("C"), QStringLiteral("${A}")}});
    QCOMPARE(file.entries()[1].value, QStringLiteral("environment-${A}"));
}

void EnvFileTest::seesOnlyLinesAbove()
{
    const EnvFile file = EnvFile::parse("A=${B}x\nB=1\nC=${B}x");
    QCOMPARE(file.entries()[0].value, QStringLiteral("x"));
    QCOMPARE(file.entries()[2].value, QStringLiteral("1x"));
}

void EnvFileTest::refusesFilesThatAreMissingOrHuge()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("env"));
    QCOMPARE(EnvFile::read(path).error().code, ErrorCode::Io);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("A=" + QByteArray(1024 * 1024 - 2, 'x'));
    file.flush();
    QCOMPARE(EnvFile::read(path)->entries().size(), 1);
    file.write("x");
    file.flush();
    QCOMPARE(EnvFile::read(path).error().code, ErrorCode::Io);
}

QTEST_APPLESS_MAIN(EnvFileTest)
#include "tst_envfile.moc"
