// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/Arguments.h"
#include "hub/capture/CaptureFile.h"

namespace trunkline {

/// --max-size and --keep, of everything that writes a capture.
[[nodiscard]] QList<Option> captureFileOptions();
/// The file named by `option`, with its bounds; an empty path when it was not given. InvalidSetting for bounds that are none.
[[nodiscard]] Result<CaptureFile::Options> captureFileOf(const Arguments &arguments, const QString &option);
/// Comma-separated paths.
[[nodiscard]] QByteArrayList pathsOf(const QString &text);

} // namespace trunkline
