// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"

#include <QFile>

namespace trunkline {

/// A capture on disk while it grows. Every write ends at the end of a line and goes to the system at once, so that a
/// program that is killed loses at most the line it was writing. At `maxBytes` the file becomes NAME.partN.trunk and a new
/// one begins; of those parts `keep` stay.
class CaptureFile final
{
public:
    struct Options
    {
        QString path{};
        qint64 maxBytes = 0;        ///< 0: no bound
        int keep = 3;
    };
    /// Io: the file cannot be written. An older capture of that name is replaced.
    static Result<std::unique_ptr<CaptureFile>> create(const Options &options);

    /// Once, before the first lines.
    [[nodiscard]] Result<void> begin(const CaptureHeader &header);
    /// Whole lines.
    [[nodiscard]] Result<void> write(const QByteArray &lines);
    [[nodiscard]] qint64 bytes() const { return m_bytes; }      ///< of all parts

private:
    explicit CaptureFile(const Options &options) : m_options(options), m_file(options.path) { }
    Result<void> put(const QByteArray &bytes);
    Result<void> startNextPart();
    [[nodiscard]] QString partPath(int part) const;

    const Options m_options;
    QFile m_file;
    CaptureHeader m_header;
    qint64 m_bytes = 0;
    qint64 m_bytesOfPart = 0;
};

} // namespace trunkline
