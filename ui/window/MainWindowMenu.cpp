// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/exchanges/Lanes.h"
#include "ui/filter/FilterBar.h"
#include "ui/models/Roles.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/CopyAs.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

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
    if (m_view && !payload.isEmpty() && (!entry || entry->kind == EntryKind::Push || entry->kind == EntryKind::Request)) {
        const auto snapshot = m_view->snapshot();
        Repost repost;
        repost.isSend = !entry || entry->kind == EntryKind::Request;
        repost.hubUrl = QString::fromUtf8(snapshot->url);
        while (repost.hubUrl.endsWith(u'/'))
            repost.hubUrl.chop(1);
        repost.url = repost.hubUrl % QString::fromUtf8(repost.isSend ? snapshot->sseSendPath : snapshot->ssePath);
        repost.user = exchange ? exchange->route.named : entry->user;
        repost.data = withoutEnvelope(payload);
        QMenu *as = menu.addMenu(tr("Copy as"));
        for (const CopyForm form : {CopyForm::Bash, CopyForm::PowerShell, CopyForm::Python, CopyForm::Fetch, CopyForm::Trunkline})
            as->addAction(nameOf(form), this, [this, repost, form] { copy(copyAs(repost, form)); });
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
