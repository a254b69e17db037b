// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/DetailPane.h"
#include "ui/language/Language.h"
#include "ui/log/LogModel.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace trunkline;
using Do = MainWindow::Do;

/// Which language the window speaks. Each test takes its translators out again.
class TestLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { qDeleteAll(qApp->findChildren<QTranslator *>(Qt::FindDirectChildrenOnly)); }
    void carriesSimplifiedChinese();
    void speaksChineseWhenTold();
    void followsTheSystem_data();
    void followsTheSystem();
    void countsInEnglish();
    void remembersTheChoice();
};

void TestLanguage::carriesSimplifiedChinese()
{
    QStringList codes;
    for (const language::Known &one : language::known())
        codes << one.code;
    QCOMPARE(codes, QStringList({QString(), QStringLiteral("en"), QStringLiteral("zh_CN")}));
}

void TestLanguage::speaksChineseWhenTold()
{
    QCOMPARE(language::install(QStringLiteral("zh_CN")), QStringLiteral("zh_CN"));
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    LogModel log;
    const MainWindow window({.theme = theme, .log = log, .settings = settings});
    QCOMPARE(window.action(Do::Pause)->text(), QString::fromUtf8("暂停"));
    QCOMPARE(window.action(Do::LanguageEnglish)->text(), QStringLiteral("English"));      // the way back
    QCOMPARE(QCoreApplication::translate("WhyLate", "So far "), QString::fromUtf8("至今 "));
    QCOMPARE(QCoreApplication::translate("trunkline::DetailPane", "%n chunks", nullptr, 7), QString::fromUtf8("7 段"));
}

void TestLanguage::followsTheSystem_data()
{
    QTest::addColumn<QString>("system");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("spoken");
    QTest::newRow("Chinese") << QStringLiteral("zh_CN") << QString() << QStringLiteral("zh_CN");
    QTest::newRow("Singapore") << QStringLiteral("zh_SG") << QString() << QStringLiteral("zh_CN");
    QTest::newRow("English over Chinese") << QStringLiteral("zh_CN") << QStringLiteral("en") << QStringLiteral("en");
    QTest::newRow("Chinese over German") << QStringLiteral("de_DE") << QStringLiteral("zh_CN") << QStringLiteral("zh_CN");
    QTest::newRow("no such language") << QStringLiteral("de_DE") << QString() << QStringLiteral("en");
    QTest::newRow("unknown setting") << QStringLiteral("zh_CN") << QStringLiteral("xx") << QStringLiteral("zh_CN");
    QTest::newRow("none") << QStringLiteral("C") << QString() << QStringLiteral("en");
}

void TestLanguage::followsTheSystem()
{
    QFETCH(QString, system);
    QFETCH(QString, wanted);
    QTEST(language::install(wanted, QLocale(system)), "spoken");
    QFETCH(QString, spoken);
    const bool translated = QCoreApplication::translate("Format", "%1 d") != QStringLiteral("%1 d");
    QCOMPARE(translated, spoken != QStringLiteral("en"));
}

void TestLanguage::countsInEnglish()
{
    QCOMPARE(language::install(QStringLiteral("en")), QStringLiteral("en"));
    const auto chunks = [](int n) { return QCoreApplication::translate("trunkline::DetailPane", "%n chunks", nullptr, n); };
    QCOMPARE(chunks(1), QStringLiteral("1 chunk"));
    QCOMPARE(chunks(2), QStringLiteral("2 chunks"));
}

void TestLanguage::remembersTheChoice()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    Theme theme;
    LogModel log;
    const MainWindow window({.theme = theme, .log = log, .settings = settings});
    for (const auto &[what, code] : {std::pair(Do::LanguageChinese, "zh_CN"), std::pair(Do::LanguageEnglish, "en"), std::pair(Do::LanguageSystem, "")}) {
        QVERIFY(window.action(what)->isVisible());
        window.action(what)->trigger();
        QCOMPARE(settings.value(QStringLiteral("language")).toString(), QString::fromLatin1(code));
    }
}

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
