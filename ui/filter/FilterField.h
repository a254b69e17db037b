// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/filter/Filter.h"
#include "hub/view/filter/FilterCompletion.h"
#include "ui/theme/Theme.h"

#include <QHash>
#include <QLineEdit>

#include <optional>

class QLabel;
class QTimer;
class QToolButton;

namespace trunkline {

class CompletionList;

/// One line for a filter. Says while it is typed whether it is one: a mark, the place, the reason, and what was probably meant
/// (Ctrl+. or a click on the mark puts it there). The filter in force changes only to a right one, a moment after the last key.
class FilterField final : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterField(const Theme &theme, QWidget *parent = nullptr);

    /// In force at once.
    void setFilterText(const QString &text);
    [[nodiscard]] const Filter &filter() const { return m_filter; }
    [[nodiscard]] const std::optional<filter::FilterError> &error() const { return m_error; }
    /// The reason or the remark that stands in the field; empty when there is none.
    [[nodiscard]] QString remark() const;

    void setRecord(filter::Record record);
    [[nodiscard]] filter::Record record() const { return m_record; }
    void setKnownValues(filter::Field field, const QStringList &values) { m_values[field] = values; }
    void setRecent(const QStringList &recent) { m_recent = recent; }
    /// Percent of a running filter, a line under the text; -1: none runs.
    void setProgress(int percent);
    /// What Ctrl+Space does.
    void showCompletions();
    [[nodiscard]] CompletionList &completions() { return *m_completions; }

Q_SIGNALS:
    void filterChanged();           ///< another filter is in force
    void checked();                 ///< error() or remark() may be different
    void left();                    ///< Esc with nothing to close: back to the table
    void helpWanted();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void refreshTheme();
    void check();
    void apply();
    void mend();
    void onEdited();
    void insertSuggestion(const QString &text, qsizetype begin, qsizetype end);
    void placeParts();
    void restyle();
    [[nodiscard]] int xOf(qsizetype position) const;

    const Theme &m_theme;
    CompletionList *m_completions;
    QLabel *m_reason;
    QToolButton *m_mark;
    QToolButton *m_clear;
    QTimer *m_pause;
    Filter m_filter;
    std::optional<Filter> m_next;           // right, but not in force yet
    std::optional<filter::FilterError> m_error;
    filter::Record m_record = filter::Record::Exchange;
    QHash<filter::Field, QStringList> m_values;
    QStringList m_recent;
    int m_progress = -1;
};

} // namespace trunkline
