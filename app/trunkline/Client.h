// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/Arguments.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/HubLocation.h"

#include <functional>

namespace trunkline {

/// What every client command does first: reads its arguments, answers --help, finds the hub. Then calls `run`, with the
/// application object made. Gives the exit code.
struct ClientCommand
{
    QString name;
    QString help;               ///< the text above the options; %1 is the program
    QString footer;             ///< the text below them
    QList<Option> options;
    qsizetype mostPositional = 0;

    int start(const Invocation &invocation, const std::function<int(const Arguments &, const HubLocation &)> &run) const;
    /// One line on stderr; exit code 2.
    int usageError(const Invocation &invocation, const QString &detail) const;
};

} // namespace trunkline
