// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/exchanges/Lanes.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/CommandPalette.h"
#include "ui/window/KeysSheet.h"
#include "ui/window/ListeningPill.h"
#include "ui/window/StatusStrip.h"
#include "ui/window/WindowHost.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QMenu>
#include <QMetaEnum>
#include <QSettings>
#include <QToolButton>

#include <optional>

namespace trunkline {

namespace {

/// In the order of the palette and of the list of keys.
constexpr MainWindow::Do kAll[] = {
    MainWindow::Do::Pause, MainWindow::Do::Follow, MainWindow::Do::Clear, MainWindow::Do::ClearHub, MainWindow::Do::Compose,
    MainWindow::Do::TryIt, MainWindow::Do::StopDemo, MainWindow::Do::Filter, MainWindow::Do::ClearFilter, MainWindow::Do::ShowExchange, MainWindow::Do::Resend,
    MainWindow::Do::EditAndResend,
    MainWindow::Do::NextRow, MainWindow::Do::PreviousRow, MainWindow::Do::NextOfSame, MainWindow::Do::PreviousOfSame, MainWindow::Do::Mark,
    MainWindow::Do::NextMarked, MainWindow::Do::PreviousMarked, MainWindow::Do::TimesFromHere, MainWindow::Do::CopyMarkdown, MainWindow::Do::Disconnect,
    MainWindow::Do::CopyAddress, MainWindow::Do::PageExchanges, MainWindow::Do::PageTraffic, MainWindow::Do::PageMetrics,
    MainWindow::Do::PageLog, MainWindow::Do::Find, MainWindow::Do::FindNext, MainWindow::Do::FindPrevious, MainWindow::Do::AsTable,
    MainWindow::Do::OpenCapture, MainWindow::Do::Export, MainWindow::Do::ToggleSessions, MainWindow::Do::Columns, MainWindow::Do::NextPane, MainWindow::Do::BackToTable,
    MainWindow::Do::ZoomIn, MainWindow::Do::ZoomOut, MainWindow::Do::ZoomReset, MainWindow::Do::ThemeSystem, MainWindow::Do::ThemeLight,
    MainWindow::Do::ThemeDark, MainWindow::Do::LanguageSystem, MainWindow::Do::LanguageEnglish, MainWindow::Do::LanguageChinese,
    MainWindow::Do::TypeToFilter, MainWindow::Do::Attach, MainWindow::Do::OwnHub, MainWindow::Do::Retry,
    MainWindow::Do::Settings, MainWindow::Do::NewWindow, MainWindow::Do::Keys, MainWindow::Do::Palette, MainWindow::Do::Close, MainWindow::Do::Quit};

} // namespace

QAction *MainWindow::add(Do what, const QString &text, const QString &icon, const QList<QKeySequence> &keys, std::function<void()> run)
{
    auto *action = new QAction(text, this);
    action->setObjectName(QStringLiteral("action") % QLatin1StringView(QMetaEnum::fromType<Do>().valueToKey(static_cast<int>(what))));
    action->setShortcuts(keys);
    action->setProperty("iconName", icon);
    action->setIconText(u' ' % text);   // on a button: a gap behind the icon
    if (!keys.isEmpty())
        action->setToolTip(tr("%1 (%2)").arg(text, keys.constFirst().toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, std::move(run));
    addAction(action);
    m_actions.insert(what, action);
    return action;
}

void MainWindow::makeActions()
{
    add(Do::Pause, tr("Pause"), QStringLiteral("pause"), {QKeySequence(Qt::CTRL | Qt::Key_P)}, [this] { setPaused(!m_paused); });
    QAction *follow = add(Do::Follow, tr("Follow"), QStringLiteral("follow"), {QKeySequence(Qt::Key_End)}, [] {});
    follow->setCheckable(true);
    follow->setChecked(true);
    connect(follow, &QAction::triggered, this, [this](bool on) {
        currentTable()->setFollowing(on);
    });
    add(Do::Clear, tr("Clear"), QStringLiteral("clear"), {QKeySequence(Qt::CTRL | Qt::Key_L)}, [this] { clear(); });
    add(Do::ClearHub, tr("Clear the hub's journal"), {}, {}, [this] {
        if (m_control)
            m_control->clearJournal();
        clear();
    });
    add(Do::Compose, tr("Compose"), QStringLiteral("compose"), {QKeySequence(Qt::CTRL | Qt::Key_N)}, [] {})->setCheckable(true);
    connect(action(Do::Compose), &QAction::toggled, this, &MainWindow::showCompose);
    add(Do::Resend, tr("Send again"), QStringLiteral("retry"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)}, [this] { resend(false); });
    add(Do::EditAndResend, tr("Edit and send again"), {}, {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E)}, [this] { resend(true); });
    add(Do::Palette, tr("Commands"), QStringLiteral("search"), {QKeySequence(Qt::CTRL | Qt::Key_K)}, [this] { showPalette(); })->setIconText(u' ' % QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText));
    add(Do::CopyAddress, tr("Copy the hub's address"), QStringLiteral("copy"), {}, [this] { m_pill->click(); });
    add(Do::TryIt, tr("Try it with demo_bot"), QStringLiteral("bot"), {}, [this] {
        if (!m_control)
            return;
        m_pending = "?";                // the demo's own exchange: the next one to demo_bot
        setPage(Page::Exchanges);
        m_detail->setTab(DetailPane::Tab::Timeline);
        m_control->startDemo(0);
    });
    add(Do::StopDemo, tr("Stop the demo"), {}, {}, [this] {
        if (m_control)
            m_control->stopDemo();
    });
    add(Do::Filter, tr("Filter"), QStringLiteral("search"), {QKeySequence(Qt::Key_Slash)}, [this] {
        if (page() == Page::Log)
            m_logPage->find();
        else
            m_filter->startTyping();
    });
    add(Do::ClearFilter, tr("Clear the filter"), {}, {}, [this] { requestFilter({}); });
    makeViewActions();
    makeHubActions();
}

