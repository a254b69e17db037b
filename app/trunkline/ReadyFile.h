// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace trunkline {

/// What a running hub says about itself to other programs of the same user.
struct ReadyInfo
{
    qint64 pid = 0;
    quint16 port = 0;
    QUrl url;
    QUrl webSocketUrl;
    QByteArray token;       ///< admin token of this start
};

/// A file with a ReadyInfo in it, mode 0600, that appears whole and goes away with the object.
class ReadyFile final
{
public:
    /// Io when it cannot be written.
    static Result<ReadyFile> write(const QString &path, const ReadyInfo &info);
    ~ReadyFile();
    ReadyFile(ReadyFile &&other) noexcept;
    ReadyFile &operator=(ReadyFile &&) = delete;
    ReadyFile(const ReadyFile &) = delete;

    void remove();      ///< unless another hub has written its own there since

    /// The folder in the user's runtime directory where every hub leaves one; empty when there is no such directory.
    [[nodiscard]] static QString directory();
    [[nodiscard]] static QString defaultPath(qint64 pid);
    [[nodiscard]] static std::optional<ReadyInfo> read(const QString &path);
    /// Those in directory() whose process runs, newest first.
    [[nodiscard]] static QList<ReadyInfo> live();
    /// Removes what hubs that were killed left in directory().
    static void sweep();

private:
    ReadyFile(QString path, qint64 pid) : m_path(std::move(path)), m_pid(pid) {}

    QString m_path;         ///< empty: moved from or removed
    qint64 m_pid = 0;
};

} // namespace trunkline
