// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/exchanges/WaterfallDelegate.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogModel.h"
#include "ui/log/LogPage.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/ActivityReader.h"
#include "ui/window/EmptyState.h"
#include "ui/window/ListeningPill.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

namespace trunkline {

namespace {

constexpr int kFoldBelow = 1200;        // pixels of width

constexpr int kWideTimeline = 250;
constexpr int kNarrowTimeline = 150;
constexpr int kWideRoute = 190;
constexpr int kNarrowRoute = 140;

QFrame *hairline()
{
    auto *line = new QFrame;
    line->setObjectName(QStringLiteral("hairline"));
    line->setFixedHeight(1);
    return line;
}

QFrame *separator()
{
    auto *line = new QFrame;
    line->setObjectName(QStringLiteral("separator"));
    line->setFixedSize(1, 20);
    return line;
}

} // namespace

MainWindow::MainWindow(const Parts &parts)
    : m_theme(parts.theme), m_log(parts.log), m_settings(parts.settings), m_program(parts.program), m_host(parts.host), m_shownExchanges(m_exchanges),
      m_later(new QTimer(this))
{
    setWindowTitle(tr("Trunkline"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/trunkline.svg")));
    setMinimumSize(720, 460);
    setAcceptDrops(m_host);
    resize(1440, 900);
    m_later->setSingleShot(true);
    connect(m_later, &QTimer::timeout, this, &MainWindow::refresh);
    auto *second = new QTimer(this);
    connect(second, &QTimer::timeout, this, &MainWindow::passSecond);
    second->start(HubSilence::kBeat);
    makeActions();
    build();
    connect(&m_theme, &Theme::changed, this, &MainWindow::refreshTheme);
    refreshTheme();
    restore();
    setHub(nullptr, nullptr);
    m_theme.announce();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    auto *root = new QWidget;
    auto *layout = new QVBoxLayout(root);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeToolbar());
    layout->addWidget(hairline());
    layout->addWidget(makeBanner());
    makeFilter();
    layout->addWidget(m_filter);
    layout->addWidget(hairline());

    m_sessions = new SessionsPanel(m_theme);
    connect(m_sessions, &SessionsPanel::filterRequested, this, &MainWindow::requestFilter);
    connect(m_sessions, &SessionsPanel::disconnectRequested, this, [this](SessionId session) {
        if (m_control)
            m_control->disconnectSession(session, "Disconnected by the operator");
    });
    connect(m_sessions, &SessionsPanel::usersWanted, this, [this](const QByteArray &prefix) {
        if (!m_control)
            return;
        m_control->findUsers(prefix, SessionsPanel::kMostFound, [panel = QPointer(m_sessions), prefix](std::optional<FoundUsers> found) {
            if (panel)
                panel->showFound(prefix, std::move(found));
        });
    });
    connect(m_sessions, &SessionsPanel::unfoldRequested, this, [this] { action(Do::ToggleSessions)->trigger(); });
    m_detail = new DetailPane(m_theme, m_trafficModel);
    connect(m_detail, &DetailPane::filterRequested, this, &MainWindow::requestFilter);
    connect(m_detail, &DetailPane::columnRequested, this, &MainWindow::addColumn);
    connect(m_detail, &DetailPane::noticed, this, [this](const QString &what) { m_status->notice(what); });

    m_rows = new QSplitter(Qt::Vertical);
    m_rows->setHandleWidth(1);
    m_rows->setChildrenCollapsible(false);
    m_rows->addWidget(makePages());
    m_lower = new QStackedWidget;
    m_lower->addWidget(m_detail);
    m_rows->addWidget(m_lower);
    m_rows->setStretchFactor(0, 3);
    m_rows->setStretchFactor(1, 2);
    m_rows->setSizes({460, 330});
    connect(m_rows, &QSplitter::splitterMoved, this, [this] { m_rowsAreMine = true; });
    m_columns = new QSplitter(Qt::Horizontal);
    m_columns->setHandleWidth(1);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(m_sessions);
    m_columns->addWidget(m_rows);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({264, 1176});
    layout->addWidget(m_columns, 1);
    layout->addWidget(hairline());
    m_status = new StatusStrip(m_theme);
    m_reader = new ActivityReader(m_status, this);
    layout->addWidget(m_status);
    setCentralWidget(root);
    connect(m_sessions, &SessionsPanel::noticed, m_status, &StatusStrip::notice);
    connect(m_status, &StatusStrip::refusalsWanted, this, [this] { setPage(Page::Log); });
    connect(m_pill, &ListeningPill::copied, this, [this](const QString &url) { m_status->notice(tr("Copied %1").arg(url)); });
    connect(m_empty, &EmptyState::copied, this, [this] { m_status->notice(tr("Copied the command")); });
}

QWidget *MainWindow::makeToolbar()
{
    auto *bar = new QWidget;
    bar->setObjectName(QStringLiteral("toolbar"));
    bar->setAttribute(Qt::WA_StyledBackground);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 0, 8, 0);
    row->setSpacing(4);
    m_pill = new ListeningPill(m_theme);
    row->addWidget(m_pill);
    row->addSpacing(8);
    const auto addButton = [&](Do what) {
        auto *button = new QToolButton;
        button->setDefaultAction(action(what));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
        const auto name = [button, command = action(what)] { button->setAccessibleName(command->text()); };
        connect(action(what), &QAction::changed, button, name);     // what it shows has a gap before it, or is a key
        name();
        m_buttons << qMakePair(button, what);
        row->addWidget(button);
        return button;
    };
    row->addWidget(separator());
    row->addSpacing(8);
    for (const Do what : {Do::Pause, Do::Follow, Do::Clear})
        addButton(what);
    row->addSpacing(8);
    row->addWidget(separator());
    row->addSpacing(8);
    addButton(Do::Compose);
    m_toolbarRow = row;
    m_toolbarSpot = row->count();
    row->addStretch();
    addButton(Do::Palette)->setText(tr("Ctrl+K"));
    m_more = new QToolButton;
    m_more->setAccessibleName(tr("More"));
    m_more->setToolTip(tr("More"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setMenu(new QMenu(m_more));
    m_more->setFocusPolicy(Qt::TabFocus);
    m_more->setObjectName(QStringLiteral("more"));
    fillMoreMenu();
    row->addWidget(m_more);
    return bar;
}

QWidget *MainWindow::makeBanner()
{
    m_banner = new QFrame;
    m_banner->setObjectName(QStringLiteral("banner"));
    auto *row = new QHBoxLayout(m_banner);
    row->setContentsMargins(14, 7, 12, 7);
    m_bannerText = new QLabel;
    m_bannerText->setWordWrap(true);
    m_bannerButton = new QPushButton;
    m_bannerButton->setObjectName(QStringLiteral("bannerButton"));
    connect(m_bannerButton, &QPushButton::clicked, this, [this] {
        if (const auto pressed = m_bannerPressed)
            pressed();
    });
    row->addWidget(m_bannerText, 1);
    row->addWidget(m_bannerButton);
    m_banner->hide();
    return m_banner;
}

void MainWindow::makeFilter()
{
    m_filter = new FilterBar(m_theme, m_settings);
    connect(m_filter, &FilterBar::filterChanged, this, &MainWindow::applyFilter);
    connect(m_filter, &FilterBar::highlightingChanged, this, &MainWindow::applyFilter);
    connect(m_filter, &FilterBar::colorsChanged, this, &MainWindow::applyColors);
    applyColors();
    connect(m_filter, &FilterBar::left, this, [this] { action(Do::BackToTable)->trigger(); });
}

QWidget *MainWindow::makePages()
{
    m_tabs = new TabStrip(m_theme);
    m_tabs->setAccessibleName(tr("Views"));
    for (const QString &name : {tr("Exchanges"), tr("Traffic"), tr("Metrics"), tr("Log")})
        m_tabs->addTab(name);
    m_pages = new QStackedWidget;
    m_pages->setMinimumHeight(m_theme.scaled(150));     // not what the charts need: where they are, the lower half is not
    m_pages->addWidget(makeExchangesPage());
    m_pages->addWidget(makeTrafficPage());
    m_metricsPage = new MetricsPage(m_theme, m_history);
    m_pages->addWidget(m_metricsPage);
    m_pages->addWidget(makeLogPage());
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) { setPage(static_cast<Page>(index)); });
    for (LiveTable *table : {m_exchangeTable, m_trafficTable}) {
        connect(table, &LiveTable::followingChanged, this, [this, table](bool on) {
            if (m_pages->currentWidget()->isAncestorOf(table))
                action(Do::Follow)->setChecked(on);
        });
    }
    auto *strip = new QWidget;
    strip->setObjectName(QStringLiteral("tabRow"));
    auto *row = new QHBoxLayout(strip);
    row->setContentsMargins(8, 0, 8, 0);
    row->addWidget(m_tabs);
    row->addStretch();
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(strip);
    column->addWidget(hairline());
    column->addWidget(m_pages, 1);
    return page;
}

QWidget *MainWindow::makeExchangesPage()
{
    m_empty = new EmptyState(m_theme, m_program);
    connect(m_empty, &EmptyState::tryRequested, this, [this] { action(Do::TryIt)->trigger(); });
    m_exchangeTable = new LiveTable(m_theme);
    m_exchangeTable->setModel(&m_shownExchanges);
    m_exchangeTable->setAccessibleName(tr("Exchanges"));
    m_exchangeTable->setColumns({80, 112, 96, 146, 78, 84, kWideTimeline, -1, 250, 120, 150, 150, 90, 90, 100}, ExchangeModel::FirstHidden);
    m_exchangeTable->setItemDelegateForColumn(static_cast<int>(ExchangeModel::Column::Waterfall),
                                              new WaterfallDelegate(m_theme, m_shownExchanges, m_exchangeTable));
    connect(m_exchangeTable, &LiveTable::currentRowChanged, this, &MainWindow::onExchangeSelected);
    connect(&m_shownExchanges, &ExchangeProxy::filterFinished, this, [this] { refreshPages(); refreshStatus(); });
    connect(m_exchangeTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_exchangeTable->selectionModel()->selectedRows().size() == 2)
            onExchangeSelected();
    });
    connect(m_exchangeTable, &LiveTable::currentRowEvicted, this, [this] { m_detail->markEvicted(); });
    connect(m_exchangeTable, &LiveTable::menuRequested, this, &MainWindow::showExchangeMenu);
    m_exchangeTable->makeSortable([this](quint64 number) {
        const int row = m_exchanges.rowOf(number);
        return row < 0 ? -1 : m_shownExchanges.mapFromSource(m_exchanges.index(row, 0)).row();
    });
    m_exchangeTable->setFirstAdded(ExchangeModel::Columns);
    connect(m_exchangeTable, &LiveTable::columnRemovalRequested, this, &MainWindow::removeColumn);
    m_noMatch = makeNoMatch();
    m_exchangeStack = new QStackedWidget;
    m_exchangeStack->addWidget(m_empty);
    m_exchangeStack->addWidget(m_exchangeTable);
    m_exchangeStack->addWidget(m_noMatch);
    return m_exchangeStack;
}

