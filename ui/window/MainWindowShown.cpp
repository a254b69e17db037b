// SPDX-License-Identifier: GPL-3.0-or-later
// What the window says about its hub and its rows: the pill, which page or sentence stands in the middle, the status line.
#include "ui/window/MainWindow.h"

#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/log/LogModel.h"
#include "ui/log/LogPage.h"
#include "ui/models/Format.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/ListeningPill.h"
#include "ui/window/StatusStrip.h"

#include <QFileInfo>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>

#include <algorithm>

namespace trunkline {

void MainWindow::refreshPill()
{
    if (!m_view) {
        m_pill->show(tr("Not listening"), Token::Failed, {}, {});
        return;
    }
    const auto snapshot = m_view->snapshot();
    const QString url = QString::fromUtf8(snapshot->url);
    const QUrl parsed(url);
    const QString address = parsed.port() > 0 ? parsed.host() % u':' % QString::number(parsed.port()) : parsed.host();
    if (isRecorded()) {
        m_pill->show(tr("Capture"), Token::Accent, QFileInfo(windowFilePath()).fileName(), windowFilePath());
        m_pill->setToolTip(m_view->linkDetail());
        return;
    }
    const bool attached = m_view->roundTrip().count() > 0;
    if (m_view->link() == HubView::Link::Lost) {
        m_pill->show(snapshot->number == 0 ? tr("Not reached") : tr("Stale since %1").arg(format::timeOfDay(m_lostAt).left(8)), Token::Late, address, url);
        m_pill->setToolTip(m_view->linkDetail());
        return;
    }
    m_pill->setToolTip({});
    if (m_view->link() == HubView::Link::Connecting) {
        m_pill->show(tr("Connecting"), Token::Late, address, url);
    } else if (attached) {
        const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
        const auto ms = std::max<qint64>(1, m_view->roundTrip().count() / 1000);
        m_pill->show(tr("Attached"), Token::Done, address % dot % tr("%1 ms").arg(ms) % (m_view->isReadOnly() ? dot % tr("read-only") : QString()), url);
    } else {
        m_pill->show(snapshot->stopping ? tr("Stopping") : tr("Listening"), snapshot->stopping ? Token::Late : Token::Done, address, url);
    }
}

void MainWindow::refreshPages()
{
    const bool rows = page() == Page::Exchanges || page() == Page::Traffic;
    const bool composing = m_lower->currentWidget() != m_detail;
    const bool wasHidden = m_lower->isHidden();
    m_lower->setVisible(composing || (rows && (page() == Page::Traffic || m_exchanges.rowCount() > 0 || !m_detail->subject().isEmpty())));
    if (wasHidden && !m_lower->isHidden())
        QTimer::singleShot(0, this, &MainWindow::shareHeight);      // the splitter makes room for it first
    m_filter->field().setProgress(m_filterPercent);
    const auto noMatch = [](std::size_t total) {
        return tr("0 of %1 match  %2  Clear the filter").arg(format::count(static_cast<quint64>(total)), QChar(0xb7));
    };
    const bool noTraffic = m_trafficModel.isFiltered() && m_filterPercent < 0 && m_trafficModel.rowCount() == 0 && m_trafficModel.total() > 0;
    m_noTrafficMatch->setText(noMatch(m_trafficModel.total()));
    m_trafficStack->setCurrentIndex(noTraffic ? 1 : 0);
    if (m_exchanges.rowCount() == 0) {
        m_exchangeStack->setCurrentIndex(0);
        return;
    }
    if (m_shownExchanges.rowCount() == 0 && !m_shownExchanges.isFiltering()) {
        m_noMatch->setText(noMatch(static_cast<std::size_t>(m_exchanges.rowCount())));
        m_exchangeStack->setCurrentIndex(2);
        return;
    }
    m_exchangeStack->setCurrentIndex(1);
}

void MainWindow::refreshStatus()
{
    static const HubSnapshot none;
    const auto snapshot = m_view ? m_view->snapshot() : nullptr;
    StatusStrip::Counts counts;
    if (page() == Page::Exchanges) {
        counts.total = static_cast<quint64>(m_exchanges.rowCount());
        counts.shown = static_cast<quint64>(m_shownExchanges.rowCount());
    } else if (page() == Page::Log) {
        counts.total = static_cast<quint64>(m_log.rowCount());
        counts.shown = static_cast<quint64>(m_logPage->table().model()->rowCount());
    } else {        // the charts are of all messages
        counts.total = static_cast<quint64>(m_trafficModel.total());
        counts.shown = static_cast<quint64>(m_trafficModel.rowCount());
    }
    counts.dropped = m_trafficModel.skipped() + m_exchanges.skipped();
    counts.messagesPerSecond = m_history.messagesPerSecond();
    counts.paused = m_paused;
    counts.filterPercent = m_filterPercent;
    if (isRecorded())
        counts.recorded = m_view->linkDetail();
    m_status->show(snapshot ? *snapshot : none, counts);
}

} // namespace trunkline
