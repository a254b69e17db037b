// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/FactsView.h"

#include "hub/view/WhyNot.h"
#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"
#include "ui/models/TrafficModel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>

namespace trunkline {

FactsView::FactsView(const Theme &theme, const QString &accessibleName, QWidget *parent) : QTreeWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("facts"));
    setAccessibleName(accessibleName);
    setHeaderLabels({tr("Name"), tr("Value")});        // for those who hear them
    setHeaderHidden(true);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setFrameShape(NoFrame);
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QWidget::customContextMenuRequested, this, &FactsView::showMenu);
}

void FactsView::addFact(const QString &name, const QString &value, bool fixed)
{
    if (value.isEmpty())
        return;
    auto *item = new QTreeWidgetItem(this, {name, value});
    item->setForeground(0, m_theme.color(Token::Muted));
    item->setToolTip(1, value);
    if (fixed)
        item->setFont(1, m_theme.fixedFont());
}

void FactsView::addFact(const QString &icon, Token tone, const QString &name, const QString &value)
{
    auto *item = new QTreeWidgetItem(this, {name, value});
    item->setIcon(0, m_theme.icon(icon, tone));
    item->setToolTip(1, value);
    item->setForeground(1, m_theme.ink(tone == Token::Failed ? tone : Token::Text));
}

void FactsView::fitColumns()
{
    setColumnWidth(0, std::clamp(sizeHintForColumn(0) + 24, m_theme.scaled(150), m_theme.scaled(320)));
    header()->setStretchLastSection(true);
}

void FactsView::showMenu(const QPoint &at)
{
    const QTreeWidgetItem *item = itemAt(at);
    if (!item)
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("factMenu"));
    menu->addAction(tr("Copy"), this, [this, text = item->text(1)] {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT noticed(tr("Copied %1").arg(text));
    })->setObjectName(QStringLiteral("copyFact"));
    menu->popup(viewport()->mapToGlobal(at));
}

HeadersView::HeadersView(const Theme &theme, QWidget *parent) : FactsView(theme, tr("Headers"), parent)
{
}

void HeadersView::show(const Subject &subject, const TrafficModel &traffic)
{
    clear();
    if (const ExchangeInfo *exchange = subject.exchange.get()) {
        addFact(tr("Correlation"), QString::fromUtf8(exchange->correlation));
        addFact(tr("Exchange"), QStringLiteral("#%1").arg(format::count(exchange->number)));
        addFact(tr("State"), lookOf(*exchange).text, false);
        addFact(tr("Started"), format::timeOfDay(exchange->startedAt));
        addFact(tr("Latency"), format::duration(exchange->latency));
        addFact(tr("Sent to"), QString::fromUtf8(exchange->route.named));
        addFact(tr("Answered by"), QString::fromUtf8(exchange->route.target));
        addFact(tr("Session"), exchange->session ? format::count(exchange->session.value) : QString());
        addFact(tr("Sender"), QString::fromUtf8(exchange->upstream + ' ' + exchange->agent).trimmed());
        addFact(tr("Request ID"), QString::fromLatin1(exchange->requestId));
        addFact(tr("Trace"), QString::fromLatin1(exchange->traceparent));
        addFact(tr("Request size"), format::bytes(exchange->requestBytes));
        addFact(tr("Chunks"), QString::number(exchange->chunks));
        addFact(tr("Replies after the end"), exchange->lateReplies > 0 ? QString::number(exchange->lateReplies) : QString());
    }
    if (subject.entries.size() == 1 || !subject.exchange) {
        for (const JournalEntry &entry : subject.entries) {
            addFact(tr("Message"), QStringLiteral("#%1").arg(format::count(entry.sequence)));
            addFact(tr("Time"), format::timeOfDay(traffic.timeOf(entry)));
            addFact(tr("Kind"), wordOf(entry.kind) % QStringLiteral(", ") % wordOf(entry.direction), false);
            addFact(tr("From and to"), routeOf(entry), false);
            addFact(tr("Status"), lookOf(entry.status).text, false);
            addFact(tr("User"), QString::fromUtf8(entry.user));
            addFact(tr("Session"), entry.session ? format::count(entry.session.value) : QString());
            addFact(tr("Correlation"), QString::fromUtf8(entry.correlation));
            addFact(tr("Request ID"), QString::fromLatin1(entry.request));
            addFact(tr("Size"), format::bytes(entry.payload().size()));
        }
    }
    fitColumns();
}

RouteView::RouteView(const Theme &theme, QWidget *parent) : FactsView(theme, tr("Route"), parent)
{
}

void RouteView::show(const Subject &subject)
{
    clear();
    if (subject.exchange) {
        for (const RouteFact &fact : routeFacts(*subject.exchange)) {
            using Mark = RouteFact::Mark;
            const QString icon = fact.mark == Mark::Fine ? QStringLiteral("done") : fact.mark == Mark::Note ? QStringLiteral("info") : QStringLiteral("failed");
            addFact(icon, fact.mark == Mark::Fine ? Token::Done : fact.mark == Mark::Note ? Token::Client : Token::Failed, fact.question, fact.answer);
        }
    } else if (!subject.entries.empty()) {
        const JournalEntry &entry = subject.entries.front();
        const StatusLook look = lookOf(entry.status);
        addFact(look.icon, look.tone, tr("Status"), look.text);
        if (const QString meaning = meaningOf(entry); !meaning.isEmpty())
            addFact(look.icon, look.tone, tr("Outcome"), meaning);
        if (subject.receipt) {
            const StatusLook receipt = lookOf(subject.receipt->status);
            addFact(receipt.icon, receipt.tone, tr("Receipt"), meaningOf(*subject.receipt));
        }
        addFact(QStringLiteral("info"), Token::Client, tr("From and to"), routeOf(entry));
    }
    fitColumns();
}

} // namespace trunkline
