// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotRules.h"
#include "hub/capture/CaptureFile.h"
#include "hub/core/SettingsLoader.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace trunkline {

/// What `serve` was told beside settings.
struct ServeOptions
{
    QString readyFile;                                          ///< empty: only the one in the runtime directory
    bool showToken = false;                                     ///< prints the admin token of this start, where none is configured
    std::optional<std::chrono::milliseconds> exitWhenIdle;
    std::optional<qint64> parentPid;
    CaptureFile::Options record{};                              ///< an empty path: nothing is recorded
    std::optional<BotFile> bots;
    QString program;                                            ///< for commands that are shown
    QStringList arguments;
};

/// Takes the event loop that the settings ask for. Before the application object is made.
void installEventDispatcher(const Settings &settings);
/// Runs one hub on this thread until it is told to stop. Gives the exit code. The application object must exist.
[[nodiscard]] int serve(const LoadedSettings &loaded, const ServeOptions &options);

/// The same command with another port, as a shell reads it.
[[nodiscard]] QString commandWithPort(const QString &program, const QStringList &arguments, quint16 port);

} // namespace trunkline
