// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/Platform.h"
#include "hub/capture/CaptureFile.h"
#include "hub/core/JournalTap.h"

namespace trunkline {

class Server;

/// What `serve --record` does. The recorder is a process of its own, which shares memory with the hub: a hub with a single thread is
/// cheaper, and when it is killed the recorder still writes what was noted. Where a process cannot be parted in two, it is a thread.
class HubRecorder final : public QObject
{
    Q_OBJECT

public:
    /// Before the first thread. Io: the file cannot be written, or somebody else writes it and goes on, or there is no memory.
    static Result<std::unique_ptr<HubRecorder>> prepare(CaptureFile::Options file);
    /// Everything that has not been written yet is; then it ends. The server has gone before.
    ~HubRecorder() override;

    /// Records from now on, which is before the server's first connection. Io: the file cannot be written.
    Result<void> start(Server &server, std::vector<std::pair<QByteArray, QByteArray>> settings);

Q_SIGNALS:
    /// Recording has ended.
    void failed(const QString &detail);

private:
    HubRecorder(std::shared_ptr<CaptureFile> file, std::unique_ptr<platform::Companion> companion);

    std::shared_ptr<CaptureFile> m_file;        ///< until it has begun: then it is the companion's
    std::unique_ptr<platform::Companion> m_companion;
    JournalTap m_tap;
};

} // namespace trunkline
