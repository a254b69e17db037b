// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/DetailPane.h"

#include "hub/view/WhyLate.h"
#include "ui/detail/BodyView.h"
#include "ui/detail/DiffView.h"
#include "ui/detail/FactsView.h"
#include "ui/detail/FindBar.h"
#include "ui/exchanges/TimelineTable.h"
#include "ui/exchanges/TimelineView.h"
#include "ui/models/EntryWords.h"
#include "ui/models/Format.h"
#include "ui/tables/TabStrip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QStackedWidget>
#include <QTreeWidget>

#include <algorithm>

namespace trunkline {

DetailPane::DetailPane(const Theme &theme, const TrafficModel &traffic, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_traffic(traffic), m_tabs(new TabStrip(theme)), m_id(new QLabel), m_sentence(new QLabel),
      m_stack(new QStackedWidget), m_nothing(new QLabel), m_timelineStack(new QStackedWidget), m_timeline(new TimelineView(theme)),
      m_timelineTable(new TimelineTable(theme)), m_find(new FindBar(theme)), m_body(new BodyView(theme)),
      m_headers(new HeadersView(theme)), m_route(new RouteView(theme)), m_diff(new DiffView(theme))
{
    for (const QString &name : {tr("Timeline"), tr("Body"), tr("Headers"), tr("Route"), tr("Diff")})
        m_tabs->addTab(name);
    m_tabs->setAccessibleName(tr("Detail of the selected row"));
    connect(m_tabs, &QTabBar::currentChanged, this, &DetailPane::showTab);
    m_id->setProperty("role", QStringLiteral("muted"));
    m_id->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *head = new QWidget;
    head->setObjectName(QStringLiteral("tabRow"));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(8, 0, 20, 0);
    row->addWidget(m_tabs);
    row->addStretch();
    row->addWidget(m_id);
    auto *line = new QFrame;
    line->setObjectName(QStringLiteral("hairline"));
    line->setFixedHeight(1);

    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setTextFormat(Qt::RichText);
    m_nothing->setProperty("role", QStringLiteral("muted"));
    m_stack->addWidget(makeTimeline());
    for (QWidget *page : {static_cast<QWidget *>(m_body), static_cast<QWidget *>(m_headers), static_cast<QWidget *>(m_route), static_cast<QWidget *>(m_diff)})
        m_stack->addWidget(page);
    m_stack->addWidget(m_nothing);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    layout->addWidget(line);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_find);
    connect(m_body, &BodyView::filterRequested, this, &DetailPane::filterRequested);
    connect(m_body, &BodyView::columnRequested, this, &DetailPane::columnRequested);
    connect(m_body, &BodyView::noticed, this, &DetailPane::noticed);
    connect(m_body, &BodyView::contentShown, this, &DetailPane::aimFind);
    for (FactsView *facts : {static_cast<FactsView *>(m_headers), static_cast<FactsView *>(m_route)})
        connect(facts, &FactsView::noticed, this, &DetailPane::noticed);
    connect(m_find, &FindBar::closed, this, [this] {
        if (QWidget *page = m_stack->currentWidget())
            (page->focusPolicy() != Qt::NoFocus ? page : m_tabs)->setFocus();
    });
    connect(&theme, &Theme::changed, this, &DetailPane::refreshTheme);
    refreshTheme();
}

QWidget *DetailPane::makeTimeline()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(8);
    m_sentence->setContentsMargins(16, 0, 16, 0);
    m_sentence->setTextFormat(Qt::RichText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setWordWrap(true);
    layout->addWidget(m_sentence);
    m_timelineStack->addWidget(m_timeline);
    m_timelineStack->addWidget(m_timelineTable);
    layout->addWidget(m_timelineStack, 1);
    return page;
}

void DetailPane::refreshTheme()
{
    m_id->setFont(m_theme.fixedFont());
    m_sentence->setFont(m_theme.font(0.8));
    const auto key = [this](const char *name, const QString &what) {
        return QStringLiteral("<p style='margin:4px'><span style='color:%1'>%2</span>&nbsp;&nbsp;%3</p>")
            .arg(m_theme.color(Token::Text).name(), QString::fromLatin1(name), what);
    };
    m_nothing->setText(QStringLiteral("<p style='margin-bottom:8px'>") % tr("Nothing is selected.") % QStringLiteral("</p>")
                       % key("Up, Down", tr("choose a row")) % key("/", tr("filter")) % key("Ctrl+K", tr("all commands")));
    show(m_subject, m_other);
}

void DetailPane::show(Subject subject, Subject other)
{
    m_subject = std::move(subject);
    m_other = std::move(other);
    QString id;
    if (const ExchangeInfo *exchange = m_subject.exchange.get()) {
        const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
        id = format::oneLine(exchange->correlation, 40) % dot % format::oneLine(exchange->route.target, 32) % dot % tr("%n chunks", nullptr, exchange->chunks);
    } else if (!m_subject.entries.empty()) {
        const JournalEntry &entry = m_subject.entries.front();
        id = QStringLiteral("#%1 %2 %3").arg(format::count(entry.sequence), QChar(0xb7), wordOf(entry.kind));
    }
    m_id->setText(m_subject.evicted ? tr("left the hub's journal %1 %2").arg(QChar(0xb7), id) : id);
    showTab();
}

void DetailPane::markEvicted()
{
    if (m_subject.isEmpty() || m_subject.evicted)
        return;
    Subject subject = m_subject;
    subject.evicted = true;
    show(std::move(subject), m_other);
}

void DetailPane::setTimelineAsTable(bool on)
{
    m_timelineStack->setCurrentIndex(on ? 1 : 0);
    aimFind();
}

void DetailPane::find()
{
    if (m_subject.isEmpty())
        return;
    if (tab() == Tab::Timeline && m_timelineStack->currentWidget() == m_timeline)
        setTab(Tab::Body);
    m_find->start();
    aimFind();
}

void DetailPane::findNext(int direction)
{
    if (m_find->isVisible())
        m_find->step(direction);
    else
        find();
}

/// The search goes with what is in sight.
void DetailPane::aimFind()
{
    if (m_find->isHidden())
        return;
    QWidget *page = tab() == Tab::Timeline ? m_timelineStack->currentWidget() : m_stack->currentWidget();
    QWidget *target = qobject_cast<QTreeWidget *>(page);
    for (QWidget *inner : page->findChildren<QWidget *>()) {
        if (!target && inner->isVisibleTo(page) && (qobject_cast<QPlainTextEdit *>(inner) || qobject_cast<QTreeWidget *>(inner)))
            target = inner;
    }
    m_find->setTarget(target);
    m_find->refresh();
}

void DetailPane::showTab()
{
    showSubject();
    Q_EMIT subjectShown();
    aimFind();
}

void DetailPane::showSubject()
{
    if (m_subject.isEmpty()) {
        m_stack->setCurrentWidget(m_nothing);
        return;
    }
    m_stack->setCurrentIndex(m_tabs->currentIndex());
    switch (tab()) {
    case Tab::Timeline:
        showSentence();
        m_timeline->show(m_subject.exchange);
        m_timelineTable->show(m_timeline->lanes());
        break;
    case Tab::Body: m_body->show(m_subject); break;
    case Tab::Headers: m_headers->show(m_subject, m_traffic); break;
    case Tab::Route: m_route->show(m_subject); break;
    case Tab::Diff: m_diff->show(m_subject, m_other); break;
    }
}

QString DetailPane::sentence() const
{
    return m_subject.exchange ? whyLate(*m_subject.exchange).sentence : QString();
}

/// What is known of a message without an exchange.
QString DetailPane::loneSentence(const Subject &subject)
{
    QString meaning = subject.receipt ? meaningOf(*subject.receipt) : subject.entries.empty() ? QString() : meaningOf(subject.entries.front());
    if (!meaning.isEmpty())
        return QStringLiteral("<span>%1</span>").arg(meaning.toHtmlEscaped());      // rich, whatever the user is called
    if (subject.entries.empty() || subject.entries.front().kind == EntryKind::Push)
        return tr("This message is not part of an exchange: it was pushed, and nobody waits for an answer.");
    return tr("This message is not part of an exchange.");
}

/// The first clause in bold, the others behind it, the longest gap between them.
void DetailPane::showSentence()
{
    if (!m_subject.exchange) {
        m_sentence->setText(loneSentence(m_subject));
        return;
    }
    const WhyLate why = whyLate(*m_subject.exchange);
    static const QRegularExpression between(QStringLiteral("; |；"));      // as Chinese writes it, too
    QStringList clauses = why.sentence.split(between);
    for (QString &clause : clauses)
        clause = clause.toHtmlEscaped();
    if (clauses.constLast().endsWith(u'.') || clauses.constLast().endsWith(u'。'))
        clauses.last().chop(1);
    const QString first = clauses.takeFirst();
    if (!why.longestText.isEmpty() && why.longest && why.longest->token > 1)
        clauses.prepend(why.longestText.toHtmlEscaped());
    if (why.late.size() == 1)
        clauses << lateText(why.late.front());
    else if (!why.late.empty())
        clauses << tr("%1, %n more behind it", nullptr, static_cast<int>(why.late.size()) - 1).arg(lateText(why.late.front()));
    const QString rest = clauses.isEmpty() ? QString() : QStringLiteral(" &middot; ") % clauses.join(QStringLiteral(" &middot; "));
    m_sentence->setText(QStringLiteral("<span style='font-weight:600'>%1</span><span style='color:%2'>%3</span>")
                            .arg(first, m_theme.color(Token::Muted).name(), rest));
    m_sentence->setAccessibleName(why.sentence);
}

void DetailPane::landOnLongestGap()
{
    if (!m_subject.exchange)
        return;
    const WhyLate why = whyLate(*m_subject.exchange);
    if (!why.longest)
        return;
    const int lane = laneOfLongestGap(*m_subject.exchange, m_timeline->lanes());
    m_timeline->emphasize(lane);
    if (lane >= 0)
        m_timelineTable->setCurrentItem(m_timelineTable->topLevelItem(lane));
    if (why.longest->token < 1)
        return;
    int replies = 0;
    for (const JournalEntry &entry : m_subject.entries)
        replies += entry.kind == EntryKind::Reply ? 1 : 0;
    const std::size_t before = m_subject.messages.size() - std::min(m_subject.messages.size(), static_cast<std::size_t>(replies));
    m_subject.chosen = std::min(before + static_cast<std::size_t>(why.longest->token) - 1, m_subject.messages.size() - 1);
}

int DetailPane::addPage(const QString &title, QWidget *page)
{
    const int index = m_tabs->addTab(title);
    m_stack->insertWidget(index, page);
    return index;
}

void DetailPane::setPageTitle(int index, const QString &title)
{
    if (m_tabs->tabText(index) != title)
        m_tabs->setTabText(index, title);
}

void DetailPane::setTab(Tab tab)
{
    m_tabs->setCurrentIndex(static_cast<int>(tab));
}

DetailPane::Tab DetailPane::tab() const
{
    return static_cast<Tab>(m_tabs->currentIndex());
}

} // namespace trunkline
