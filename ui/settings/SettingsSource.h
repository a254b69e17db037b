// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace trunkline {

/// One setting of a hub as a dialog shows it.
struct SettingRow
{
    QString group;
    QString name;               ///< WS_PATH
    QString value;              ///< empty for a secret that is set
    QString standard;           ///< the default
    QString origin;             ///< "default", ".env line 3", "environment TRUNKLINE_PORT", "flag --port"
    QString doc;                ///< one sentence
    QString allowed;            ///< "a whole number from 0 to 65535"
    QStringList choices;        ///< not empty: one of these
    bool isSecret = false;
    bool isSet = false;         ///< not at its default
    bool isFixed = false;       ///< a flag or the environment says it: the file could not change it
};

/// The settings table of the hub of this program, and the file that keeps changes.
class SettingsSource
{
public:
    virtual ~SettingsSource() = default;
    [[nodiscard]] virtual QList<SettingRow> rows() const = 0;
    /// What is wrong with these changes, by setting name; empty: nothing. An empty text as value means the default.
    [[nodiscard]] virtual QString check(const QHash<QString, QString> &changes) const = 0;
    /// Writes them into file(), whose other lines stay as they are. What went wrong, or empty.
    [[nodiscard]] virtual QString save(const QHash<QString, QString> &changes) = 0;
    [[nodiscard]] virtual QString file() const = 0;
    /// Ends the hub and starts it with what is in the file now: every session is closed with 1001.
    virtual void restartHub() = 0;
};

} // namespace trunkline
