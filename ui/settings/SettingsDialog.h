// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/SettingsSource.h"
#include "ui/theme/Theme.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QTreeWidget;
class QTreeWidgetItem;

namespace trunkline {

/// The hub's settings with where each value came from, and the window's own. Changes go to the settings file of the hub; what
/// a flag or the environment says is shown and cannot be changed here.
class SettingsDialog final : public QDialog
{
    Q_OBJECT

public:
    enum Column { Name, Value, Origin, Columns };

    /// `source` may be null: the hub is elsewhere. All outlive the dialog.
    SettingsDialog(Theme &theme, SettingsSource *source, QSettings &settings, QWidget *parent);

    /// Puts a value in as if it were typed. False when there is no such setting, or it is fixed.
    bool setValue(const QString &name, const QString &value);
    [[nodiscard]] QHash<QString, QString> changes() const { return m_changes; }
    [[nodiscard]] QString remark() const;
    [[nodiscard]] QTreeWidget *table() const { return m_table; }
    [[nodiscard]] QPushButton *saveButton() const { return m_save; }
    [[nodiscard]] QPushButton *restartButton() const { return m_restart; }

private:
    QWidget *makeHubPage();
    QWidget *makeWindowPage();
    QWidget *makeEditor();
    QWidget *makeButtons();
    void fill();
    void showRow(QTreeWidgetItem *item);
    void filterRows(const QString &text);
    void note(const QString &name, const QString &value);
    void showRemark(const QString &text, const char *role);
    void save();
    [[nodiscard]] const SettingRow *current() const;
    [[nodiscard]] QTreeWidgetItem *itemOf(const QString &name) const;

    Theme &m_theme;
    SettingsSource *m_source;
    QSettings &m_settings;
    QList<SettingRow> m_rows;
    QHash<QString, QString> m_changes;      // by name; empty: the default
    QTreeWidget *m_table = nullptr;
    QLabel *m_doc = nullptr;
    QLabel *m_allowed = nullptr;
    QLineEdit *m_edit = nullptr;
    QComboBox *m_choice = nullptr;
    QPushButton *m_standard = nullptr;
    QLabel *m_remark = nullptr;
    QPushButton *m_save = nullptr;
    QPushButton *m_restart = nullptr;
    bool m_saved = false;
};

} // namespace trunkline
