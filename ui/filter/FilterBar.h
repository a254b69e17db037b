// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/filter/FilterField.h"
#include "ui/filter/SavedFilters.h"

#include <QWidget>

#include <vector>

class QAction;
class QHBoxLayout;
class QMenu;
class QPushButton;
class QToolButton;

namespace trunkline {

class FilterHelp;

/// The row under the toolbar: the field, the saved filters as chips, and a menu. Chips that find no room are in the menu.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    /// `settings` outlives it: saved and recent filters, and whether to highlight.
    FilterBar(const Theme &theme, QSettings &settings, QWidget *parent = nullptr);

    [[nodiscard]] FilterField &field() { return *m_field; }
    [[nodiscard]] const SavedFilters &saved() const { return m_saved; }
    /// The one in force; while the text is wrong that is the last right one.
    [[nodiscard]] const Filter &filter() const { return m_field->filter(); }
    void setText(const QString &text) { m_field->setFilterText(text); }
    /// Narrows the filter down by one more term, as "filter on this value" does.
    void addTerm(const QString &term);
    /// Puts the cursor there; `typed` is what a person already typed elsewhere.
    void startTyping(const QString &typed = {});
    [[nodiscard]] bool isHighlighting() const;

    /// Actions for a menu or the palette: save as a chip, highlight instead of hide, help.
    [[nodiscard]] QAction *saveAction() const { return m_save; }
    [[nodiscard]] QAction *highlightAction() const { return m_highlight; }
    [[nodiscard]] QAction *helpAction() const { return m_help; }

    QSize sizeHint() const override;

Q_SIGNALS:
    void filterChanged();
    void highlightingChanged(bool on);
    void colorsChanged();       ///< of the rows that a saved filter passes
    void left();                ///< Esc: back to the table

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Chip
    {
        QString name;
        QString text;
        QString color;
        QPushButton *button;
    };
    void makeActions(QSettings &settings);
    void rebuildChips();
    void refreshChips();
    void placeChips();
    void refreshTheme();
    void save();
    void use(const QString &text);
    void showMenu();
    [[nodiscard]] QIcon dot(const QString &color) const;
    void addColors(QMenu &menu, const QString &name);
    void showChipMenu(const QString &name, const QPoint &globalPosition);
    void renameInPlace(const QString &name);
    void showHelp();

    const Theme &m_theme;
    SavedFilters m_saved;
    FilterField *m_field;
    QHBoxLayout *m_layout;
    QPushButton *m_highlightChip;
    QToolButton *m_more;
    std::vector<Chip> m_chips;
    FilterHelp *m_helpCard = nullptr;
    QAction *m_save = nullptr;
    QAction *m_highlight = nullptr;
    QAction *m_help = nullptr;
};

} // namespace trunkline