LiveTable *MainWindow::currentTable() const
{
    return page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? &m_logPage->table() : m_exchangeTable;
}

void MainWindow::makeHubActions()
{
    add(Do::Find, tr("Find in the text, or filter"), QStringLiteral("search"), {QKeySequence(Qt::CTRL | Qt::Key_F)}, [this] { find(); });
    add(Do::FindNext, tr("Find the next"), {}, {QKeySequence(Qt::Key_F3)}, [this] { m_detail->findNext(1); });
    add(Do::FindPrevious, tr("Find the previous"), {}, {QKeySequence(Qt::SHIFT | Qt::Key_F3)}, [this] { m_detail->findNext(-1); });
    add(Do::AsTable, tr("Timeline and charts as tables"), QStringLiteral("table"), {QKeySequence(Qt::CTRL | Qt::Key_T)}, [] {})->setCheckable(true);
    connect(action(Do::AsTable), &QAction::toggled, this, &MainWindow::showAsTable);
    add(Do::Export, tr("Export what is shown…"), QStringLiteral("export"), {QKeySequence(Qt::CTRL | Qt::Key_S)}, [this] { showExport(); });
    QAction *typing = add(Do::TypeToFilter, tr("Typing starts a filter"), {}, {}, [] {});
    typing->setCheckable(true);
    typing->setChecked(m_settings.value(QStringLiteral("filter/typing"), true).toBool());
    connect(typing, &QAction::toggled, this, [this](bool on) { m_settings.setValue(QStringLiteral("filter/typing"), on); });
    add(Do::Retry, tr("Try to reach the hub now"), QStringLiteral("retry"), {QKeySequence(Qt::Key_F5)}, [this] {
        if (m_view)
            m_view->retry();
    })->setEnabled(false);
    add(Do::Attach, tr("Attach to another hub…"), QStringLiteral("attach"), {QKeySequence(Qt::CTRL | Qt::Key_O)}, [this] { showAttach(); });
    add(Do::OwnHub, tr("Back to this program's hub"), {}, {}, [this] { m_host->showOwnHub(*this); });
    add(Do::NewWindow, tr("New window on this hub"), QStringLiteral("window"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N)}, [this] { m_host->openWindow(*this); });
    add(Do::Settings, tr("Settings…"), QStringLiteral("settings"), {QKeySequence(Qt::CTRL | Qt::Key_Comma)}, [this] { showSettings(); });
    add(Do::OpenCapture, tr("Open a capture…"), QStringLiteral("open"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)}, [this] { showOpenCapture(); });
    add(Do::Quit, tr("Quit"), {}, {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [this] { m_host->quit(); });
    for (const Do what : {Do::Attach, Do::OwnHub, Do::NewWindow, Do::OpenCapture, Do::Quit}) {
        action(what)->setVisible(m_host);
        action(what)->setEnabled(m_host);
    }
}

