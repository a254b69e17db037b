// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace trunkline {

/// What `serve --workers N` starts.
struct WorkersOptions
{
    int count = 1;
    QString program;            ///< this one, with its path
    QStringList arguments;      ///< of `serve`, without --workers and --ready-file
    QString readyFile;          ///< of the first worker; those of the others end with .2, .3 …; empty: none
    QString hubName;            ///< empty: the computer's name; each worker adds its number
    bool hasRedis = false;      ///< REDIS_URL is set; else the workers use the one at 127.0.0.1:6379
};

/// Starts N hubs that share one port (Linux) and one Redis, keeps them running, and ends them when it is told to stop. SIGHUP goes on
/// to them. Gives the exit code. The application object must exist.
[[nodiscard]] int runWorkers(const WorkersOptions &options);

} // namespace trunkline
