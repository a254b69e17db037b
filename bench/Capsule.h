// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/Zip.h"
#include "hub/capture/Redaction.h"

namespace trunkline {

/// A bug capsule: one exchange with all that it takes to look at it elsewhere, in a zip archive (`NAME.trunkcase`):
/// capture.trunk, report.html (no scripts, opens without Trunkline), report.md (for an issue tracker), repro.sh.
struct Capsule
{
    std::vector<ZipEntry> files{};
    std::vector<Redaction::Finding> masked{};   ///< what does not go out
};

struct CapsuleOptions
{
    QByteArray correlation{};
    QByteArrayList redact{};                                        ///< besides what looks like a secret
    Redaction::Secrets secrets = Redaction::Secrets::Mask;
};

/// InvalidMessage: the capture has no exchange of that id.
[[nodiscard]] Result<Capsule> makeCapsule(const Capture &capture, const CapsuleOptions &options);

/// A capture, or the one in a capsule. Io, or InvalidMessage when it is neither.
[[nodiscard]] Result<Capture> openCapture(const QString &path);

} // namespace trunkline
