// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/SettingsLoader.h"

#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>

namespace trunkline {

/// What trunkline-desktop was told: the flags of `serve`, and those of its own.
struct DesktopOptions
{
    LoadedSettings loaded;
    SettingSources sources;                                     ///< what they were read from, to read them again
    QString program;                                            ///< what a person types
    QString readyFile;
    std::optional<std::chrono::milliseconds> exitWhenIdle;
    std::optional<qint64> parentPid;
    QUrl attach;                                                ///< empty: a hub of its own
    QByteArray token;
    bool insecure = false;                                      ///< take any certificate of the hub that is watched
    QString capture;                                            ///< a capture or capsule to show instead of a hub
    QByteArray select;                                          ///< the exchange in it
    bool help = false;
    bool checkConfig = false;
    bool json = false;                      ///< that as JSON
};

/// InvalidSetting or Io with one line for people. With a hub of its own the journal is larger than a headless one's, unless it was set.
[[nodiscard]] Result<DesktopOptions> parseDesktopOptions(const QString &program, const QStringList &arguments);
/// loadSettings() with the larger journal of a program with a window.
[[nodiscard]] Result<LoadedSettings> loadForWindow(const SettingSources &sources);
[[nodiscard]] QString desktopHelp(const QString &program);

} // namespace trunkline
