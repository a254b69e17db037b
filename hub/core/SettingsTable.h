// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <QStringList>

#include <span>
#include <variant>

namespace trunkline {

/// One row of the table: a setting's name, where its value lives, what it may be and what it does.
/// Help text, .env.example and docs/configuration.md are made from these rows; defaults come from a fresh Settings.
struct Setting
{
    enum class Kind {
        Address, Port, Switch, UrlPath, Duration, Bytes, Count, Policy, SlowPolicy, Level, LogFormat, Origins, Accounts, Tokens, Hosts, File,
        Secret, Text, RedisPlace, Word
    };
    using Field = std::variant<QString Settings::*, QByteArray Settings::*, quint16 Settings::*, bool Settings::*,
                               int Settings::*, qint64 Settings::*, Settings::Milliseconds Settings::*,
                               DuplicatePolicy Settings::*, SlowConsumer Settings::*, LogLevel Settings::*, QByteArrayList Settings::*>;

    const char *group;      ///< heading in the documentation
    const char *name;       ///< WS_PATH: environment and .env
    Field field;
    Kind kind;
    qint64 least;           ///< smallest number; milliseconds for durations
    qint64 most;            ///< largest number
    const char *doc;        ///< one sentence

    [[nodiscard]] QString nameText() const { return QString::fromLatin1(name); }
    [[nodiscard]] QString flag() const;         ///< ws-path, without the two hyphens
    [[nodiscard]] QString allowed() const;      ///< "a whole number from 0 to 65535"
    [[nodiscard]] bool isSwitch() const { return kind == Kind::Switch; }
    [[nodiscard]] bool isSecret() const { return kind == Kind::Tokens || kind == Kind::Secret || kind == Kind::RedisPlace; }

    /// Parses `text` into the field. InvalidSetting when it is not allowed; the field is then unchanged.
    [[nodiscard]] Result<void> assign(Settings &settings, const QString &text) const;
    /// The value as assign() reads it. Secrets are not masked.
    [[nodiscard]] QString text(const Settings &settings) const;
};

/// All settings, grouped, in the order of the documentation.
[[nodiscard]] std::span<const Setting> settingsTable();
/// The row of that exact name, or nullptr.
[[nodiscard]] const Setting *findSetting(const QString &name);
/// Names of all settings, for suggestions.
[[nodiscard]] QStringList settingNames();
/// What no single row can tell: paths that collide, a certificate without its key. InvalidSetting names the settings.
[[nodiscard]] Result<void> checkTogether(const Settings &settings);

} // namespace trunkline
