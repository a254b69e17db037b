// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sessions/SessionsPanel.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/sessions/SessionDelegate.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds kAfterKey{250};
constexpr std::chrono::milliseconds kAskAgain{3'000};

} // namespace

SessionsPanel::SessionsPanel(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme), m_stack(new QStackedWidget(this)), m_ask(new QTimer(this))
{
    setObjectName(QStringLiteral("sessions"));
    setAttribute(Qt::WA_StyledBackground);
    m_ask->setSingleShot(true);
    m_ask->setInterval(kAfterKey);
    connect(m_ask, &QTimer::timeout, this, &SessionsPanel::askForUsers);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    m_stack->addWidget(makeFull());
    m_stack->addWidget(makeStrip());
    connect(&theme, &Theme::changed, this, &SessionsPanel::refreshTheme);
    refreshTheme();
    setFolded(false);
}

QWidget *SessionsPanel::makeFull()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    m_title = new QLabel(tr("Sessions"));
    m_total = new QLabel;
    m_order = new QToolButton;
    m_order->setObjectName(QStringLiteral("bare"));
    m_order->setAccessibleName(tr("Order of the sessions"));
    m_order->setToolTip(tr("Order"));
    connect(m_order, &QToolButton::clicked, this, &SessionsPanel::showOrders);
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_order);
    head->addWidget(m_total);
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Find a session"));
    m_search->setAccessibleName(tr("Find a session"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, &m_model, &SessionModel::setSearch);
    connect(m_search, &QLineEdit::textChanged, m_ask, qOverload<>(&QTimer::start));
    m_list = new QListView;
    m_list->setModel(&m_model);
    m_list->setItemDelegate(new SessionDelegate(m_theme, m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setAccessibleName(tr("Sessions"));
    connect(m_list, &QWidget::customContextMenuRequested, this, &SessionsPanel::showMenu);
    connect(m_list, &QAbstractItemView::activated, this, &SessionsPanel::activate);
    connect(m_list, &QAbstractItemView::clicked, this, [this](const QModelIndex &index) { m_model.toggleFold(index.row()); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (current.isValid())
            m_selected = m_model.at(current.row()).session.id;
    });
    m_nobody = new QLabel(tr("Nobody is connected."));
    m_nobody->setProperty("role", QStringLiteral("muted"));
    m_address = new QLabel;
    m_address->setProperty("role", QStringLiteral("muted"));
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_address->setMinimumWidth(0);
    m_address->setWordWrap(true);
    for (QLabel *label : {m_nobody, m_address})
        label->setContentsMargins(12, 10, 12, 0);
    auto *field = new QHBoxLayout;
    field->setContentsMargins(12, 0, 12, 4);
    field->addWidget(m_search);
    layout->addLayout(head);
    layout->addLayout(field);
    layout->addWidget(m_nobody);
    layout->addWidget(m_address);
    layout->addWidget(m_list, 1);
    layout->addStretch();
    return page;
}

QWidget *SessionsPanel::makeStrip()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(4, 8, 4, 8);
    for (QToolButton *&button : m_strip) {
        button = new QToolButton;
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setObjectName(QStringLiteral("bare"));
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        connect(button, &QToolButton::clicked, this, &SessionsPanel::unfoldRequested);
        layout->addWidget(button);
    }
    layout->addStretch();
    return page;
}

void SessionsPanel::refresh(const std::shared_ptr<const HubSnapshot> &snapshot, bool readOnly)
{
    m_readOnly = readOnly;
    m_webSocketUrl = QString::fromUtf8(snapshot->webSocketUrl);
    m_model.refresh(snapshot);
    keepSelection();
    m_total->setText(format::count(static_cast<quint64>(m_model.clients())));
    m_isShared = snapshot->backplane.link == BackplaneState::Link::Up;
    if (!m_isShared)
        m_model.setFound({});
    else if (!m_asked.isValid() || m_asked.hasExpired(kAskAgain.count()))
        askForUsers();
    // With other hubs, what is not here may be there: the search stays.
    const bool empty = snapshot->sessions.empty() && snapshot->upstreams.empty() && snapshot->waiting.empty() && !m_isShared;
    m_list->setVisible(!empty);
    m_search->setVisible(!empty);
    m_order->setVisible(!empty);
    m_nobody->setVisible(empty);
    m_address->setVisible(empty);
    m_address->setText(m_webSocketUrl % QStringLiteral("?user_id=") % QChar(0x2026));
    int counts[kStrip] = {0, 0, static_cast<int>(snapshot->upstreams.size()), static_cast<int>(snapshot->waiting.size())};
    for (const SessionInfo &session : snapshot->sessions)
        ++counts[session.isPublic ? 1 : 0];
    const QString names[kStrip] = {tr("%n users", nullptr, counts[0]), tr("%n public accounts", nullptr, counts[1]), tr("%n upstreams", nullptr, counts[2]),
                                   tr("%n users are away and messages wait", nullptr, counts[3])};
    m_strip[3]->setVisible(counts[3] > 0);
    for (int i = 0; i < kStrip; ++i) {
        m_strip[i]->setText(counts[i] < 10'000 ? QString::number(counts[i]) : QString::number(counts[i] / 1000) % u'k');
        m_strip[i]->setToolTip(names[i]);
        m_strip[i]->setAccessibleName(names[i]);
    }
}

void SessionsPanel::passTime(std::chrono::milliseconds later)
{
    m_model.passTime(later);
    keepSelection();
    if (m_isShared && m_asked.hasExpired(kAskAgain.count()))
        askForUsers();
}

void SessionsPanel::askForUsers()
{
    if (!m_isShared || m_folded)
        return;
    m_asked.start();
    Q_EMIT usersWanted(m_search->text().toUtf8());
}

void SessionsPanel::showFound(const QByteArray &prefix, std::optional<FoundUsers> found)
{
    if (!m_isShared || prefix != m_search->text().toUtf8())
        return;         // somebody has typed on
    m_model.setFound(found ? std::move(*found) : FoundUsers{});
    keepSelection();
}

/// Rows around the selected one may have been exchanged; the selection goes with the session.
void SessionsPanel::keepSelection()
{
    const QModelIndex current = m_list->currentIndex();
    if (!m_selected || (current.isValid() && m_model.at(current.row()).session.id == m_selected))
        return;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (m_model.at(row).session.id == m_selected) {
            const int scroll = m_list->verticalScrollBar()->value();
            m_list->setCurrentIndex(m_model.index(row));
            m_list->verticalScrollBar()->setValue(scroll);
            return;
        }
    }
    m_list->selectionModel()->clear();
}

void SessionsPanel::setFolded(bool folded)
{
    m_folded = folded;
    m_stack->setCurrentIndex(folded ? 1 : 0);
    setMinimumWidth(m_theme.scaled(folded ? 52 : 180));
    setMaximumWidth(folded ? m_theme.scaled(52) : 560);
}

QWidget *SessionsPanel::list() const
{
    return m_list;
}

void SessionsPanel::refreshTheme()
{
    m_title->setFont(m_theme.font(0.0, QFont::DemiBold));
    m_total->setFont(m_theme.fixedFont());
    m_address->setFont(m_theme.fixedFont());
    m_order->setIcon(m_theme.icon(QStringLiteral("sort"), Token::Muted));
    m_strip[0]->setIcon(m_theme.icon(QStringLiteral("user"), Token::Client));
    m_strip[1]->setIcon(m_theme.icon(QStringLiteral("bot"), Token::Hub));
    m_strip[2]->setIcon(m_theme.icon(QStringLiteral("upstream"), Token::Upstream));
    m_strip[3]->setIcon(m_theme.icon(QStringLiteral("clock"), Token::Late));
    setFolded(m_folded);
    m_list->doItemsLayout();
}

void SessionsPanel::activate(const QModelIndex &index)
{
    if (const QString filter = index.data(FilterRole).toString(); !filter.isEmpty())
        Q_EMIT filterRequested(filter);
    else if (m_model.at(index.row()).kind == SessionRow::Kind::Fold)
        Q_EMIT filterRequested(QStringLiteral("user~^") % QString::fromUtf8(m_model.at(index.row()).fold));
}

void SessionsPanel::showMenu(const QPoint &at)
{
    const QModelIndex index = m_list->indexAt(at);
    if (!index.isValid())
        return;
    const SessionRow row = m_model.at(index.row());
    const bool isElsewhere = row.kind == SessionRow::Kind::Elsewhere;
    if (row.kind != SessionRow::Kind::Client && !isElsewhere)
        return;
    const QString user = QString::fromUtf8(row.name);
    const QString address = m_webSocketUrl % QStringLiteral("?user_id=") % QString::fromLatin1(row.name.toPercentEncoding());
    const auto copy = [this](const QString &text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT noticed(tr("Copied %1").arg(text));
    };
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("sessionMenu"));
    const auto add = [menu, this](const QString &text, const char *name, std::function<void()> run) {
        QAction *action = menu->addAction(text, this, std::move(run));
        action->setObjectName(QString::fromLatin1(name));
        return action;
    };
    const QString filter = index.data(FilterRole).toString();
    add(tr("Filter on this user"), "filterOnUser", [this, filter] { Q_EMIT filterRequested(filter); });
    add(tr("Copy user"), "copyUser", [copy, user] { copy(user); });
    if (isElsewhere) {
        add(tr("Copy the name of its hub"), "copyHub", [copy, hubs = QString::fromUtf8(row.hubs)] { copy(hubs); });
        return menu->popup(m_list->viewport()->mapToGlobal(at));
    }
    add(tr("Copy WebSocket address"), "copyWebSocketAddress", [copy, address] { copy(address); });
    menu->addSeparator();
    QAction *end = add(tr("Disconnect this session"), "disconnectThisSession", [this, id = row.session.id] { Q_EMIT disconnectRequested(id); });
    end->setIcon(m_theme.icon(QStringLiteral("disconnect"), Token::Failed));
    end->setEnabled(!m_readOnly);
    menu->popup(m_list->viewport()->mapToGlobal(at));
}

void SessionsPanel::showOrders()
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("orderMenu"));
    auto *group = new QActionGroup(menu);
    const std::pair<SessionModel::Order, QString> orders[] = {{SessionModel::Order::Name, tr("By name")},
                                                              {SessionModel::Order::Newest, tr("Newest first")},
                                                              {SessionModel::Order::Busiest, tr("Busiest first")}};
    for (const auto &[order, text] : orders) {
        QAction *action = menu->addAction(text, this, [this, order = order] { m_model.setOrder(order); });
        action->setObjectName(QStringLiteral("order%1").arg(static_cast<int>(order)));
        action->setCheckable(true);
        action->setChecked(m_model.order() == order);
        group->addAction(action);
    }
    menu->popup(m_order->mapToGlobal(QPoint(0, m_order->height())));
}

} // namespace trunkline
