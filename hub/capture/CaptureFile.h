// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"

#include <QFile>

#include <chrono>

namespace trunkline {

/// A capture on disk while it grows. Every write ends at the end of a line and goes to the system at once, so that a
/// program that is killed loses at most the line it was writing. At `maxBytes` the file becomes NAME.partN.trunk and a new
/// one begins; of those parts `keep` stay. One writer at a time has a file, in whatever process.
class CaptureFile final
{
public:
    struct Options
    {
        QString path{};
        qint64 maxBytes = 0;        ///< 0: no bound
        int keep = 3;
        std::chrono::milliseconds patience{0};      ///< how long another writer of that file may take to end
    };
    /// Io: the file cannot be written, or somebody else writes it. An older capture of that name stays as it is until begin().
    static Result<std::unique_ptr<CaptureFile>> create(const Options &options);
    /// A file that was made and not begun does not stay.
    ~CaptureFile();
    Q_DISABLE_COPY_MOVE(CaptureFile)

    /// Once, before the first lines. An older capture of that name is replaced.
    [[nodiscard]] Result<void> begin(const CaptureHeader &header);
    /// Instead of begin(), in a process that was parted from the one which began it.
    void goOn(const CaptureHeader &header);
    /// Whole lines.
    [[nodiscard]] Result<void> write(const QByteArray &lines);
    [[nodiscard]] qint64 bytes() const { return m_bytes; }      ///< of all parts
    [[nodiscard]] int descriptor() const { return m_file.handle(); }

private:
    explicit CaptureFile(const Options &options) : m_options(options), m_file(options.path) { }
    [[nodiscard]] Error cannotWrite(const QString &why) const;
    /// False: somebody else writes it.
    Result<bool> open();
    Result<void> put(const QByteArray &bytes);
    Result<void> startNextPart();
    [[nodiscard]] QString partPath(int part) const;

    const Options m_options;
    QFile m_file;
    CaptureHeader m_header;
    qint64 m_bytes = 0;
    qint64 m_bytesOfPart = 0;
    bool m_isMade = false;          ///< there was no such file before
    bool m_isBegun = false;
};

} // namespace trunkline
