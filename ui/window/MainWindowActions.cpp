// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/exchanges/Lanes.h"
#include "ui/filter/FilterBar.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/CommandPalette.h"
#include "ui/window/ListeningPill.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QLabel>
#include <QMenu>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

namespace trunkline {

namespace {

/// In the order of the palette and of the list of keys.
constexpr MainWindow::Do kAll[] = {
    MainWindow::Do::Pause, MainWindow::Do::Follow, MainWindow::Do::Clear, MainWindow::Do::ClearHub, MainWindow::Do::Compose,
    MainWindow::Do::TryIt, MainWindow::Do::StopDemo, MainWindow::Do::Filter, MainWindow::Do::ClearFilter, MainWindow::Do::ShowExchange, MainWindow::Do::Resend,
    MainWindow::Do::EditAndResend,
    MainWindow::Do::NextOfSame, MainWindow::Do::PreviousOfSame, MainWindow::Do::CopyMarkdown, MainWindow::Do::Disconnect,
    MainWindow::Do::CopyAddress, MainWindow::Do::PageExchanges, MainWindow::Do::PageTraffic, MainWindow::Do::PageMetrics,
    MainWindow::Do::PageLog, MainWindow::Do::ToggleSessions, MainWindow::Do::Columns, MainWindow::Do::NextPane, MainWindow::Do::BackToTable,
    MainWindow::Do::ZoomIn, MainWindow::Do::ZoomOut, MainWindow::Do::ZoomReset, MainWindow::Do::ThemeSystem, MainWindow::Do::ThemeLight,
    MainWindow::Do::ThemeDark, MainWindow::Do::Keys, MainWindow::Do::Palette, MainWindow::Do::Close};

} // namespace

QAction *MainWindow::add(Do what, const QString &text, const QString &icon, const QList<QKeySequence> &keys, std::function<void()> run)
{
    auto *action = new QAction(text, this);
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
        (page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? m_logTable : m_exchangeTable)->setFollowing(on);
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
    add(Do::Filter, tr("Filter"), QStringLiteral("search"), {QKeySequence(Qt::Key_Slash), QKeySequence(Qt::CTRL | Qt::Key_F)}, [this] {
        m_filter->startTyping();
    });
    add(Do::ClearFilter, tr("Clear the filter"), {}, {}, [this] { requestFilter({}); });
    makeViewActions();
}

void MainWindow::makeViewActions()
{
    add(Do::Columns, tr("Choose columns"), QStringLiteral("columns"), {}, [this] {
        LiveTable *table = page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? m_logTable : m_exchangeTable;
        table->showColumnChooser(table->mapToGlobal(QPoint(table->width() / 2, 0)));
    });
    add(Do::NextOfSame, tr("Next of the same correlation"), {}, {QKeySequence(Qt::ALT | Qt::Key_Down)}, [this] { stepInCorrelation(1); });
    add(Do::PreviousOfSame, tr("Previous of the same correlation"), {}, {QKeySequence(Qt::ALT | Qt::Key_Up)}, [this] { stepInCorrelation(-1); });
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
        (page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? m_logTable : m_exchangeTable)->setFocus();
    });
    add(Do::ZoomIn, tr("Larger"), {}, {QKeySequence::ZoomIn, QKeySequence(Qt::CTRL | Qt::Key_Equal)}, [this] { m_theme.setZoom(m_theme.zoom() + 1); });
    add(Do::ZoomOut, tr("Smaller"), {}, {QKeySequence::ZoomOut}, [this] { m_theme.setZoom(m_theme.zoom() - 1); });
    add(Do::ZoomReset, tr("Normal size"), {}, {QKeySequence(Qt::CTRL | Qt::Key_0)}, [this] { m_theme.setZoom(0); });
    add(Do::ThemeSystem, tr("Theme of the system"), {}, {}, [this] { setTheme(Theme::Mode::System); })->setCheckable(true);
    add(Do::ThemeLight, tr("Light theme"), {}, {}, [this] { setTheme(Theme::Mode::Light); })->setCheckable(true);
    add(Do::ThemeDark, tr("Dark theme"), {}, {}, [this] { setTheme(Theme::Mode::Dark); })->setCheckable(true);
    add(Do::ToggleSessions, tr("Fold or unfold the sessions"), {}, {QKeySequence(Qt::CTRL | Qt::Key_B)}, [this] {
        m_foldToggled = !m_foldToggled;
        fold();
    });
    const std::pair<Do, QString> pages[] = {{Do::PageExchanges, tr("Exchanges")}, {Do::PageTraffic, tr("Traffic")},
                                            {Do::PageMetrics, tr("Metrics")}, {Do::PageLog, tr("Log")}};
    for (int i = 0; i < 4; ++i)
        add(pages[i].first, pages[i].second, {}, {QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + i))}, [this, i] { setPage(static_cast<Page>(i)); });
    add(Do::Keys, tr("Keys"), QStringLiteral("help"), {QKeySequence(Qt::Key_F1)}, [this] { showKeys(); });
    add(Do::Close, tr("Close the window"), {}, {QKeySequence::Close}, [this] { close(); });
}

