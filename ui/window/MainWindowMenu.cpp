// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/compose/ComposePanel.h"
#include "ui/detail/DetailPane.h"
#include "ui/exchanges/Lanes.h"
#include "ui/filter/FilterBar.h"
#include "ui/models/Roles.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QStackedWidget>

namespace trunkline {

void MainWindow::copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
    m_status->notice(tr("Copied %1").arg(text.section(u'\n', 0, 0)));
}

void MainWindow::requestFilter(const QString &filter)
{
    if (filter.isEmpty())
        m_filter->setText({});
    else
        m_filter->addTerm(filter);
}

/// One panel a hub: what is written goes where the window looks.
void MainWindow::makeCompose()
{
    action(Do::Compose)->setChecked(false);
    delete m_compose;
    m_compose = nullptr;
    if (!m_view || !m_control || m_view->isReadOnly())
        return;
    m_compose = new ComposePanel(m_theme, *m_view, *m_control, m_settings);
    m_lower->addWidget(m_compose);
    connect(m_compose, &ComposePanel::closeWanted, this, [this] { action(Do::Compose)->setChecked(false); });
    connect(m_compose, &ComposePanel::copied, m_status, &StatusStrip::notice);
    connect(m_compose, &ComposePanel::exchangeWanted, this, [this](const QByteArray &correlation) {
        action(Do::Compose)->setChecked(false);
        selectExchange(correlation);
    });
}

void MainWindow::showCompose(bool shown)
{
    if (shown && m_compose) {
        if (const ExchangePtr exchange = m_detail->subject().exchange)
            m_compose->setSuggestedUser(exchange->route.named);
        m_lower->setCurrentWidget(m_compose);
        refreshPages();
        m_compose->editor().setFocus();
        return;
    }
    m_lower->setCurrentWidget(m_detail);
    refreshPages();
    if (isActiveWindow())
        action(Do::BackToTable)->trigger();
}

void MainWindow::resend(bool editFirst)
{
    const Subject &subject = m_detail->subject();
    std::optional<Draft> draft;
    if (page() == Page::Traffic && m_trafficTable->currentIndex().isValid())
        draft = draftFrom(m_trafficModel.at(m_trafficTable->currentIndex().row()));
    else if (subject.exchange)
        draft = draftFrom(*subject.exchange);
    if (draft)
        sendAgain(*draft, editFirst);
    else
        m_status->notice(tr("Select a message whose text was kept"));
}

void MainWindow::sendAgain(const Draft &draft, bool editFirst)
{
    if (!m_compose)
        return;
    action(Do::Compose)->setChecked(true);
    if (editFirst)
        m_compose->edit(draft);
    else
        m_compose->resend(draft);
}

void MainWindow::showExchangeOf(const QByteArray &correlation)
{
    selectExchange(correlation);
    if (!m_pending.isEmpty()) {
        m_pending.clear();
        m_status->notice(tr("That exchange is not known here any more"));
    }
}

void MainWindow::showExchangeMenu(const QModelIndex &index, const QPoint &at)
{
    showRowMenu(index, at, m_shownExchanges.at(index), nullptr);
}

void MainWindow::showTrafficMenu(const QModelIndex &index, const QPoint &at)
{
    const JournalEntry entry = m_trafficModel.at(index.row());      // a copy: the row may go while the menu is open
    showRowMenu(index, at, entry.correlation.isEmpty() ? nullptr : m_exchanges.find(entry.correlation), &entry);
}

void MainWindow::showRowMenu(const QModelIndex &index, const QPoint &at, const ExchangePtr &exchange, const JournalEntry *entry)
{
    QMenu menu(this);
    const QString filter = index.data(FilterRole).toString();
    const QString cell = index.data(Qt::DisplayRole).toString();
    QAction *onValue = menu.addAction(filter.isEmpty() ? tr("Filter on this value") : tr("Filter on %1").arg(filter), this, [this, filter] { requestFilter(filter); });
    onValue->setEnabled(!filter.isEmpty());
    menu.addSeparator();
    menu.addAction(tr("Copy value"), this, [this, cell] { copy(cell); })->setEnabled(!cell.isEmpty());
    const QByteArray payload = entry ? entry->payload().toByteArray() : exchange ? exchange->request : QByteArray();
    menu.addAction(tr("Copy message"), this, [this, payload] { copy(QString::fromUtf8(payload)); })->setEnabled(!payload.isEmpty());
    if (const auto draft = entry ? draftFrom(*entry) : exchange ? draftFrom(*exchange) : std::nullopt; draft && m_view) {
        QMenu *as = menu.addMenu(tr("Copy as"));
        for (const copyas::Language language : copyas::languages())
            as->addAction(copyas::nameOf(language), this, [this, draft, language] { copy(copyas::command(language, *draft, *m_view->snapshot())); });
        menu.addSeparator();
        menu.addAction(tr("Send again"), this, [this, draft] { sendAgain(*draft, false); })->setEnabled(m_compose);
        menu.addAction(tr("Edit and send again"), this, [this, draft] { sendAgain(*draft, true); })->setEnabled(m_compose);
        menu.addSeparator();
    }
    if (exchange) {
        menu.addAction(tr("Copy the timeline as Markdown"), this, [this, exchange] { copy(timelineMarkdown(*exchange, m_detail->sentence())); });
        if (entry)
            menu.addAction(tr("Show the exchange"), this, [this, exchange] { showExchangeOf(exchange->correlation); });
    }
    menu.addSeparator();
    const SessionId session = exchange ? exchange->session : entry ? entry->session : SessionId{};
    QAction *end = menu.addAction(m_theme.icon(QStringLiteral("disconnect"), Token::Failed), tr("Disconnect the session"), this,
                                  [this, session] { m_control->disconnectSession(session, "Disconnected by the operator"); });
    end->setEnabled(session && m_control && m_view && !m_view->isReadOnly());
    menu.addSeparator();
    menu.addAction(action(Do::Columns));
    menu.exec(at);
}

} // namespace trunkline
