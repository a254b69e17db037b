// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/TrayIcon.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>

namespace trunkline {

TrayIcon::TrayIcon(const Theme &theme, QObject *parent) : QObject(parent), m_theme(theme), m_menu(std::make_unique<QMenu>())
{
    m_menu->setObjectName(QStringLiteral("trayMenu"));
    add(tr("Open the window"), "trayOpen", &TrayIcon::openWanted);
    add(tr("New window"), "trayNewWindow", &TrayIcon::newWindowWanted);
    m_copy = m_menu->addAction(tr("Copy the hub's address"), this, [this] { QGuiApplication::clipboard()->setText(m_address); });
    m_copy->setObjectName(QStringLiteral("trayCopyAddress"));
    m_menu->addSeparator();
    add(tr("Quit"), "trayQuit", &TrayIcon::quitWanted);
    m_icon.setContextMenu(m_menu.get());
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT openWanted();
    });
    connect(&theme, &Theme::changed, this, &TrayIcon::refresh);
    show(State::Starting, {}, 0);
    if (QSystemTrayIcon::isSystemTrayAvailable())
        m_icon.show();
}

TrayIcon::~TrayIcon() = default;

QAction *TrayIcon::add(const QString &text, const char *name, void (TrayIcon::*wanted)())
{
    QAction *action = m_menu->addAction(text);
    action->setObjectName(QString::fromLatin1(name));
    connect(action, &QAction::triggered, this, wanted);
    return action;
}

void TrayIcon::show(State state, const QString &address, int clients)
{
    const QString dot = QString(QStringLiteral(" %1 ")).arg(QChar(0xb7));
    const QString word = state == State::Listening ? tr("Listening %1").arg(address) : state == State::Starting ? tr("Starting") : tr("Not listening");
    const QString words = QStringLiteral("Trunkline") % dot % word % (state == State::Listening ? QString(dot % tr("%n clients", nullptr, clients)) : QString());
    m_address = address;
    m_copy->setEnabled(!address.isEmpty());
    if (words == m_words && state == m_state)
        return;
    m_words = words;
    m_state = state;
    refresh();
}

void TrayIcon::refresh()
{
    m_icon.setToolTip(m_words);
    m_icon.setIcon(icon(m_state));
}

QIcon TrayIcon::icon(State state) const
{
    QIcon out;
    for (const int size : {16, 22, 32, 48, 64}) {
        QPixmap pixmap = m_theme.pixmap(QStringLiteral("trunkline"), Token::Text, 1.0, size);     // needs no plugin for SVG
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        const double dot = size * 0.42;
        painter.setPen(QPen(QColor(0x15, 0x18, 0x1e), size / 16.0));
        painter.setBrush(m_theme.color(state == State::Listening ? Token::Done : state == State::Starting ? Token::Late : Token::Failed));
        painter.drawEllipse(QRectF(size - dot - size / 32.0, size - dot - size / 32.0, dot, dot));
        painter.end();
        out.addPixmap(pixmap);
    }
    return out;
}

} // namespace trunkline
