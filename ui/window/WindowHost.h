// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/settings/SettingsSource.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

namespace trunkline {

class MainWindow;

/// Where a hub is and what lets a window in.
struct HubPlace
{
    QUrl url;
    QByteArray token;
    bool insecure = false;      ///< take any certificate
    QString note;               ///< where it was found, for people: "process 4711"
};

/// What a window asks of the program around it. Without one the actions that need it are not there. GUI thread.
class WindowHost
{
public:
    virtual ~WindowHost() = default;
    /// Another window over the hub that `beside` shows.
    virtual void openWindow(MainWindow &beside) = 0;
    /// Hubs of this user that run on this computer, newest first, the program's own left out.
    [[nodiscard]] virtual QList<HubPlace> runningHubs() const = 0;
    /// What a hub wrote into its ready file; nothing when it is none.
    [[nodiscard]] virtual std::optional<HubPlace> readReadyFile(const QString &path) const = 0;
    /// From now on the window watches the hub there.
    virtual void attach(MainWindow &window, const HubPlace &place) = 0;
    /// Reads a capture or a capsule and shows it as a hub that was, beside what the windows show, on the exchange `select` (empty:
    /// the first). A file that is none is told in `beside`.
    virtual void openCapture(MainWindow &beside, const QString &path, const QByteArray &select) = 0;
    [[nodiscard]] virtual bool hasOwnHub() const = 0;
    /// Back from a hub elsewhere to the one of this program.
    virtual void showOwnHub(MainWindow &window) = 0;
    /// The settings of the program's own hub; null: it has none.
    [[nodiscard]] virtual SettingsSource *hubSettings() = 0;
    /// False when the window stays for now: the host asks, and closes it later.
    virtual bool mayClose(MainWindow &window) = 0;
    virtual void quit() = 0;
};

} // namespace trunkline
