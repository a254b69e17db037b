// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/CommandPalette.h"

#include <QAction>
#include <QKeyEvent>
#include <QHeaderView>
#include <QLineEdit>
#include <QPointer>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace trunkline {

namespace {

constexpr qsizetype kPrefix = 6;        // of an objectName: "action"

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
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), m_theme(theme), m_actions(actions), m_field(new QLineEdit), m_list(new QTreeWidget)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Commands"));
    m_field->setPlaceholderText(tr("What do you want to do?"));
    m_field->setAccessibleName(tr("Find a command"));
    m_field->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHeaderLabels({tr("Command"), tr("Key")});       // for those who hear them
    m_list->setHeaderHidden(true);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setIconSize(QSize(theme.scaled(Theme::IconSize), theme.scaled(Theme::IconSize)));
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_list->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(m_field);
    layout->addWidget(m_list);
    setStyleSheet(QStringLiteral("QDialog { background: %1; border: 1px solid %2; }")
                      .arg(theme.color(Token::Panel).name(), theme.color(Token::Hairline).name()));
    connect(m_field, &QLineEdit::textChanged, this, &CommandPalette::match);
    connect(m_field, &QLineEdit::returnPressed, this, &CommandPalette::run);
    connect(m_list, &QTreeWidget::itemClicked, this, &CommandPalette::run);
    resize(theme.scaled(520), theme.scaled(380));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, theme.scaled(60))));
    match({});
    m_list->ensurePolished();
    layout->activate();
    if (const int row = m_list->sizeHintForRow(0); row > 0)        // no half row at the end
        resize(width(), height() - m_list->height() % row);
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
        const bool byName = action->objectName().mid(kPrefix).contains(text, Qt::CaseInsensitive);      // English, whatever the window speaks
        if (action->isEnabled() && !found.contains(action) && (byName || matchesLoosely(text, plainText(action))))
            found << action;
    }
    if (found.isEmpty()) {
        auto *nothing = new QTreeWidgetItem(m_list, {tr("No command has these letters")});
        nothing->setFlags(Qt::NoItemFlags);
        return;
    }
    for (QAction *action : std::as_const(found)) {
        auto *item = new QTreeWidgetItem(m_list, {plainText(action), action->shortcut().toString(QKeySequence::NativeText)});
        QPixmap blank(m_list->iconSize());       // words stand in one line, with an icon or without
        blank.fill(Qt::transparent);
        item->setIcon(0, action->icon().isNull() ? QIcon(blank) : action->icon());
        item->setForeground(1, m_theme.color(Token::Muted));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setData(0, Qt::UserRole, QVariant::fromValue(static_cast<QObject *>(action)));
    }
    m_list->setCurrentItem(m_list->topLevelItem(0));
}

void CommandPalette::run()
{
    const QTreeWidgetItem *item = m_list->currentItem();
    const QPointer<QAction> action = item ? qobject_cast<QAction *>(item->data(0, Qt::UserRole).value<QObject *>()) : nullptr;
    if (!action)
        return;
    close();
    action->trigger();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int step = key == Qt::Key_Down ? 1 : -1;
            const int row = m_list->indexOfTopLevelItem(m_list->currentItem()) + step;
            if (QTreeWidgetItem *item = m_list->topLevelItem(std::clamp(row, 0, std::max(0, m_list->topLevelItemCount() - 1))))
                m_list->setCurrentItem(item);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace trunkline