void MainWindow::fillMoreMenu()
{
    QMenu *menu = m_more->menu();
    menu->clear();
    action(Do::ThemeSystem)->setChecked(m_theme.mode() == Theme::Mode::System);
    action(Do::ThemeLight)->setChecked(m_theme.mode() == Theme::Mode::Light);
    action(Do::ThemeDark)->setChecked(m_theme.mode() == Theme::Mode::Dark);
    for (const Do what : {Do::TryIt, Do::StopDemo, Do::ClearHub})
        menu->addAction(action(what));
    menu->addSeparator();
    for (const Do what : {Do::Columns, Do::ToggleSessions, Do::ZoomIn, Do::ZoomOut, Do::ZoomReset})
        menu->addAction(action(what));
    menu->addSeparator();
    for (const Do what : {Do::ThemeSystem, Do::ThemeLight, Do::ThemeDark})
        menu->addAction(action(what));
    menu->addSeparator();
    for (const Do what : {Do::Keys, Do::Close})
        menu->addAction(action(what));
}

void MainWindow::setTheme(Theme::Mode mode)
{
    m_theme.setMode(mode);
    m_settings.setValue(QStringLiteral("theme"), static_cast<int>(mode));
}

void MainWindow::showPalette()
{
    QList<QAction *> actions;
    for (const Do what : kAll) {
        if (what != Do::Palette)
            actions << action(what);
    }
    actions << m_filter->saveAction() << m_filter->highlightAction() << m_filter->helpAction();
    auto *palette = new CommandPalette(m_theme, actions, this);
    palette->show();
}

void MainWindow::showKeys()
{
    QString rows;
    for (const Do what : kAll) {
        const QAction *action = m_actions.value(what);
        if (action->shortcuts().isEmpty())
            continue;
        QStringList keys;
        for (const QKeySequence &key : action->shortcuts())
            keys << key.toString(QKeySequence::NativeText);
        rows += QStringLiteral("<tr><td style='padding:2px 24px 2px 0'><b>%1</b></td><td style='padding:2px 0'>%2</td></tr>")
                    .arg(keys.join(QStringLiteral(", ")).toHtmlEscaped(), action->text().toHtmlEscaped());
    }
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keys"));
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(24, 18, 24, 18);
    auto *label = new QLabel(QStringLiteral("<table>%1</table>").arg(rows));
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    layout->addWidget(label);
    dialog->show();
}

void MainWindow::cyclePanes()
{
    QList<QWidget *> panes;
    if (!m_sessions->isFolded())
        panes << m_sessions->list();
    panes << (page() == Page::Traffic ? m_trafficTable : page() == Page::Log ? m_logTable : static_cast<QWidget *>(m_exchangeTable)) << m_detail;
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

void MainWindow::stepInCorrelation(int direction)
{
    LiveTable *table = page() == Page::Traffic ? m_trafficTable : m_exchangeTable;
    const QModelIndex current = table->currentIndex();
    if (!current.isValid())
        return;
    const auto correlationAt = [this, table](int row) {
        if (table == m_trafficTable)
            return m_trafficModel.at(row).correlation;
        return m_shownExchanges.at(m_shownExchanges.index(row, 0))->correlation;
    };
    const QByteArray wanted = correlationAt(current.row());
    for (int row = current.row() + direction; row >= 0 && row < table->model()->rowCount(); row += direction) {
        if (!wanted.isEmpty() && correlationAt(row) == wanted) {
            table->setCurrentIndex(table->model()->index(row, current.column()));
            return;
        }
    }
    m_status->notice(tr("No other message of this correlation"));
}

} // namespace trunkline