QWidget *MainWindow::makeTrafficPage()
{
    m_trafficTable = new LiveTable(m_theme);
    m_trafficTable->setModel(&m_trafficModel);
    m_trafficTable->setAccessibleName(tr("Traffic"));
    m_trafficTable->setColumns({80, 122, 96, 100, kWideRoute, 84, 140, -1, 120, 84, 250, 100}, TrafficModel::FirstHidden);
    m_trafficTable->makeSortable([this](quint64 sequence) { return m_trafficModel.rowOf(sequence); });
    m_trafficTable->setFirstAdded(TrafficModel::Columns);
    connect(m_trafficTable, &LiveTable::columnRemovalRequested, this, &MainWindow::removeColumn);
    connect(m_trafficTable, &LiveTable::currentRowChanged, this, &MainWindow::onTrafficSelected);
    connect(m_trafficTable, &LiveTable::currentRowEvicted, this, [this] { m_detail->markEvicted(); });
    connect(m_trafficTable, &LiveTable::menuRequested, this, &MainWindow::showTrafficMenu);
    connect(&m_trafficModel, &TrafficModel::filterProgressed, this, [this](int percent) { m_filterPercent = percent; refreshStatus(); });
    connect(&m_trafficModel, &TrafficModel::filterFinished, this, [this] { m_filterPercent = -1; refreshPages(); refreshStatus(); });
    m_noTrafficMatch = makeNoMatch();
    m_trafficStack = new QStackedWidget;
    m_trafficStack->addWidget(m_trafficTable);
    m_trafficStack->addWidget(m_noTrafficMatch);
    return m_trafficStack;
}

