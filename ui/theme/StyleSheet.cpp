// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Theme.h"

#include <utility>

namespace trunkline {

namespace {

// The same text in every theme: @name is the role of the palette that has the token's color (widgetPalette() sets it), so that another theme
// needs no other sheet. Heights are in em, so that another zoom doesn't either.
constexpr char sheet[] = R"(
QToolTip { background: @raised; color: @text; border: 1px solid @hairline; padding: 4px 6px; }
QMainWindow, QDialog { background: @panel; }
QSplitter::handle { background: @hairline; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame#hairline { background: @hairline; border: none; }
QFrame#separator { background: @hairline; border: none; max-width: 1px; }
QWidget#toolbar, QWidget#filterRow, QWidget#sessions, QWidget#statusStrip, QWidget#tabRow { background: @panel; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="failed"] { color: @failed; }
QLabel[role="late"] { color: @late; }

QToolButton { border: none; border-radius: 6px; padding: 5px 10px; color: @text; background: transparent; }
QToolButton:hover { background: @raised; }
QToolButton:pressed, QToolButton:checked { background: @raised; }
QToolButton:focus { border: 1px solid @accent; padding: 4px 9px; }
QToolButton:disabled { color: @muted; }
QToolButton#pill { background: @raised; border-radius: 7px; padding: 4px 8px; }
QToolButton#bare { padding: 3px; }
QToolButton::menu-indicator { image: none; }
QPushButton::menu-indicator { image: url(:/icons/arrow.svg); width: 10px; height: 10px; subcontrol-origin: padding; subcontrol-position: right center; right: 8px; }
QPushButton { background: @raised; color: @text; border: 1px solid @hairline; border-radius: 6px; padding: 5px 14px; }
QPushButton:hover { border-color: @muted; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @muted; }
QPushButton#primary { background: @primary; color: @onprimary; border: 1px solid @primary; border-radius: 8px;
    padding: 8px 18px; font-weight: 600; }
QPushButton#primary:focus { border-color: @text; }
QPushButton#chip { border-radius: 12px; padding: 3px 12px; border-color: @raised; }
QPushButton#chip:checked { border-color: @accent; }
QPushButton#news { background: @primary; color: @onprimary; border: none; border-radius: 12px; padding: 4px 14px; font-weight: 600; }

QLineEdit { background: @window; color: @text; border: 1px solid @hairline; border-radius: 6px; padding: 3px 8px;
    selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus { border-color: @accent; }
QPlainTextEdit, QTextEdit { background: @panel; color: @text; border: none; selection-background-color: @selection;
    selection-color: @text; }
QSpinBox, QDoubleSpinBox { background: @window; color: @text; border: 1px solid @hairline; border-radius: 6px; padding: 3px 4px 3px 8px; }
QSpinBox:focus, QDoubleSpinBox:focus { border-color: @accent; }
QSpinBox:disabled, QDoubleSpinBox:disabled { color: @muted; }
QComboBox { background: @raised; border: 1px solid @hairline; border-radius: 6px; padding: 3px 10px; }
QComboBox:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @hairline; selection-background-color: @selection; }

QTableView, QTreeView, QListView { background: @panel; alternate-background-color: @oddrow; border: none; outline: none;
    selection-background-color: @selection; selection-color: @text; }
QTableView#live { background: @window; }
QTreeView::item { height: 1.41em; padding: 0 4px; border: 0px solid transparent; }
QListWidget::item { height: 1.41em; padding: 0 10px; border: 0px solid transparent; }
QTreeView#facts { padding: 6px 0 6px 12px; }
QTreeView QHeaderView::section { padding: 0 8px; }
QTreeView::item:selected, QListView::item:selected { background: @selection; color: @text; }
QHeaderView { background: @panel; border: none; font-weight: 600; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @hairline; padding: 0 12px; }
QTableCornerButton::section { background: @panel; border: none; }

QScrollArea, QScrollArea > QWidget > QWidget { background: @panel; }
QWidget#findBar { background: @panel; border-top: 1px solid @hairline; }
QListWidget#framed { background: @window; border: 1px solid @hairline; border-radius: 6px; }
QTreeView#timelineTable { padding-left: 12px; }
QTreeView#timelineTable::item, QTreeView#settingsTable::item { padding: 0 8px; }
QTreeView#benchList::item { padding: 0 8px; border: 0px solid transparent; }
QTreeView#settingsTable { border: 1px solid @hairline; border-radius: 6px; }
QCheckBox { spacing: 8px; }
QCheckBox:disabled { color: @muted; }

QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @handle; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: @panel; border: 1px solid @hairline; padding: 5px; }
QMenu::item { padding: 5px 22px 5px 26px; border-radius: 5px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @hairline; margin: 5px 4px; }
QMenuBar { background: @panel; }
QMenuBar::item { padding: 3px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
)";

} // namespace

QString styleSheet()
{
    static constexpr std::pair<const char *, const char *> roles[] = {
        {"@onprimary", "light"}, {"@primary", "link"}, {"@handle", "midlight"}, {"@window", "shadow"}, {"@panel", "base"},
        {"@raised", "button"}, {"@hairline", "mid"}, {"@text", "text"}, {"@muted", "dark"}, {"@selection", "highlight"},
        {"@accent", "link"}, {"@failed", "bright-text"}, {"@late", "link-visited"}, {"@oddrow", "alternate-base"},
    };
    QString text = QString::fromLatin1(sheet);
    for (const auto &[name, role] : roles)
        text.replace(QString::fromLatin1(name), QStringLiteral("palette(%1)").arg(QString::fromLatin1(role)));
    return text;
}

} // namespace trunkline
