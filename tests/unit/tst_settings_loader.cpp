// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EnvFile.h"
#include "hub/core/SettingsLoader.h"
#include "hub/core/SettingsTable.h"

#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

namespace {

QHash<QString, QString> environment(std::initializer_list<std::pair<const char *, const char *>> entries)
{
    QHash<QString, QString> result;
    for (const auto &[name, value] : entries)
        result.insert(QString::fromUtf8(name), QString::fromUtf8(value));
    return result;
}

} // namespace

/// Which of several places wins, and what is said about values that are not allowed.
class SettingsLoaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void startsWithDefaults();
    void prefersFlagsThenEnvironmentThenFile();
    void prefixedNamesWin();
    void lastFlagCounts();
    void saysWhatIsWrongInOneLine();
    void hidesSecrets();
    void ignoresForeignDebugAndHost();
    void isStrictWhereOthersDoNotExport_data();
    void isStrictWhereOthersDoNotExport();
    void debugMeansLogLevelDebug();
    void warnsOfUnknownNames();
    void needsTheFileThatWasAskedFor();
    void describesEveryValue();

private:
    QString write(const QByteArray &text)
    {
        QFile file(m_directory.filePath(QStringLiteral(".env")));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }

    QTemporaryDir m_directory;
};

void SettingsLoaderTest::startsWithDefaults()
{
    const auto loaded = loadSettings({});
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->settings.port, 8080);
    QCOMPARE(loaded->origin(QStringLiteral("PORT")).text, QStringLiteral("default"));
    QCOMPARE(loaded->warnings, QStringList());
}

void SettingsLoaderTest::prefersFlagsThenEnvironmentThenFile()
{
    SettingSources sources{.flags = {}, .environment = {}, .envFile = write("# settings\nPORT=1003\n")};
    auto loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.port, 1003);
    QCOMPARE(loaded->origin(QStringLiteral("PORT")).text, QStringLiteral(".env line 2"));
    sources.environment = environment({{"PORT", "1002"}});
    loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.port, 1002);
    QCOMPARE(loaded->origin(QStringLiteral("PORT")).text, QStringLiteral("environment PORT"));
    sources.flags = {{QStringLiteral("PORT"), QStringLiteral("1001")}};
    loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.port, 1001);
    QCOMPARE(loaded->origin(QStringLiteral("PORT")).text, QStringLiteral("flag --port"));
}

void SettingsLoaderTest::prefixedNamesWin()
{
    SettingSources sources{.flags = {}, .environment = {}, .envFile = write("TRUNKLINE_PORT=1\nPORT=2\n")};
    QCOMPARE(loadSettings(sources)->settings.port, 1);
    sources.environment = environment({{"PORT", "3"}});
    QCOMPARE(loadSettings(sources)->settings.port, 3);
    sources.environment = environment({{"PORT", "3"}, {"TRUNKLINE_PORT", "4"}});
    const auto loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.port, 4);
    QCOMPARE(loaded->origin(QStringLiteral("PORT")).text, QStringLiteral("environment TRUNKLINE_PORT"));
}

void SettingsLoaderTest::lastFlagCounts()
{
    const QString port = QStringLiteral("PORT");
    QCOMPARE(loadSettings({.flags = {{port, QStringLiteral("1")}, {port, QStringLiteral("2")}}, .environment = {}, .envFile = {}})->settings.port, 2);
}

void SettingsLoaderTest::saysWhatIsWrongInOneLine()
{
    const auto loaded = loadSettings({.flags = {}, .environment = environment({{"PORT", "eighty\neighty"}}), .envFile = {}});
    QVERIFY(!loaded.has_value());
    QCOMPARE(loaded.error().code, ErrorCode::InvalidSetting);
    QCOMPARE(loaded.error().detail, QStringLiteral("PORT: \"eighty eighty\" (from environment PORT) is not allowed; "
                                                   "allowed: a whole number from 0 to 65535"));
}

void SettingsLoaderTest::hidesSecrets()
{
    auto sources = SettingSources{.flags = {}, .environment = environment({{"AUTH_TOKENS", "hunter2"}}), .envFile = {}};
    QVERIFY(!loadSettings(sources).error().detail.contains(QStringLiteral("hunter2")));
    sources.environment = environment({{"AUTH_TOKENS", "hunter2:admin"}});
    const auto loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.authTokens, QByteArrayList{"hunter2:admin"});
    QVERIFY(!describeSettings(*loaded).contains(QStringLiteral("hunter2")));
}

