// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/LogFormat.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace trunkline;

class LogFormatTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void formats_data();
    void formats();
    void writesTimes_data();
    void writesTimes();
    void usesLocalTime();
    void refuses_data();
    void refuses();
    void keepsOneRecordOnOneLine();
    void colorsOnlyWhenAsked();
    void writesJson();
    void namesTheRequest();

private:
    LogRecord m_record;
};

void LogFormatTest::initTestCase()
{
    qputenv("TZ", "Asia/Kolkata");      // five hours and a half ahead, all year
    m_record.time = std::chrono::microseconds(1'709'597'105'012'345);    // 2024-03-05 00:05:05.012345 UTC, a Tuesday
    m_record.elapsed = std::chrono::microseconds(3'723'000'042);
    m_record.level = LogLevel::Info;
    m_record.name = QStringLiteral("trunkline.hub");
    m_record.message = QStringLiteral("hello");
    m_record.file = QStringLiteral("/src/hub/Hub.cpp");
    m_record.function = QStringLiteral("push");
    m_record.line = 7;
    m_record.process = 42;
    m_record.thread = 9;
}

void LogFormatTest::formats_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char *format, const char *line) {
        QTest::newRow(format) << QString::fromUtf8(format) << QByteArray(line) + '\n';
    };
    row("{time:YYYY-MM-DD HH:mm:ss!UTC} | {level} | {message}", "2024-03-05 00:05:05 | INFO | hello");
    row("{level: <8}|{level:<8}|{level:8}|", "INFO    |INFO    |INFO    |");
    row("{level: >8}|{level:*^9}|{line:>4}|{line:04}|", "    INFO|**INFO***|   7|7   |");
    row("{message:.3}|{message:>5.2}", "hel|   he");
    row("{name}:{function}:{line} {file} {module}", "trunkline.hub:push:7 Hub.cpp Hub");
    row("{level.name} {level.no} {process.id} {thread.id} {elapsed}", "INFO 20 42 9 1:02:03.000042");
    row("{{{level}}} }}", "{INFO} }");
    row("<green>{level}</green> <x>{message}</>", "INFO <x>hello");
    row("{exception}{message}", "hello");
    row("gr\xc3\xbc\xc3\x9f {message}", "gr\xc3\xbc\xc3\x9f hello");
}

void LogFormatTest::formats()
{
    QFETCH(QString, format);
    QFETCH(QByteArray, line);
    const auto parsed = LogFormat::parse(format);
    QVERIFY(parsed.has_value());
    QCOMPARE(parsed->line(m_record), line);
}

void LogFormatTest::writesTimes_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *pattern, const char *text) {
        QTest::newRow(pattern) << QString::fromUtf8(pattern) << QString::fromUtf8(text);
    };
    row("YYYY YY Q MMMM MMM MM M!UTC", "2024 24 1 March Mar 03 3");
    row("DDDD DDD DD D dddd ddd d E!UTC", "065 65 05 5 Tuesday Tue 1 2");
    row("HH H hh h mm m ss s A!UTC", "00 0 12 12 05 5 05 5 AM");
    row("S SS SSS SSSS SSSSS SSSSSS!UTC", "0 01 012 0123 01234 012345");
    row("Z ZZ X x!UTC", "+00:00 +0000 1709597105 1709597105012345");
    row("[HH] YYYY[T]HH!UTC", "HH 2024T00");
    row("HH:mm Z ZZ", "05:35 +05:30 +0530");
    row("~/(%#)", "~/(%#)");
}

void LogFormatTest::writesTimes()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QCOMPARE(LogFormat::timeText(m_record.time, pattern), text);
}

void LogFormatTest::usesLocalTime()
{
    QCOMPARE(LogFormat::parse(QStringLiteral("{time}"))->line(m_record), "2024-03-05T05:35:05.012345+0530\n");
}

void LogFormatTest::refuses_data()
{
    QTest::addColumn<QString>("format");
    for (const char *format : {"", "  ", "{", "}", "{level", "level}", "{nothing}", "{level:<<<8}", "{}"})
        QTest::newRow(format) << QString::fromUtf8(format);
}

void LogFormatTest::refuses()
{
    QFETCH(QString, format);
    QCOMPARE(LogFormat::parse(format).error().code, ErrorCode::InvalidSetting);
}

void LogFormatTest::keepsOneRecordOnOneLine()
{
    LogRecord record = m_record;
    record.message = QString::fromUtf8("a\nb\r\x1b[31m\x7f\xc2\x9b\xe2\x80\xa8 c\td");
    QCOMPARE(LogFormat::parse(QStringLiteral("{message}"))->line(record), "a\\nb\\r\\u001b[31m\\u007f\\u009b\\u2028 c\td\n");
    QCOMPARE(LogFormat::parse(QStringLiteral("json"))->line(record).count('\n'), 1);
}

void LogFormatTest::colorsOnlyWhenAsked()
{
    const auto format = LogFormat::parse(QStringLiteral("<red>{level}</red> <level>{message}</level>"));
    QCOMPARE(format->line(m_record), "INFO hello\n");
    QCOMPARE(format->line(m_record, LogFormat::Colors::On), "\x1b[31mINFO\x1b[0m \x1b[1mhello\x1b[0m\n");
}

void LogFormatTest::writesJson()
{
    LogRecord record = m_record;
    record.message = QStringLiteral("say \"hi\"\n");
    const QByteArray line = LogFormat::parse(QStringLiteral("JSON"))->line(record, LogFormat::Colors::On);
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    QCOMPARE(object.value(QStringLiteral("time")).toString(), QStringLiteral("2024-03-05T00:05:05.012345+00:00"));
    QCOMPARE(object.value(QStringLiteral("level")).toString(), QStringLiteral("INFO"));
    QCOMPARE(object.value(QStringLiteral("name")).toString(), record.name);
    QCOMPARE(object.value(QStringLiteral("message")).toString(), record.message);
    QVERIFY(line.endsWith("}\n"));
}

void LogFormatTest::namesTheRequest()
{
    LogRecord record = m_record;
    record.request = QStringLiteral("r-1");
    QCOMPARE(LogFormat::parse(QStringLiteral("{level} {message}"))->line(record), QByteArray("INFO hello [request r-1]\n"));
    const QJsonObject object = QJsonDocument::fromJson(LogFormat::parse(QStringLiteral("json"))->line(record)).object();
    QCOMPARE(object.value(QStringLiteral("request_id")).toString(), record.request);
    QCOMPARE(object.value(QStringLiteral("message")).toString(), QStringLiteral("hello"));
    QVERIFY(!LogFormat::parse(QStringLiteral("json"))->line(m_record).contains("request_id"));
}

QTEST_APPLESS_MAIN(LogFormatTest)
#include "tst_logformat.moc"
