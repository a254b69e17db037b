// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogModel.h"
#include "ui/log/LogPage.h"
#include "ui/metrics/MetricsPage.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/ActivityReader.h"
#include "ui/window/EmptyState.h"
#include "ui/window/StatusStrip.h"
#include "ui/window/WindowHost.h"

#include <QAction>
#include <QElapsedTimer>
#include <QStackedWidget>
#include <QTimer>

#include <utility>

namespace trunkline {

namespace {

constexpr std::size_t kPageSize = 2'000;        // one read; small enough that the window stays quick
constexpr qint64 kReadingTime = 10;             // ms in one turn of the loop; each turn ends with a paint

std::chrono::milliseconds sinceStart()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}

void MainWindow::setHub(HubView *view, HubControl *control, Rows rows)
{
    if (m_view)
        m_view->disconnect(this);
    if (rows == Rows::Keep)
        onRestarted();
    else
        forgetHub();
    m_lostAt = {};
    m_gapNoted = false;
    if (m_bannerIsStale)
        showBanner({});
    m_view = view;
    m_exchanges.keepAll(isRecorded());
    m_trafficModel.keepAll(isRecorded());
    m_control = control;
    m_mayOrder.reset();
    refreshOrders();
    if (control)
        control->onOrderFailed([this](const QString &why) { m_status->notice(why); });
    if (view) {
        connect(view, &HubView::updated, this, &MainWindow::onNews);
        connect(view, &HubView::linkChanged, this, &MainWindow::onLinkChanged);
        connect(view, &HubView::restarted, this, &MainWindow::onRestarted);
    }
    action(Do::OwnHub)->setVisible(m_host && m_host->hasOwnHub());
    onLinkChanged();
    refresh();
    if (isRecorded() && m_exchanges.rowCount() == 0 && m_trafficModel.rowCount() > 0)
        setPage(Page::Traffic);
    Q_EMIT hubChanged();
}

/// A token that may only look is known as such once the hub has answered.
void MainWindow::refreshOrders()
{
    const bool may = m_control && m_view && !m_view->isReadOnly();
    if (m_mayOrder == may)
        return;
    m_mayOrder = may;
    makeCompose();
    for (const Do what : {Do::Resend, Do::EditAndResend, Do::ClearHub, Do::TryIt, Do::Disconnect, Do::Compose})
        action(what)->setEnabled(may);
    action(Do::StopDemo)->setEnabled(false);        // until a snapshot shows one
}

/// What is not there cannot be stopped.
void MainWindow::refreshDemo(const HubSnapshot &snapshot)
{
    const bool runs = std::any_of(snapshot.sessions.begin(), snapshot.sessions.end(), [](const SessionInfo &one) { return one.user == "demo_bot"; });
    action(Do::StopDemo)->setEnabled(runs && m_mayOrder.value_or(false));
}

void MainWindow::forgetHub()
{
    m_exchanges.forget();
    m_trafficModel.forget();
    setTimeReference(std::nullopt);
    m_history.clear();
    m_lastRefusal = 0;
}

/// Who was turned away stands in the log, whether the hub is in this process or in another.
void MainWindow::logRefusals(const HubSnapshot &snapshot)
{
    for (const Refusal &refusal : snapshot.refusals) {
        if (refusal.number <= m_lastRefusal)
            continue;
        m_lastRefusal = refusal.number;
        m_log.write({refusal.at, QtWarningMsg, QStringLiteral("trunkline.refused"), refusalText(refusal)});
    }
}

void MainWindow::onNews()
{
    m_silence.hear(sinceStart());
    const auto wait = m_pace.wait(sinceStart());
    if (wait.count() == 0)
        refresh();
    else if (!m_later->isActive())
        m_later->start(wait);
}

/// At most ten times a second, when the hub has news.
void MainWindow::refresh()
{
    QElapsedTimer turn;
    turn.start();
    m_later->stop();
    m_pace.note(sinceStart(), m_trafficModel.arrived());
    const auto snapshot = m_view ? m_view->snapshot() : nullptr;
    if (snapshot)
        logRefusals(*snapshot);
    m_log.refresh();
    if (snapshot) {
        m_silence.note(*snapshot, sinceStart());
        if (m_history.note(*snapshot)) {
            m_metricsPage->refresh();
            tellValues(*snapshot);
        }
        if (snapshot->journalMaxBytes > 0 && m_view->roundTrip().count() == 0)      // our own hub: its journal's limit is ours
            m_trafficModel.setMaxBytes(snapshot->journalMaxBytes);
        refreshDemo(*snapshot);
        if (!m_paused) {
            m_sessions->refresh(snapshot, m_view->isReadOnly());
            m_empty->refresh(*snapshot, m_view->isReadOnly());
            if (turn.elapsed() < kReadingTime)
                readMore();
            else
                readSoon();             // ten thousand sessions took this turn
        }
        refreshPill();
    }
    refreshPages();
    refreshStatus();
}

/// When nothing has happened in the hub for a second charts go on, and rates fall. Not while it is lost: what it does is not known then.
void MainWindow::passSecond()
{
    m_log.refresh();        // this program writes it, with news of the hub or without
    const auto now = sinceStart();
    if (!m_view || m_view->link() != HubView::Link::Live || !m_silence.isLong(now))
        return;
    const auto later = m_silence.length(now);
    if (m_history.note(*m_view->snapshot(), later))
        m_metricsPage->refresh();
    if (!m_paused)
        m_sessions->passTime(later);
    refreshStatus();
}

/// As many pages as a turn of the loop has time for; the rest in later turns, so that keys and paint come between.
void MainWindow::readMore()
{
    m_reading = false;
    if (!m_view || m_paused)
        return;
    QElapsedTimer turn;
    turn.start();
    bool moreExchanges = true;
    bool moreTraffic = true;
    while ((moreExchanges || moreTraffic) && turn.elapsed() < kReadingTime) {
        moreExchanges = moreExchanges && m_exchanges.refresh(*m_view, kPageSize);
        moreTraffic = moreTraffic && m_trafficModel.refresh(*m_view, kPageSize);
    }
    m_reader->note(page() == Page::Traffic ? m_trafficModel.arrived() : m_exchanges.arrived(), m_exchanges.failed());
    selectPending();
    refreshDetail();
    if (moreExchanges || moreTraffic)
        readSoon();
}

void MainWindow::readSoon()
{
    if (m_reading)
        return;
    m_reading = true;
    QTimer::singleShot(0, this, [this] {
        readMore();
        refreshPages();
        refreshStatus();
    });
}

/// The exchange in sight may have gone on; the copy is exchanged for the newer one, and its messages join. A push may have got its receipt.
void MainWindow::refreshDetail()
{
    const Subject &subject = m_detail->subject();
    const quint64 fresh = m_trafficModel.arrived() - std::exchange(m_looked, m_trafficModel.arrived());
    if (subject.evicted)
        return;
    if (!subject.exchange) {
        const JournalEntry *push = subject.entries.empty() || subject.receipt ? nullptr : &subject.entries.front();
        if (page() == Page::Traffic && push && push->kind == EntryKind::Push && !push->correlation.isEmpty()
            && m_trafficModel.cameLately(push->correlation, EntryKind::Ack, fresh))
            m_detail->show(subjectOf(JournalEntry(*push), nullptr, m_trafficModel));
        return;
    }
    const int row = m_exchanges.rowOf(*subject.exchange);
    if (row < 0 || m_exchanges.at(row)->revision == subject.exchange->revision)
        return;
    if (page() == Page::Exchanges)
        m_detail->show(subjectOf(m_exchanges.at(row), m_trafficModel));
    else if (page() == Page::Traffic && m_trafficTable->currentIndex().isValid())
        m_detail->show(subjectOf(m_trafficModel.at(m_trafficTable->currentIndex().row()), m_exchanges.at(row), m_trafficModel));
}

void MainWindow::selectExchange(const QByteArray &correlation, Land land)
{
    m_pending = correlation;
    m_landing = land;
    setPage(Page::Exchanges);
    m_detail->setTab(DetailPane::Tab::Timeline);
    selectPending();
}

void MainWindow::selectPending()
{
    if (m_pending.isEmpty())
        return;
    ExchangePtr wanted;
    if (m_pending == "?") {
        for (int row = m_exchanges.rowCount() - 1; row >= 0 && !wanted; --row) {
            if (m_exchanges.at(row)->route.target == "demo_bot")
                wanted = m_exchanges.at(row);
        }
    } else {
        wanted = m_exchanges.find(m_pending);
    }
    if (!wanted)
        return;
    const QModelIndex index = m_shownExchanges.mapFromSource(m_exchanges.index(m_exchanges.rowOf(*wanted), 0));
    m_pending.clear();
    if (index.isValid()) {
        refreshPages();
        m_exchangeTable->setCurrentIndex(index);
    } else {
        m_detail->show(subjectOf(wanted, m_trafficModel));      // hidden by the filter
    }
    if (std::exchange(m_landing, Land::Anywhere) == Land::OnLongestGap)
        m_detail->landOnLongestGap();
}

void MainWindow::onExchangeSelected()
{
    const QModelIndexList rows = m_exchangeTable->selectionModel()->selectedRows();
    const ExchangePtr current = m_shownExchanges.at(m_exchangeTable->currentIndex());
    if (page() != Page::Exchanges)
        return;
    if (current && m_exchanges.gapOf(*current)) {
        m_detail->show({});
        return;
    }
    Subject other;
    if (rows.size() == 2) {
        const ExchangePtr second = m_shownExchanges.at(rows[0].row() == m_exchangeTable->currentIndex().row() ? rows[1] : rows[0]);
        other = subjectOf(second, m_trafficModel);
    }
    m_detail->show(subjectOf(current, m_trafficModel), std::move(other));
}

void MainWindow::onTrafficSelected()
{
    const QModelIndex index = m_trafficTable->currentIndex();
    if (page() != Page::Traffic)
        return;
    if (!index.isValid() || m_trafficModel.isGap(index.row())) {
        m_detail->show({});
        return;
    }
    const JournalEntry &entry = m_trafficModel.at(index.row());
    m_detail->show(subjectOf(entry, entry.correlation.isEmpty() ? nullptr : m_exchanges.find(entry.correlation), m_trafficModel));
    if (!m_detail->subject().exchange && m_detail->tab() == DetailPane::Tab::Timeline)
        m_detail->setTab(DetailPane::Tab::Body);
}

bool MainWindow::isSelectionEmpty() const
{
    return m_detail->subject().isEmpty();
}

void MainWindow::setPage(Page page)
{
    m_tabs->setCurrentIndex(static_cast<int>(page));
    m_pages->setCurrentIndex(static_cast<int>(page));
    m_filter->field().setRecord(page == Page::Traffic ? filter::Record::Entry : filter::Record::Exchange);
    refreshPages();
    const LiveTable *table = page == Page::Traffic ? m_trafficTable : page == Page::Log ? &m_logPage->table() : m_exchangeTable;
    action(Do::Follow)->setChecked(table->isFollowing());
    if (page == Page::Traffic && m_trafficTable->currentIndex().isValid())
        onTrafficSelected();
    else if (page == Page::Exchanges && m_exchangeTable->currentIndex().isValid())
        onExchangeSelected();
    refreshStatus();
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

void MainWindow::setPaused(bool paused)
{
    m_paused = paused;
    QAction *pause = action(Do::Pause);
    pause->setText(paused ? tr("Resume") : tr("Pause"));
    pause->setIconText(u' ' % pause->text());
    pause->setIcon(m_theme.icon(paused ? QStringLiteral("play") : QStringLiteral("pause"), paused ? Token::Late : Token::Text));
    if (!paused)
        refresh();
    else
        refreshStatus();
}

void MainWindow::clear()
{
    if (!m_view)
        return;
    m_exchanges.clear(*m_view);
    m_trafficModel.clear(*m_view);
    m_detail->show({});
    refreshPages();
    refreshStatus();
}

void MainWindow::applyFilter()
{
    const Filter filter = m_filter->filter();
    const bool highlight = m_filter->isHighlighting();
    const bool all = filter.passesAll();
    const auto exchanges = all ? ExchangeProxy::Filter() : [filter](const ExchangeInfo &exchange) { return filter.matches(exchange); };
    const auto traffic = all ? TrafficModel::Filter() : [filter](const JournalEntry &entry) { return filter.matches(entry); };
    m_exchanges.setHighlight(highlight ? exchanges : nullptr);
    m_trafficModel.setHighlight(highlight ? traffic : nullptr);
    m_shownExchanges.setFilter(highlight ? nullptr : exchanges);
    if (!highlight || m_trafficModel.isFiltered()) {
        m_filterPercent = all || highlight ? -1 : 0;
        m_trafficModel.setFilter(highlight ? nullptr : traffic);
    }
    refreshPages();
    refreshStatus();
}

/// Names that the filter completes.
void MainWindow::tellValues(const HubSnapshot &snapshot)
{
    constexpr qsizetype most = 2'000;
    QStringList users;
    for (const SessionInfo &session : snapshot.sessions) {
        if (users.size() < most)
            users << QString::fromUtf8(session.user);
    }
    m_filter->field().setKnownValues(filter::Field::User, users);
}

} // namespace trunkline
