// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;

namespace trunkline {

class LiveTable;
class LogModel;
class LogProxy;
class Theme;

/// The log as a table, with a field that hides the lines without some words, and a choice of how serious they have to be.
class LogPage final : public QWidget
{
    Q_OBJECT

public:
    LogPage(const Theme &theme, LogModel &log, QWidget *parent = nullptr);

    void find(const QString &typed = {});       ///< the cursor goes into the field, behind what was typed
    void clearSearch();                         ///< every line again
    [[nodiscard]] LiveTable &table() const { return *m_table; }
    [[nodiscard]] QLineEdit &field() const { return *m_field; }
    [[nodiscard]] QComboBox &level() const { return *m_level; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeSearch(const Theme &theme);
    void apply();
    void showCount();

    LogModel &m_log;
    LogProxy *m_shown;
    QLineEdit *m_field = nullptr;
    QComboBox *m_level = nullptr;
    QLabel *m_count = nullptr;
    LiveTable *m_table;
};

} // namespace trunkline