void SettingsLoaderTest::ignoresForeignDebugAndHost()
{
    const auto loaded = loadSettings({.flags = {}, .environment = environment({{"DEBUG", "express:*"}, {"HOST", "laptop"}}), .envFile = {}});
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->settings.host, QStringLiteral("127.0.0.1"));
    QCOMPARE(loaded->settings.debug, false);
    QCOMPARE(loaded->warnings.size(), 2);
    QVERIFY(loaded->warnings.join(u'\n').contains(QStringLiteral("laptop")));
    // The file below is asked then.
    const auto below = loadSettings({.flags = {}, .environment = environment({{"HOST", "laptop"}}), .envFile = write("HOST=127.0.0.2")});
    QCOMPARE(below->settings.host, QStringLiteral("127.0.0.2"));
}

void SettingsLoaderTest::isStrictWhereOthersDoNotExport_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("name");
    QTest::newRow("host in the file") << QByteArray("HOST=laptop") << QString();
    QTest::newRow("debug in the file") << QByteArray("DEBUG=maybe") << QString();
    QTest::newRow("prefixed host") << QByteArray() << QStringLiteral("TRUNKLINE_HOST");
    QTest::newRow("prefixed debug") << QByteArray() << QStringLiteral("TRUNKLINE_DEBUG");
    QTest::newRow("port") << QByteArray() << QStringLiteral("PORT");
}

void SettingsLoaderTest::isStrictWhereOthersDoNotExport()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, name);
    SettingSources sources{.flags = {}, .environment = {}, .envFile = write(file)};
    if (!name.isEmpty())
        sources.environment.insert(name, QStringLiteral("laptop"));
    QVERIFY(!loadSettings(sources).has_value());
}

void SettingsLoaderTest::debugMeansLogLevelDebug()
{
    SettingSources sources{.flags = {}, .environment = environment({{"DEBUG", "1"}}), .envFile = write("LOG_LEVEL=ERROR")};
    auto loaded = loadSettings(sources);
    QCOMPARE(loaded->settings.logLevel, LogLevel::Debug);
    QCOMPARE(loaded->origin(QStringLiteral("LOG_LEVEL")).text, QStringLiteral("DEBUG=true, environment DEBUG"));
    sources.flags = {{QStringLiteral("LOG_LEVEL"), QStringLiteral("ERROR")}};
    QCOMPARE(loadSettings(sources)->settings.logLevel, LogLevel::Error);
    sources = {.flags = {}, .environment = environment({{"DEBUG", "false"}}), .envFile = {}};
    QCOMPARE(loadSettings(sources)->settings.logLevel, LogLevel::Info);
}

void SettingsLoaderTest::warnsOfUnknownNames()
{
    const auto loaded = loadSettings({.flags = {}, .environment = environment({{"TRUNKLINE_PROT", "1"}, {"TRUNKLINE_HUB", "x"}, {"PATH", "/bin"}}),
                                      .envFile = write("LOG_LEVLE=INFO\nDATABASE_URL=x\nTRUNKLINE_TOKEN=y\nno name\n")});
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->warnings.size(), 4);
    const QString all = loaded->warnings.join(u'\n');
    QVERIFY2(all.contains(QStringLiteral(".env line 1: unknown setting LOG_LEVLE; did you mean LOG_LEVEL?")), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral(".env line 2: unknown setting DATABASE_URL\n")), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral("environment: unknown setting TRUNKLINE_PROT; did you mean PORT?")), qPrintable(all));
    QVERIFY2(all.contains(QStringLiteral(".env: line 4")), qPrintable(all));
}

void SettingsLoaderTest::needsTheFileThatWasAskedFor()
{
    const QString missing = m_directory.filePath(QStringLiteral("missing"));
    QVERIFY(loadSettings({.flags = {}, .environment = {}, .envFile = missing}).has_value());
    const auto asked = loadSettings({.flags = {}, .environment = {}, .envFile = missing, .envFileMustExist = true});
    QCOMPARE(asked.error().code, ErrorCode::Io);
}

void SettingsLoaderTest::describesEveryValue()
{
    const auto loaded = loadSettings({.flags = {{QStringLiteral("PORT"), QStringLiteral("9000")}}, .environment = {}, .envFile = {}});
    const QString text = describeSettings(*loaded);
    QVERIFY(text.contains(QStringLiteral("PORT=9000  # flag --port\n")));
    // It is a .env file that says the same again.
    const EnvFile file = EnvFile::parse(text.toUtf8());
    QCOMPARE(file.warnings(), QStringList());
    QCOMPARE(file.entries().size(), static_cast<qsizetype>(settingsTable().size()));
    for (const EnvFile::Entry &entry : file.entries())
        QCOMPARE(entry.value, findSetting(entry.name)->text(loaded->settings));
}

QTEST_APPLESS_MAIN(SettingsLoaderTest)
#include "tst_settings_loader.moc"
