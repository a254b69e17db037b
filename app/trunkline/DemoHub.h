// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/HubLocation.h"

#include <memory>

class QProcess;
class QTemporaryDir;

namespace trunkline {

class HubThread;

/// A hub of the demo's own: on a thread of this process, or, when this process may not open two files for each user of the
/// load, in a child process that ends with it. Settings are the defaults, whatever .env and the environment say.
class DemoHub final
{
public:
    /// Null when it cannot listen. `openFiles` is what this process may open; 0: no limit is known.
    static std::unique_ptr<DemoHub> start(int load, quint64 openFiles);
    ~DemoHub();

    /// `where` with this hub's addresses and token.
    [[nodiscard]] HubLocation location(HubLocation where) const;
    [[nodiscard]] bool isChild() const { return m_child != nullptr; }

private:
    DemoHub();
    bool startThread();
    bool startChild();

    std::unique_ptr<HubThread> m_thread;
    std::unique_ptr<QTemporaryDir> m_folder;    ///< ready file and empty .env of the child
    std::unique_ptr<QProcess> m_child;
    QUrl m_url;
    QUrl m_webSocketUrl;
    QByteArray m_token;
};

} // namespace trunkline
