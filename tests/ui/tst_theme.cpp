// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/log/LogModel.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QSettings>
#include <QHeaderView>
#include "ui/tables/LiveTable.h"
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace trunkline;
using Page = MainWindow::Page;

/// A change of theme or zoom goes through the widgets turn by turn; it must end where a start in that theme begins.
class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void looksAsIfStartedInIt_data();
    void looksAsIfStartedInIt();
    void keepsTheOldPictureUntilTheNewOneIsWhole();
    void theLastOfManyChangesCounts();
    void survivesAWindowThatCloses();
    void needsNoOtherSheet();

private:
    std::unique_ptr<MainWindow> open();
    QImage pictureOf(MainWindow &window, Page page);
    /// Until nothing more is to be done for what is hidden, too.
    void settle();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<Theme> m_theme;
    LogModel m_log;
};

void TestTheme::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<QSettings>(m_folder->filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    m_theme = std::make_unique<Theme>();
}

void TestTheme::cleanup()
{
    m_theme.reset();
    qApp->setStyleSheet({});
}

void TestTheme::settle()
{
    QTRY_VERIFY_WITH_TIMEOUT(!m_theme->isChanging(), 30'000);
    QTest::qWait(1);        // what the end of it posted: layouts of items
}

std::unique_ptr<MainWindow> TestTheme::open()
{
    auto window = std::make_unique<MainWindow>(MainWindow::Parts{.theme = *m_theme, .log = m_log, .settings = *m_settings});
    window->resize(1300, 760);
    window->show();
    [&] { QVERIFY(QTest::qWaitForWindowExposed(window.get())); }();
    return window;
}

QImage TestTheme::pictureOf(MainWindow &window, Page page)
{
    window.setPage(page);
    window.setFocus();
    QCoreApplication::processEvents();
    return window.grab().toImage();
}

void TestTheme::looksAsIfStartedInIt_data()
{
    QTest::addColumn<Theme::Mode>("from");
    QTest::addColumn<Theme::Mode>("to");
    QTest::addColumn<int>("zoom");
    QTest::newRow("dark") << Theme::Mode::Light << Theme::Mode::Dark << 0;
    QTest::newRow("light") << Theme::Mode::Dark << Theme::Mode::Light << 0;
    QTest::newRow("light, larger") << Theme::Mode::Dark << Theme::Mode::Light << 4;
}

void TestTheme::looksAsIfStartedInIt()
{
    QFETCH(Theme::Mode, from);
    QFETCH(Theme::Mode, to);
    QFETCH(int, zoom);
    const QList<Page> pages = {Page::Exchanges, Page::Traffic, Page::Metrics, Page::Log};
    m_theme->setMode(from);
    settle();
    QList<QImage> changed;
    {
        const auto window = open();
        const QImage before = pictureOf(*window, Page::Exchanges);
        m_theme->setMode(to);
        m_theme->setZoom(zoom);
        settle();
        for (const Page page : pages)
            changed << pictureOf(*window, page);
        QVERIFY(changed.constFirst() != before);
    }
    const auto window = open();
    settle();
    for (qsizetype i = 0; i < pages.size(); ++i) {
        const QImage fresh = pictureOf(*window, pages[i]);
        if (changed[i] != fresh && qEnvironmentVariableIsSet("TRUNKLINE_PICTURES")) {
            changed[i].save(qEnvironmentVariable("TRUNKLINE_PICTURES") + QStringLiteral("/theme-changed-%1.png").arg(i));
            fresh.save(qEnvironmentVariable("TRUNKLINE_PICTURES") + QStringLiteral("/theme-fresh-%1.png").arg(i));
        }
        if (zoom == 0)      // zoomed columns and splitters are rounded in another way
            QVERIFY2(changed[i] == fresh, qPrintable(QStringLiteral("page %1").arg(i)));
    }
}

void TestTheme::keepsTheOldPictureUntilTheNewOneIsWhole()
{
    const auto window = open();
    m_theme->setMode(Theme::Mode::Light);
    settle();
    m_theme->setMode(Theme::Mode::Dark);
    QVERIFY(!window->updatesEnabled());
    QTRY_VERIFY(window->updatesEnabled());
    QCOMPARE(window->grab().toImage().pixelColor(5, 5), m_theme->color(Token::Panel));
}

void TestTheme::theLastOfManyChangesCounts()
{
    const auto window = open();
    for (int i = 0; i < 7; ++i) {
        m_theme->setMode(i % 2 ? Theme::Mode::Dark : Theme::Mode::Light);
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(window->updatesEnabled());
    QCOMPARE(window->grab().toImage().pixelColor(5, 5), Palette::light()[Token::Panel]);
}

void TestTheme::survivesAWindowThatCloses()
{
    auto window = open();
    auto other = open();
    m_theme->setMode(m_theme->isDark() ? Theme::Mode::Light : Theme::Mode::Dark);
    window.reset();
    QTRY_VERIFY(other->updatesEnabled());
    QVERIFY(other->grab().toImage().pixelColor(5, 5) == m_theme->color(Token::Panel));
}

void TestTheme::needsNoOtherSheet()
{
    const QString sheet = qApp->styleSheet();
    QVERIFY(!sheet.isEmpty());
    QVERIFY2(!sheet.contains(u'@') && !sheet.contains(QStringLiteral(": #")), "a color of its own");
    m_theme->setMode(m_theme->isDark() ? Theme::Mode::Light : Theme::Mode::Dark);
    m_theme->setZoom(6);
    settle();
    QCOMPARE(qApp->styleSheet(), sheet);
}

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
