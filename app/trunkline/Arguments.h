// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

#include <utility>

namespace trunkline {

/// One thing a subcommand understands.
struct Option
{
    enum class Takes { Nothing, Value, Switch };    ///< Switch: --x, --x=false, --x false, --no-x

    QString name;               ///< without the hyphens
    Takes takes = Takes::Nothing;
    QString placeholder;        ///< URL, for the help
    QString doc;
};

/// What was typed behind a subcommand.
class Arguments final
{
public:
    /// InvalidSetting with one sentence for people: unknown option (and the nearest known one), missing value, stray word.
    static Result<Arguments> parse(const QStringList &typed, const QList<Option> &options, qsizetype mostPositional = 0);

    [[nodiscard]] bool has(const QString &name) const { return m_values.contains(name); }
    /// The last value given; "true" or "false" for a switch.
    [[nodiscard]] QString value(const QString &name, const QString &fallback = {}) const { return m_values.value(name, fallback); }
    [[nodiscard]] const QStringList &positional() const { return m_positional; }

private:
    QHash<QString, QString> m_values;
    QStringList m_positional;
};

/// The options as indented lines for --help.
[[nodiscard]] QString optionsHelp(const QList<Option> &options);

} // namespace trunkline
