// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Repolish.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QElapsedTimer>
#include <QStyle>
#include <QWidget>

namespace trunkline {

namespace {

constexpr qint64 kTurn = 8;         // milliseconds

void polish(QWidget *widget)
{
    const bool hasFont = widget->testAttribute(Qt::WA_SetFont);
    const QFont font = widget->font();
    widget->style()->unpolish(widget);
    if (hasFont && widget->font() != font)
        widget->setFont(font);
    widget->style()->polish(widget);
    if (auto *view = qobject_cast<QAbstractItemView *>(widget))     // the height of its items may be another
        QMetaObject::invokeMethod(view, &QAbstractItemView::doItemsLayout, Qt::QueuedConnection);
    widget->update();
}

} // namespace

Repolish::Repolish(QObject *parent) : QObject(parent)
{
    m_turn.setInterval(0);
    connect(&m_turn, &QTimer::timeout, this, &Repolish::step);
}

Repolish::~Repolish() { thaw(); }

void Repolish::start()
{
    m_seen.clear();
    m_hidden.clear();
    m_next = 0;
    m_isSeen = false;
    const QWidgetList windows = QApplication::topLevelWidgets();
    for (QWidget *window : windows) {
        add(window);
        if (window->isVisible() && window->updatesEnabled()) {
            window->setUpdatesEnabled(false);
            m_frozen << window;
        }
    }
    m_turn.start();
}

void Repolish::add(QWidget *widget)
{
    if (widget->testAttribute(Qt::WA_WState_Polished))      // the others are polished when they are shown
        (widget->isVisible() ? m_seen : m_hidden) << widget;
    for (QObject *child : widget->children()) {
        if (auto *inner = qobject_cast<QWidget *>(child); inner && !inner->isWindow())
            add(inner);
    }
}

void Repolish::step()
{
    QElapsedTimer clock;
    clock.start();
    const QList<QPointer<QWidget>> &list = m_isSeen ? m_hidden : m_seen;
    while (m_next < list.size() && !clock.hasExpired(kTurn)) {
        if (QWidget *widget = list[m_next++])
            polish(widget);
    }
    if (m_next < list.size())
        return;
    m_next = 0;
    if (!m_isSeen) {
        m_isSeen = true;
        Q_EMIT seen();
        thaw();
    } else {
        m_turn.stop();
        Q_EMIT done();
    }
}

void Repolish::thaw()
{
    for (const QPointer<QWidget> &window : std::as_const(m_frozen)) {
        if (window)
            window->setUpdatesEnabled(true);
    }
    m_frozen.clear();
}

} // namespace trunkline
