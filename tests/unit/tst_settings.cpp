// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/EnvFile.h"
#include "hub/core/NearestName.h"
#include "hub/core/SettingsDocs.h"
#include "hub/core/SettingsTable.h"
#include "hub/core/SettingsValues.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace trunkline;

namespace {

QString committed(const char *path)
{
    QFile file(QStringLiteral(TRUNKLINE_SOURCE_DIR "/") + QString::fromLatin1(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

/// The one table: what each value may be, and that the documents say the same.
class SettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheDefaultsOfTheContract();
    void readsItsOwnDefaults();
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void leavesTheFieldAloneWhenRefusing();
    void checksPathsAndCertificatesTogether();
    void namesAreUniqueAndDocumented();
    void matchesTheCommittedEnvExample();
    void matchesTheCommittedConfigurationPage();
    void envExampleLoadsAsTheDefaults();
    void suggestsNames();
    void writesDurationsAndBytes();
};

void SettingsTest::hasTheDefaultsOfTheContract()
{
    const Settings settings;
    const auto text = [&settings](const char *name) { return findSetting(QString::fromLatin1(name))->text(settings); };
    QCOMPARE(text("HOST"), QStringLiteral("127.0.0.1"));
    QCOMPARE(text("PORT"), QStringLiteral("8080"));
    QCOMPARE(text("DEBUG"), QStringLiteral("false"));
    QCOMPARE(text("WS_PATH"), QStringLiteral("/ws"));
    QCOMPARE(text("WS_PING_INTERVAL"), QStringLiteral("30s"));
    QCOMPARE(text("WS_PING_TIMEOUT"), QStringLiteral("10s"));
    QCOMPARE(text("SSE_PATH"), QStringLiteral("/sse/push"));
    QCOMPARE(text("SSE_BATCH_PATH"), QStringLiteral("/sse/push/batch"));
    QCOMPARE(text("SSE_SEND_PATH"), QStringLiteral("/sse/send"));
    QCOMPARE(text("SSE_RESPONSE_TIMEOUT"), QStringLiteral("30s"));
    QCOMPARE(text("SSE_KEEPALIVE"), QStringLiteral("15s"));
    QCOMPARE(text("LOG_LEVEL"), QStringLiteral("INFO"));
    QCOMPARE(text("CORS_ORIGINS"), QStringLiteral("http://localhost,http://127.0.0.1,https://localhost,https://127.0.0.1"));
    QCOMPARE(text("DUPLICATE_POLICY"), QStringLiteral("reject"));
    QCOMPARE(text("MAX_BODY_BYTES"), QStringLiteral("4MiB"));
    QCOMPARE(text("WS_MAX_MESSAGE_BYTES"), QStringLiteral("1MiB"));
    QCOMPARE(text("JOURNAL_BYTES"), QStringLiteral("8MiB"));
}

void SettingsTest::readsItsOwnDefaults()
{
    for (const Setting &setting : settingsTable()) {
        Settings settings;
        QVERIFY2(setting.assign(settings, setting.text(Settings())).has_value(), setting.name);
        QCOMPARE(setting.text(settings), setting.text(Settings()));
    }
}

void SettingsTest::reads_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *typed, const char *text) {
        QTest::addRow("%s %s", name, typed) << QString::fromLatin1(name) << QString::fromUtf8(typed) << QString::fromUtf8(text);
    };
    row("HOST", "0.0.0.0", "0.0.0.0");
    row("HOST", "::1", "::1");
    row("HOST", "[::1]", "::1");
    row("HOST", "LocalHost", "127.0.0.1");
    row("PORT", "0", "0");
    row("PORT", "65535", "65535");
    row("PORT", " 80 ", "80");
    for (const char *word : {"true", "TRUE", "yes", "On", "1"})
        row("DEBUG", word, "true");
    for (const char *word : {"false", "No", "OFF", "0"})
        row("PROTECTED_MODE", word, "false");
    row("WS_PING_INTERVAL", "300ms", "300ms");
    row("WS_PING_INTERVAL", "2s", "2s");
    row("WS_PING_INTERVAL", "5m", "5m");
    row("WS_PING_INTERVAL", "20", "20s");
    row("WS_PING_INTERVAL", "0.5", "500ms");
    row("WS_PING_INTERVAL", "0", "0");
    row("WS_PING_INTERVAL", "24h", "24h");
    row("WS_PING_TIMEOUT", "1ms", "1ms");
    row("MAX_BODY_BYTES", "1", "1");
    row("MAX_BODY_BYTES", "64KiB", "64KiB");
    row("MAX_BODY_BYTES", "2m", "2MiB");
    row("MAX_BODY_BYTES", "1GiB", "1GiB");
    row("MAX_BODY_BYTES", "4096", "4KiB");
    row("LOG_LEVEL", "warning", "WARNING");
    row("LOG_FORMAT", "json", "json");
    row("DUPLICATE_POLICY", "Allow", "allow");
    row("WS_PATH", "/", "/");
    row("WS_PATH", "/a/b-c_d.e~f", "/a/b-c_d.e~f");
    row("CORS_ORIGINS", "*", "*");
    row("CORS_ORIGINS", "", "");
    row("CORS_ORIGINS", "http://a:3000/, https://b", "http://a:3000,https://b");
    row("CORS_ORIGINS", R"(["http://a", "http://b"])", "http://a,http://b");
    row("PUBLIC_ACCOUNTS", "@a_b, C1,,", "a_b,C1");
    row("AUTH_TOKENS", "s3:publish+subscribe,x:y:admin", "s3:publish+subscribe,x:y:admin");
    row("ALLOWED_HOSTS", "hub.example,*", "hub.example,*");
}

void SettingsTest::reads()
{
    QFETCH(QString, name);
    QFETCH(QString, typed);
    QFETCH(QString, text);
    Settings settings;
    const Setting *setting = findSetting(name);
    QVERIFY(setting);
    QVERIFY(setting->assign(settings, typed).has_value());
    QCOMPARE(setting->text(settings), text);
}

void SettingsTest::refuses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("typed");
    const auto row = [](const char *name, std::initializer_list<const char *> values) {
        for (const char *typed : values)
            QTest::addRow("%s %s", name, typed) << QString::fromLatin1(name) << QString::fromUtf8(typed);
    };
    row("HOST", {"", "localhosts", "1", "10.1", "256.0.0.1", "example.org", "127.0.0.1:80"});
    row("PORT", {"", "-1", "65536", "80a", "8.0", "0x50", "99999999999999999999"});
    row("DEBUG", {"", "2", "express:*", "y"});
    row("WS_PING_INTERVAL", {"", "-1", "1d", "s", "25h", "1e3", "nan", "1 2"});
    row("WS_PING_TIMEOUT", {"0", "0.0001"});
    row("MAX_BODY_BYTES", {"", "0", "-1", "1025MiB", "1KB", "9999999999999999999"});
    row("LOG_LEVEL", {"", "WARN", "2"});
    row("LOG_FORMAT", {"", "{nothing}", "{"});
    row("DUPLICATE_POLICY", {"", "drop"});
    row("WS_PATH", {"", "ws", "/a b", "/a?b", "/a#b", "/a%20b", "/\xc3\xbc", "/a\nb"});
    row("CORS_ORIGINS", {"localhost", "http://a/b", "http://a,b", "[\"http://a\"", "[1]"});
    row("PUBLIC_ACCOUNTS", {"a-b", "a b", "\xc3\xbc"});
    row("AUTH_TOKENS", {"s3", "s3:", "s3:owner", ":admin", "s3:admin+"});
    row("ALLOWED_HOSTS", {"http://a", "a b"});
    row("JOURNAL_ENTRIES", {"-1", "100000001", "many"});
}

void SettingsTest::refuses()
{
    QFETCH(QString, name);
    QFETCH(QString, typed);
    Settings settings;
    const auto assigned = findSetting(name)->assign(settings, typed);
    QVERIFY(!assigned.has_value());
    QCOMPARE(assigned.error().code, ErrorCode::InvalidSetting);
    QVERIFY(!assigned.error().detail.isEmpty());
}

void SettingsTest::leavesTheFieldAloneWhenRefusing()
{
    Settings settings;
    settings.port = 9000;
    QVERIFY(!findSetting(QStringLiteral("PORT"))->assign(settings, QStringLiteral("x")).has_value());
    QCOMPARE(settings.port, 9000);
}

void SettingsTest::checksPathsAndCertificatesTogether()
{
    QVERIFY(checkTogether(Settings()).has_value());
    Settings settings;
    settings.tlsCert = QStringLiteral("a.pem");
    QVERIFY(checkTogether(settings).error().detail.contains(QStringLiteral("TLS_KEY")));
    settings = Settings();
    settings.sseSendPath = settings.ssePath;
    QVERIFY(checkTogether(settings).error().detail.contains(QStringLiteral("SSE_PATH")));
    settings = Settings();
    settings.wsPath = "/health";
    QVERIFY(checkTogether(settings).error().detail.contains(QStringLiteral("WS_PATH")));
}

void SettingsTest::namesAreUniqueAndDocumented()
{
    QSet<QString> seen;
    static const QRegularExpression form(QStringLiteral("^[A-Z]+(_[A-Z]+)*$"));
    for (const Setting &setting : settingsTable()) {
        QVERIFY2(form.match(setting.nameText()).hasMatch(), setting.name);
        QVERIFY2(!seen.contains(setting.nameText()), setting.name);
        seen << setting.nameText();
        QVERIFY2(QByteArray(setting.doc).endsWith('.'), setting.name);
        QVERIFY2(settingFlagsHelp().contains(QStringLiteral("  --") + setting.flag() + u' '), setting.name);
    }
}

void SettingsTest::matchesTheCommittedEnvExample()
{
    // `trunkline print-docs env > .env.example`
    QCOMPARE(committed(".env.example"), envExampleText());
}

void SettingsTest::matchesTheCommittedConfigurationPage()
{
    // `trunkline print-docs configuration > docs/configuration.md`
    QCOMPARE(committed("docs/configuration.md"), configurationText());
}

void SettingsTest::envExampleLoadsAsTheDefaults()
{
    static const QRegularExpression commented(QStringLiteral("^#(?=[A-Z_]+=)"), QRegularExpression::MultilineOption);
    const EnvFile file = EnvFile::parse(envExampleText().replace(commented, QString()).toUtf8());
    QCOMPARE(file.warnings(), QStringList());
    QCOMPARE(file.entries().size(), static_cast<qsizetype>(settingsTable().size()));
    for (const EnvFile::Entry &entry : file.entries()) {
        const Setting *setting = findSetting(entry.name);
        QVERIFY2(setting, qPrintable(entry.name));
        QCOMPARE(entry.value, setting->text(Settings()));
    }
}

void SettingsTest::suggestsNames()
{
    const QStringList names = settingNames();
    QCOMPARE(nearestName(QStringLiteral("PROT"), names), QStringLiteral("PORT"));
    QCOMPARE(nearestName(QStringLiteral("log_levl"), names), QStringLiteral("LOG_LEVEL"));
    QCOMPARE(nearestName(QStringLiteral("CORS_ORIGIN"), names), QStringLiteral("CORS_ORIGINS"));
    QCOMPARE(nearestName(QStringLiteral("DATABASE_URL"), names), QString());
    QCOMPARE(nearestName(QString(100, u'x'), names), QString());
}

void SettingsTest::writesDurationsAndBytes()
{
    using std::chrono::milliseconds;
    QCOMPARE(values::durationText(milliseconds(0)), QStringLiteral("0"));
    QCOMPARE(values::durationText(milliseconds(1500)), QStringLiteral("1500ms"));
    QCOMPARE(values::durationText(milliseconds(90'000)), QStringLiteral("90s"));
    QCOMPARE(values::durationText(milliseconds(7'200'000)), QStringLiteral("2h"));
    QCOMPARE(values::bytesText(1000), QStringLiteral("1000"));
    QCOMPARE(values::bytesText(1536 * 1024), QStringLiteral("1536KiB"));
}

QTEST_APPLESS_MAIN(SettingsTest)
#include "tst_settings.moc"
