// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/EmptyState.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace trunkline {

EmptyState::EmptyState(const Theme &theme, const QString &program, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_program(program), m_title(new QLabel(tr("Nothing has happened yet"))), m_try(new QPushButton(tr("Try it with demo_bot")))
{
    auto *text = new QLabel(tr("Connect a user, then send a message. Both commands work as they stand."));
    text->setProperty("role", QStringLiteral("muted"));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    m_title->setAlignment(Qt::AlignCenter);
    m_try->setObjectName(QStringLiteral("primary"));
    m_try->setCursor(Qt::PointingHandCursor);
    connect(m_try, &QPushButton::clicked, this, &EmptyState::tryRequested);
    auto *hint = new QLabel(tr("two seconds, nothing to install"));
    hint->setProperty("role", QStringLiteral("muted"));

    auto *middle = new QWidget;
    middle->setMaximumWidth(820);
    auto *column = new QVBoxLayout(middle);
    column->setSpacing(14);
    column->addWidget(m_title);
    column->addWidget(text);
    column->addWidget(makeCommand(m_connectLabel, tr("Command that connects a user"), &EmptyState::m_connect));
    column->addWidget(makeCommand(m_sendLabel, tr("Command that sends a message"), &EmptyState::m_send));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_try);
    buttons->addSpacing(8);
    buttons->addWidget(hint);
    buttons->addStretch();
    column->addSpacing(4);
    column->addLayout(buttons);
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(middle, 14);
    row->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(1);
    layout->addLayout(row);
    layout->addStretch(1);
    connect(&theme, &Theme::changed, this, &EmptyState::refreshTheme);
    refreshTheme();
}

QWidget *EmptyState::makeCommand(QLabel *&label, const QString &name, QString EmptyState::*command)
{
    auto *box = new QFrame;
    box->setObjectName(QStringLiteral("command"));
    label = new QLabel;
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setAccessibleName(name);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);     // it wraps
    label->setSizePolicy(policy);
    auto *copy = new QToolButton;
    copy->setObjectName(QStringLiteral("bare"));
    copy->setToolTip(tr("Copy"));
    copy->setAccessibleName(tr("Copy: %1").arg(name));
    connect(copy, &QToolButton::clicked, this, [this, command] {
        QGuiApplication::clipboard()->setText(this->*command);
        Q_EMIT copied(this->*command);
    });
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(14, 8, 10, 8);
    row->addWidget(label, 1);
    row->addWidget(copy, 0, Qt::AlignTop);
    m_boxes << box;
    m_copies << copy;
    return box;
}

void EmptyState::refreshTheme()
{
    m_title->setFont(m_theme.font(5.0, QFont::DemiBold));
    for (QLabel *label : {m_connectLabel, m_sendLabel})
        label->setFont(m_theme.fixedFont());
    for (QWidget *box : std::as_const(m_boxes)) {
        box->setStyleSheet(QStringLiteral("QFrame#command { background: %1; border: 1px solid %2; border-radius: 8px; }")
                               .arg(m_theme.color(Token::Window).name(), m_theme.color(Token::Hairline).name()));
    }
    for (QToolButton *copy : std::as_const(m_copies))
        copy->setIcon(m_theme.icon(QStringLiteral("copy"), Token::Muted));
}

void EmptyState::refresh(const HubSnapshot &snapshot, bool readOnly)
{
    QString url = QString::fromUtf8(snapshot.url);
    while (url.endsWith(u'/'))
        url.chop(1);
    if (url.isEmpty())
        return;
    const QString insecure = snapshot.secure ? QStringLiteral(" --insecure") : QString();
    m_connect = m_program % QStringLiteral(" connect --user alice --echo")
              % (url == u"http://127.0.0.1:8080" ? QString() : QString(QStringLiteral(" --hub ") % url % insecure));
    const QString path = snapshot.sseSendPath.isEmpty() ? QStringLiteral("/sse/send") : QString::fromUtf8(snapshot.sseSendPath);
#ifdef Q_OS_WIN
    m_send = QStringLiteral("curl.exe -N%1 %2%3 -H \"Content-Type: application/json\" -d \"{\\\"user_id\\\":\\\"alice\\\",\\\"data\\\":{\\\"message\\\":\\\"hi\\\"}}\"")
#else
    m_send = QStringLiteral("curl -N%1 %2%3 -H 'Content-Type: application/json' -d '{\"user_id\":\"alice\",\"data\":{\"message\":\"hi\"}}'")
#endif
                 .arg(snapshot.secure ? QStringLiteral("k") : QString(), url, path);
    m_connectLabel->setText(m_connect);
    m_sendLabel->setText(m_send);
    m_try->setEnabled(!readOnly);
}

} // namespace trunkline
