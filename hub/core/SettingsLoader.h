// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <utility>

namespace trunkline {

/// Where a setting's value came from. Later kinds win over earlier ones.
struct SettingOrigin
{
    enum class Kind { Default, EnvFile, Environment, Flag };
    Kind kind = Kind::Default;
    QString text = QStringLiteral("default");       ///< "environment TRUNKLINE_PORT", ".env line 3", "flag --port"
};

/// What the loader reads from. Plain values, so that tests need no process environment.
struct SettingSources
{
    QList<std::pair<QString, QString>> flags;       ///< (setting name, value); the last one of a name counts
    QHash<QString, QString> environment;
    QString envFile;                                ///< path; empty: none
    bool envFileMustExist = false;                  ///< true for --env-file
};

struct LoadedSettings
{
    Settings settings;
    QHash<QString, SettingOrigin> origins;          ///< by setting name; one that is missing has its default
    QStringList warnings;                           ///< one sentence each, for the log

    [[nodiscard]] SettingOrigin origin(const QString &name) const { return origins.value(name); }
};

/// Flags over environment over the file over defaults; TRUNKLINE_NAME beats NAME within the environment and within the file.
/// InvalidSetting: one line with setting, value, origin and what is allowed. Io: the file that must exist cannot be read.
[[nodiscard]] Result<LoadedSettings> loadSettings(const SettingSources &sources);

/// One NAME=value line a setting with its origin as a comment; secrets are masked. Readable as a .env file.
[[nodiscard]] QString describeSettings(const LoadedSettings &loaded);
/// The same as one JSON object on one line: `{"NAME":{"value":"text","origin":"flag --name"}, …}`.
[[nodiscard]] QByteArray settingsJson(const LoadedSettings &loaded);

} // namespace trunkline