void MainWindow::makeViewActions()
{
    add(Do::Columns, tr("Choose columns"), QStringLiteral("columns"), {}, [this] {
        LiveTable *table = currentTable();
        table->showColumnChooser(table->mapToGlobal(QPoint(table->width() / 2, 0)));
    });
    makeRowActions();
    add(Do::ShowExchange, tr("Show the exchange of this message"), {}, {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] {
        if (m_detail->subject().exchange)
            showExchangeOf(m_detail->subject().exchange->correlation);
    });
    add(Do::CopyMarkdown, tr("Copy the timeline as Markdown"), {}, {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)}, [this] {
        if (const ExchangePtr exchange = m_detail->subject().exchange)
            copy(timelineMarkdown(*exchange, m_detail->sentence()));
    });
    add(Do::Disconnect, tr("Disconnect the session of this row"), {}, {}, [this] {
        const ExchangePtr exchange = m_detail->subject().exchange;
        if (m_control && exchange && exchange->session)
            m_control->disconnectSession(exchange->session, "Disconnected by the operator");
    });
    add(Do::NextPane, tr("Next pane"), {}, {QKeySequence(Qt::Key_F6)}, [this] { cyclePanes(); });
    add(Do::BackToTable, tr("Back to the table"), {}, {QKeySequence(Qt::Key_Escape)}, [this] {
        currentTable()->setFocus();
    });
    add(Do::ZoomIn, tr("Larger"), {}, {QKeySequence::ZoomIn, QKeySequence(Qt::CTRL | Qt::Key_Equal)}, [this] { m_theme.setZoom(m_theme.zoom() + 1); });
    add(Do::ZoomOut, tr("Smaller"), {}, {QKeySequence::ZoomOut}, [this] { m_theme.setZoom(m_theme.zoom() - 1); });
    add(Do::ZoomReset, tr("Normal size"), {}, {QKeySequence(Qt::CTRL | Qt::Key_0)}, [this] { m_theme.setZoom(0); });
    auto *themes = new QActionGroup(this);
    const std::pair<Do, QString> modes[] = {{Do::ThemeSystem, tr("Theme of the system")}, {Do::ThemeLight, tr("Light theme")}, {Do::ThemeDark, tr("Dark theme")}};
    for (int mode = 0; mode < 3; ++mode) {
        QAction *theme = add(modes[mode].first, modes[mode].second, {}, {}, [this, mode] { setTheme(static_cast<Theme::Mode>(mode)); });
        theme->setCheckable(true);
        themes->addAction(theme);
    }
    makeLanguageActions();
    add(Do::ToggleSessions, tr("Fold or unfold the sessions"), {}, {QKeySequence(Qt::CTRL | Qt::Key_B)}, [this] {
        m_foldToggled = !m_foldToggled;
        fold();
    });
    const std::pair<Do, QString> pages[] = {{Do::PageExchanges, tr("Exchanges")}, {Do::PageTraffic, tr("Traffic")},
                                            {Do::PageMetrics, tr("Metrics")}, {Do::PageLog, tr("Log")}};
    for (int i = 0; i < 4; ++i)
        add(pages[i].first, pages[i].second, {}, {QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i))}, [this, i] { setPage(static_cast<Page>(i)); });
    add(Do::Keys, tr("Keys"), QStringLiteral("help"), {QKeySequence(Qt::Key_F1)}, [this] {
        QList<QAction *> actions;
        for (const Do what : kAll)
            actions << action(what);
        actions << m_tools;
        auto *sheet = new KeysSheet(m_theme, actions, this);
        sheet->show();
    });
    add(Do::Close, tr("Close the window"), {}, {QKeySequence::Close}, [this] { close(); });
}