QPushButton *MainWindow::makeNoMatch()
{
    auto *button = new QPushButton;
    button->setFlat(true);
    connect(button, &QPushButton::clicked, this, [this] { action(Do::ClearFilter)->trigger(); });
    return button;
}

QWidget *MainWindow::makeLogPage()
{
    m_logPage = new LogPage(m_theme, m_log);
    connect(&m_logPage->table(), &LiveTable::menuRequested, this, [this](const QModelIndex &index, const QPoint &at) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->setObjectName(QStringLiteral("logMenu"));
        const QString line = index.siblingAtColumn(LogModel::Columns - 1).data(Qt::ToolTipRole).toString();
        menu->addAction(tr("Copy line"), this, [this, line] { copy(line); })->setObjectName(QStringLiteral("copyLine"));
        menu->popup(at);
    });
    return m_logPage;
}

void MainWindow::showBanner(const QString &text, const QString &button, std::function<void()> pressed)
{
    m_bannerText->setText(text);
    m_bannerButton->setText(button);
    m_bannerButton->setVisible(!button.isEmpty());
    m_bannerPressed = std::move(pressed);
    m_bannerIsStale = false;
    m_banner->setVisible(!text.isEmpty());
    m_banner->setAccessibleName(text);
}

void MainWindow::refreshTheme()
{
    findChild<QWidget *>(QStringLiteral("toolbar"))->setFixedHeight(m_theme.scaled(43));
    for (const auto &[button, what] : std::as_const(m_buttons)) {
        button->setIconSize(QSize(m_theme.scaled(Theme::IconSize), m_theme.scaled(Theme::IconSize)));
        if (what == Do::Palette)
            button->setText(action(what)->shortcut().toString(QKeySequence::NativeText));
    }
    for (QToolButton *button : std::as_const(m_toolButtons))
        button->setIconSize(QSize(m_theme.scaled(Theme::IconSize), m_theme.scaled(Theme::IconSize)));
    for (QAction *action : m_actions.values() + m_tools) {
        if (const QString icon = action->property("iconName").toString(); !icon.isEmpty())
            action->setIcon(m_theme.icon(icon));
    }
    m_more->setIcon(m_theme.icon(QStringLiteral("more"), Token::Muted));
    m_banner->setStyleSheet(QStringLiteral("QFrame#banner { background: %1; border-bottom: 1px solid %2; }")
                                .arg(blend(m_theme.color(Token::Late), m_theme.color(Token::Panel), 0.14).name(), m_theme.color(Token::Hairline).name()));
    setPaused(m_paused);
    refreshPill();
    refreshStatus();
    fold();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    if ((event->oldSize().width() < kFoldBelow) != (event->size().width() < kFoldBelow))
        m_foldToggled = false;
    fold();
    shareHeight();
}

