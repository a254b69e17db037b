// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/FindBar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>

namespace trunkline {

FindBar::FindBar(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme), m_field(new QLineEdit), m_count(new QLabel)
{
    setObjectName(QStringLiteral("findBar"));
    setAttribute(Qt::WA_StyledBackground);
    m_field->setPlaceholderText(tr("Find in this text"));
    m_field->setAccessibleName(tr("Find in this text"));
    m_field->setMaximumWidth(360);
    m_count->setProperty("role", QStringLiteral("muted"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 5, 12, 5);
    row->setSpacing(4);
    row->addWidget(m_field, 1);
    row->addWidget(makeButton(QStringLiteral("up"), tr("Previous place"), [this] { step(-1); }));
    row->addWidget(makeButton(QStringLiteral("down"), tr("Next place"), [this] { step(1); }));
    row->addSpacing(8);
    row->addWidget(m_count);
    row->addStretch();
    row->addWidget(makeButton(QStringLiteral("clear"), tr("Close the search"), [this] { close(); }));
    connect(m_field, &QLineEdit::textChanged, this, &FindBar::search);
    connect(&theme, &Theme::changed, this, &FindBar::refreshTheme);
    refreshTheme();
    hide();
}

QToolButton *FindBar::makeButton(const QString &icon, const QString &name, std::function<void()> clicked)
{
    auto *button = new QToolButton;
    button->setObjectName(QStringLiteral("bare"));
    button->setAccessibleName(name);
    button->setToolTip(name);
    connect(button, &QToolButton::clicked, this, std::move(clicked));
    m_buttons << std::pair(button, icon);
    return button;
}

void FindBar::refreshTheme()
{
    for (const auto &[button, icon] : std::as_const(m_buttons))
        button->setIcon(m_theme.icon(icon, Token::Muted));
    m_count->setFont(m_theme.fixedFont());
    refresh();
}

void FindBar::setTarget(QWidget *target)
{
    if (m_target == target)
        return;
    unmark();
    m_target = target;
    refresh();
}

void FindBar::start()
{
    setVisible(true);
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    refresh();
}

void FindBar::close()
{
    const bool wasShown = isVisibleTo(parentWidget());
    unmark();
    hide();
    if (wasShown)
        Q_EMIT closed();
}

void FindBar::refresh()
{
    // The items of a tree that was filled anew are gone.
    m_items.clear();
    m_cursors.clear();
    m_current = -1;
    if (isVisibleTo(parentWidget()))
        search();
}

void FindBar::search()
{
    unmark();
    const QString words = m_field->text();
    if (!words.isEmpty()) {
        if (auto *edit = qobject_cast<QPlainTextEdit *>(m_target.data()))
            searchText(*edit, words);
        else if (auto *tree = qobject_cast<QTreeWidget *>(m_target.data()))
            searchTree(*tree, words);
    }
    m_count->setText(words.isEmpty() ? QString() : m_target ? tr("not found") : tr("nothing to look in"));
    m_count->setAccessibleName(m_count->text());
    if (places() > 0)
        show(0);
}

void FindBar::searchText(QPlainTextEdit &edit, const QString &words)
{
    QList<QTextEdit::ExtraSelection> marks;
    const QColor color = blend(m_theme.color(Token::Late), m_theme.color(Token::Panel), 0.35);
    for (QTextCursor at = edit.document()->find(words); !at.isNull() && m_cursors.size() < kMost; at = edit.document()->find(words, at)) {
        m_cursors << at;
        QTextEdit::ExtraSelection mark;
        mark.cursor = at;
        mark.format.setBackground(color);
        marks << mark;
    }
    edit.setExtraSelections(marks);
}

void FindBar::searchTree(QTreeWidget &tree, const QString &words)
{
    const QColor color = blend(m_theme.color(Token::Late), m_theme.color(Token::Panel), 0.3);
    for (QTreeWidgetItemIterator it(&tree); *it && m_items.size() < kMost; ++it) {
        bool found = false;
        for (int column = 0; column < tree.columnCount(); ++column) {
            if (!(*it)->text(column).contains(words, Qt::CaseInsensitive))
                continue;
            found = true;
            (*it)->setBackground(column, color);
        }
        if (found)
            m_items << *it;
    }
}

void FindBar::unmark()
{
    if (auto *edit = qobject_cast<QPlainTextEdit *>(m_target.data()))
        edit->setExtraSelections({});
    if (auto *tree = qobject_cast<QTreeWidget *>(m_target.data())) {
        for (QTreeWidgetItem *item : std::as_const(m_items)) {
            for (int column = 0; column < tree->columnCount(); ++column)
                item->setBackground(column, QBrush());
        }
    }
    m_cursors.clear();
    m_items.clear();
    m_current = -1;
}

void FindBar::step(int direction)
{
    if (places() > 0)
        show((m_current + direction + places()) % places());
}

void FindBar::show(qsizetype place)
{
    m_current = place;
    if (auto *edit = qobject_cast<QPlainTextEdit *>(m_target.data()); edit && place < m_cursors.size()) {
        edit->setTextCursor(m_cursors[place]);
        edit->ensureCursorVisible();
    } else if (auto *tree = qobject_cast<QTreeWidget *>(m_target.data()); tree && place < m_items.size()) {
        tree->setCurrentItem(m_items[place]);
        tree->scrollToItem(m_items[place]);
    }
    m_count->setText(tr("%1 of %2").arg(place + 1).arg(places() < kMost ? QString::number(places()) : tr("%1 or more").arg(kMost)));
    m_count->setAccessibleName(m_count->text());
}

/// Esc is the window's way back to the table; here it closes the search first.
bool FindBar::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void FindBar::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Escape: close(); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: step(event->modifiers() & Qt::ShiftModifier ? -1 : 1); break;
    case Qt::Key_Down: step(1); break;
    case Qt::Key_Up: step(-1); break;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace trunkline