/// Every action by topic; what is in no other menu is in the palette too.
void MainWindow::fillMoreMenu()
{
    QMenu *menu = m_more->menu();
    menu->setObjectName(QStringLiteral("moreMenu"));
    const auto fill = [this](QMenu *into, std::initializer_list<std::optional<Do>> what) {
        for (const auto &each : what) {
            if (each)
                into->addAction(action(*each));
            else
                into->addSeparator();
        }
    };
    const auto sub = [&](const char *name, const QString &title, std::initializer_list<std::optional<Do>> what) {
        QMenu *below = menu->addMenu(title);
        below->setObjectName(QString::fromLatin1(name));
        fill(below, what);
    };
    sub("hubMenu", tr("Hub"), {Do::Attach, Do::OwnHub, Do::Retry, std::nullopt, Do::CopyAddress, Do::TryIt, Do::StopDemo, std::nullopt, Do::ClearHub});
    sub("messageMenu", tr("Message"), {Do::ShowExchange, Do::NextRow, Do::PreviousRow, Do::NextOfSame, Do::PreviousOfSame, std::nullopt,
                                       Do::Mark, Do::NextMarked, Do::PreviousMarked, Do::TimesFromHere, std::nullopt, Do::Resend, Do::EditAndResend,
                                       Do::CopyMarkdown, std::nullopt, Do::Find, Do::FindNext, Do::FindPrevious, std::nullopt, Do::Disconnect});
    sub("viewMenu", tr("View"), {Do::PageExchanges, Do::PageTraffic, Do::PageMetrics, Do::PageLog, std::nullopt, Do::AsTable, Do::Columns, Do::ToggleSessions,
                                 std::nullopt, Do::Filter, Do::ClearFilter, Do::TypeToFilter, std::nullopt, Do::ZoomIn, Do::ZoomOut, Do::ZoomReset,
                                 std::nullopt, Do::ThemeSystem, Do::ThemeLight, Do::ThemeDark});
    m_benchMenu = menu->addMenu(tr("Test bench"));
    m_benchMenu->setObjectName(QStringLiteral("benchMenu"));
    m_benchMenu->menuAction()->setVisible(false);
    addLanguages(menu->addMenu(tr("Language")));
    menu->addSeparator();
    fill(menu, {Do::OpenCapture, Do::Export, Do::NewWindow, Do::Settings, std::nullopt, Do::Keys, Do::Close, Do::Quit});
    connect(menu, &QMenu::aboutToShow, this, [this] {
        action(Do::ThemeSystem)->setChecked(m_theme.mode() == Theme::Mode::System);
        action(Do::ThemeLight)->setChecked(m_theme.mode() == Theme::Mode::Light);
        action(Do::ThemeDark)->setChecked(m_theme.mode() == Theme::Mode::Dark);
    });
}

void MainWindow::setTheme(Theme::Mode mode)
{
    m_theme.setMode(mode);
    action(mode == Theme::Mode::System ? Do::ThemeSystem : mode == Theme::Mode::Light ? Do::ThemeLight : Do::ThemeDark)->setChecked(true);
    m_settings.setValue(QStringLiteral("theme"), static_cast<int>(mode));
}

void MainWindow::showPalette()
{
    QList<QAction *> actions;
    for (const Do what : kAll) {
        if (what != Do::Palette && action(what)->isVisible())
            actions << action(what);
    }
    actions << m_tools;
    actions << m_filter->saveAction() << m_filter->highlightAction() << m_filter->helpAction();
    auto *palette = new CommandPalette(m_theme, actions, this);
    palette->show();
}

void MainWindow::cyclePanes()
{
    QList<QWidget *> panes;
    if (!m_sessions->isFolded())
        panes << m_sessions->list();
    panes << (page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? &m_logPage->table() : static_cast<QWidget *>(m_exchangeTable)) << m_detail;
    const QWidget *focus = QApplication::focusWidget();
    qsizetype current = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focus && (panes[i] == focus || panes[i]->isAncestorOf(focus)))
            current = i;
    }
    QWidget *next = panes[(current + 1) % panes.size()];
    if (next == m_detail)
        next = m_detail->findChild<TabStrip *>();
    next->setFocus(Qt::TabFocusReason);
}

} // namespace trunkline
