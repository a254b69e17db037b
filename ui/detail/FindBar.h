// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QPointer>
#include <QTextCursor>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QToolButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace trunkline {

/// Finds words in a text or a tree below it and marks them all; F3 and Shift+F3 go on, Esc closes it. Case does not matter.
class FindBar final : public QWidget
{
    Q_OBJECT

public:
    static constexpr qsizetype kMost = 2'000;       ///< places that are counted and marked

    explicit FindBar(const Theme &theme, QWidget *parent = nullptr);

    /// A QPlainTextEdit or a QTreeWidget; null or anything else: there is nothing to look in.
    void setTarget(QWidget *target);
    void start();               ///< shows it, the cursor in the field
    void step(int direction);   ///< to the next (1) or previous (-1) place, round the end
    void refresh();             ///< the target shows something else now
    void close();

    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] qsizetype places() const { return m_cursors.size() + m_items.size(); }
    [[nodiscard]] qsizetype current() const { return m_current; }       ///< -1: none

Q_SIGNALS:
    void closed();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QToolButton *makeButton(const QString &icon, const QString &name, std::function<void()> clicked);
    void refreshTheme();
    void search();
    void searchText(QPlainTextEdit &edit, const QString &words);
    void searchTree(QTreeWidget &tree, const QString &words);
    void unmark();
    void show(qsizetype place);

    const Theme &m_theme;
    QLineEdit *m_field;
    QLabel *m_count;
    QList<std::pair<QToolButton *, QString>> m_buttons;
    QPointer<QWidget> m_target;
    QList<QTextCursor> m_cursors;
    QList<QTreeWidgetItem *> m_items;       // of m_target, until its next change
    qsizetype m_current = -1;
};

} // namespace trunkline
