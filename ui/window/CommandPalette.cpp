// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/CommandPalette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QVBoxLayout>

namespace trunkline {

namespace {

QString plainText(const QAction *action)
{
    QString text = action->text();
    return text.remove(u'&');
}

} // namespace

bool matchesLoosely(QStringView typed, QStringView text)
{
    qsizetype at = 0;
    for (const QChar c : typed) {
        if (c.isSpace())
            continue;
        at = text.indexOf(c, at, Qt::CaseInsensitive);
        if (at < 0)
            return false;
        ++at;
    }
    return true;
}

CommandPalette::CommandPalette(const Theme &theme, const QList<QAction *> &actions, QWidget *parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), m_theme(theme), m_actions(actions), m_field(new QLineEdit), m_list(new QListWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Commands"));
    m_field->setPlaceholderText(tr("What do you want to do?"));
    m_field->setAccessibleName(tr("Find a command"));
    m_field->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    setStyleSheet(QStringLiteral("QDialog { background: %1; border: 1px solid %2; }")
                      .arg(theme.color(Token::Panel).name(), theme.color(Token::Hairline).name()));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::match);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::run);
    resize(theme.scaled(520), theme.scaled(380));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, theme.scaled(60))));
    match({});
    m_field->setFocus();
}

void CommandPalette::match(const QString &text)
{
    m_list->clear();
    QList<QAction *> found;
    for (QAction *action : std::as_const(m_actions)) {
        if (action->isEnabled() && plainText(action).contains(text, Qt::CaseInsensitive))
            found << action;
    }
    for (QAction *action : std::as_const(m_actions)) {
        if (action->isEnabled() && !found.contains(action) && matchesLoosely(text, plainText(action)))
            found << action;
    }
    for (QAction *action : std::as_const(found)) {
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        auto *item = new QListWidgetItem(action->icon(), keys.isEmpty() ? plainText(action) : tr("%1    %2").arg(plainText(action), keys), m_list);
        item->setData(Qt::UserRole, QVariant::fromValue(static_cast<QObject *>(action)));
        item->setSizeHint(QSize(100, m_theme.scaled(28)));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::run()
{
    const QListWidgetItem *item = m_list->currentItem();
    const QPointer<QAction> action = item ? qobject_cast<QAction *>(item->data(Qt::UserRole).value<QObject *>()) : nullptr;
    close();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int step = key == Qt::Key_Down ? 1 : -1;
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace trunkline