/// Two fifths for the lower half; in a low window enough for a timeline, until its user wants another height.
void MainWindow::shareHeight()
{
    const int all = m_rows->height();
    if (m_rowsAreMine || all <= 0)
        return;
    const int lower = std::max(all * 42 / 100, std::min(m_theme.scaled(286), all * 55 / 100));
    m_rows->setSizes({all - lower, lower});
}

/// A narrow window shows the sessions as a strip, unless its user has asked for them.
void MainWindow::fold()
{
    const bool narrow = width() < m_theme.scaled(kFoldBelow);
    for (QToolButton *button : std::as_const(m_toolButtons))
        button->setToolButtonStyle(narrow ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
    const bool folded = narrow != m_foldToggled;
    if (m_sessions->isFolded() == folded)
        return;
    m_sessions->setFolded(folded);
    const auto give = [&](LiveTable *table, int column, int wide, int few) {
        if (table->columnWidth(column) == m_theme.scaled(folded ? wide : few))      // as nobody has changed it
            table->setColumnWidth(column, m_theme.scaled(folded ? few : wide));
    };
    give(m_exchangeTable, static_cast<int>(ExchangeModel::Column::Waterfall), kWideTimeline, kNarrowTimeline);
    give(m_trafficTable, static_cast<int>(TrafficModel::Column::Route), kWideRoute, kNarrowRoute);
    const int wanted = folded ? m_theme.scaled(52) : m_theme.scaled(264);
    m_columns->setSizes({wanted, width() - wanted});
}

} // namespace trunkline
