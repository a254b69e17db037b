// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "hub/view/WhyLate.h"
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
    const QModelIndex current = m_trafficTable->currentIndex();
    if (page() == Page::Traffic && current.isValid() && !m_trafficModel.isGap(current.row()))
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
    if (m_trafficModel.isGap(index.row()))
        return;
    const JournalEntry entry = m_trafficModel.at(index.row());      // a copy: the row may go while the menu is open
    showRowMenu(index, at, entry.correlation.isEmpty() ? nullptr : m_exchanges.find(entry.correlation), &entry);
}

void MainWindow::showRowMenu(const QModelIndex &index, const QPoint &at, const ExchangePtr &exchange, const JournalEntry *entry)
{
    if (exchange && m_exchanges.gapOf(*exchange))
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("rowMenu"));
    const QString filter = index.data(FilterRole).toString();
    QAction *onValue = menu->addAction(filter.isEmpty() ? tr("Filter on this value") : tr("Filter on %1").arg(filter), this, [this, filter] { requestFilter(filter); });
    onValue->setObjectName(QStringLiteral("filterOnValue"));
    onValue->setEnabled(!filter.isEmpty());
    menu->addSeparator();
    addCopies(*menu, index, exchange, entry);
    menu->addSeparator();
    menu->addAction(action(Do::Mark));
    menu->addAction(action(Do::TimesFromHere));
    menu->addSeparator();
    addOrders(*menu, exchange, entry);
    if (exchange)
        Q_EMIT rowMenuOpening(menu, exchange);
    menu->addSeparator();
    menu->addAction(action(Do::Columns));
    menu->popup(at);
}

void MainWindow::addCopies(QMenu &menu, const QModelIndex &index, const ExchangePtr &exchange, const JournalEntry *entry)
{
    const QString cell = index.data(Qt::DisplayRole).toString();
    const auto add = [&menu, this](QMenu *into, const QString &text, const char *name, std::function<void()> run) {
        QAction *action = (into ? into : &menu)->addAction(text, this, std::move(run));
        action->setObjectName(QString::fromLatin1(name));
        return action;
    };
    add(nullptr, tr("Copy value"), "copyValue", [this, cell] { copy(cell); })->setEnabled(!cell.isEmpty());
    const QByteArray payload = entry ? entry->payload().toByteArray() : exchange ? exchange->request : QByteArray();
    add(nullptr, tr("Copy message"), "copyMessage", [this, payload] { copy(QString::fromUtf8(payload)); })->setEnabled(!payload.isEmpty());
    if (const auto draft = entry ? draftFrom(*entry) : exchange ? draftFrom(*exchange) : std::nullopt; draft && m_view) {
        QMenu *as = menu.addMenu(tr("Copy as"));
        as->setObjectName(QStringLiteral("copyAs"));
        for (const copyas::Language language : copyas::languages()) {
            add(as, copyas::nameOf(language), qPrintable(QStringLiteral("copyAs%1").arg(static_cast<int>(language))),
                [this, draft, language] { copy(copyas::command(language, *draft, *m_view->snapshot())); });
        }
    }
    if (exchange)
        add(nullptr, tr("Copy the timeline as Markdown"), "copyMarkdown", [this, exchange] { copy(timelineMarkdown(*exchange, whyLate(*exchange).sentence)); });
}

void MainWindow::addOrders(QMenu &menu, const ExchangePtr &exchange, const JournalEntry *entry)
{
    const auto add = [&menu, this](const QString &text, const char *name, std::function<void()> run) {
        QAction *action = menu.addAction(text, this, std::move(run));
        action->setObjectName(QString::fromLatin1(name));
        return action;
    };
    if (const auto draft = entry ? draftFrom(*entry) : exchange ? draftFrom(*exchange) : std::nullopt) {
        add(tr("Send again"), "sendAgain", [this, draft] { sendAgain(*draft, false); })->setEnabled(m_compose);
        add(tr("Edit and send again"), "editAndSend", [this, draft] { sendAgain(*draft, true); })->setEnabled(m_compose);
    }
    if (exchange && entry)
        add(tr("Show the exchange"), "showExchange", [this, exchange] { showExchangeOf(exchange->correlation); });
    const SessionId session = exchange ? exchange->session : entry ? entry->session : SessionId{};
    QAction *end = add(tr("Disconnect the session"), "disconnectSession", [this, session] { m_control->disconnectSession(session, "Disconnected by the operator"); });
    end->setIcon(m_theme.icon(QStringLiteral("disconnect"), Token::Failed));
    end->setEnabled(session && m_control && m_view && !m_view->isReadOnly());
}

} // namespace trunkline
