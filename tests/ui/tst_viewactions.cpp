// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveWindow.h"
#include "ui/detail/DetailPane.h"
#include "ui/window/KeysSheet.h"

#include <QSignalSpy>

using namespace trunkline;
using Do = MainWindow::Do;

/// The actions that change what the window looks like or where the keyboard is; tst_actions.cpp has the others and sees that
/// none is forgotten.
class TestViewActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_live = std::make_unique<LiveWindow>(); }
    void cleanup() { m_live.reset(); }
    void nextPane();
    void backToTable();
    void zoomIn();
    void zoomOut();
    void zoomReset();
    void themeSystem();
    void themeLight();
    void themeDark();
    void languageSystem();
    void languageEnglish();
    void languageChinese();
    void toggleSessions();
    void pageExchanges();
    void pageTraffic();
    void pageMetrics();
    void pageLog();
    void keys();
    void closeWindow();

private:
    MainWindow &window() { return *m_live->window; }
    void trigger(Do what) { m_live->action(what)->trigger(); }
    bool isShown(MainWindow::Page page) { return window().page() == page; }

    std::unique_ptr<LiveWindow> m_live;
};

void TestViewActions::nextPane()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    window().exchanges().setFocus();
    trigger(Do::NextPane);
    QVERIFY(window().detail().isAncestorOf(QApplication::focusWidget()));
}

void TestViewActions::backToTable()
{
    m_live->send(QStringLiteral("nobody"), QStringLiteral("a"));
    trigger(Do::Filter);
    trigger(Do::BackToTable);
    QVERIFY(window().exchanges().hasFocus());
}

void TestViewActions::zoomIn()
{
    const double points = QApplication::font().pointSizeF();
    trigger(Do::ZoomIn);
    QVERIFY(QApplication::font().pointSizeF() > points);
}

void TestViewActions::zoomOut()
{
    const double points = QApplication::font().pointSizeF();
    trigger(Do::ZoomOut);
    QVERIFY(QApplication::font().pointSizeF() < points);
}

void TestViewActions::zoomReset()
{
    const double points = QApplication::font().pointSizeF();
    trigger(Do::ZoomIn);
    trigger(Do::ZoomReset);
    QCOMPARE(QApplication::font().pointSizeF(), points);
}

void TestViewActions::themeSystem()
{
    trigger(Do::ThemeDark);
    trigger(Do::ThemeSystem);
    QVERIFY(m_live->theme.mode() == Theme::Mode::System);
    QCOMPARE(m_live->settings.value(QStringLiteral("theme")).toInt(), static_cast<int>(Theme::Mode::System));
}

void TestViewActions::themeLight()
{
    trigger(Do::ThemeLight);
    QVERIFY(!m_live->theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), Palette::light()[Token::Panel]);
}

void TestViewActions::themeDark()
{
    trigger(Do::ThemeDark);
    QVERIFY(m_live->theme.isDark());
    QCOMPARE(QApplication::palette().color(QPalette::Window), Palette::dark()[Token::Panel]);
}

void TestViewActions::languageSystem()
{
    trigger(Do::LanguageEnglish);
    trigger(Do::LanguageSystem);
    QCOMPARE(m_live->settings.value(QStringLiteral("language")).toString(), QString());
}

void TestViewActions::languageEnglish()
{
    trigger(Do::LanguageEnglish);
    QCOMPARE(m_live->settings.value(QStringLiteral("language")).toString(), QStringLiteral("en"));
}

void TestViewActions::languageChinese()
{
    if (!m_live->action(Do::LanguageChinese)->isEnabled())
        QSKIP("built without lrelease: no translations");
    trigger(Do::LanguageChinese);
    QCOMPARE(m_live->settings.value(QStringLiteral("language")).toString(), QStringLiteral("zh_CN"));
}

void TestViewActions::toggleSessions()
{
    const bool folded = window().sessions().isFolded();
    trigger(Do::ToggleSessions);
    QVERIFY(window().sessions().isFolded() != folded);
    trigger(Do::ToggleSessions);
    QVERIFY(window().sessions().isFolded() == folded);
}

void TestViewActions::pageExchanges()
{
    trigger(Do::PageLog);
    trigger(Do::PageExchanges);
    QVERIFY(isShown(MainWindow::Page::Exchanges));
}

void TestViewActions::pageTraffic()
{
    trigger(Do::PageTraffic);
    QVERIFY(isShown(MainWindow::Page::Traffic) && window().traffic().isVisible());
}

void TestViewActions::pageMetrics()
{
    trigger(Do::PageMetrics);
    QVERIFY(isShown(MainWindow::Page::Metrics));
}

void TestViewActions::pageLog()
{
    trigger(Do::PageLog);
    QVERIFY(isShown(MainWindow::Page::Log));
}

void TestViewActions::keys()
{
    trigger(Do::Keys);
    const auto *sheet = window().findChild<KeysSheet *>();
    QVERIFY(sheet && sheet->isVisible());
    QVERIFY(sheet->rows().contains(std::pair(QStringLiteral("Ctrl+K"), m_live->action(Do::Palette)->text())));
}

void TestViewActions::closeWindow()
{
    QSignalSpy closed(&window(), &MainWindow::closed);
    trigger(Do::Close);
    QVERIFY(!window().isVisible());
    QCOMPARE(closed.count(), 1);
}

QTEST_MAIN(TestViewActions)
#include "tst_viewactions.moc"
