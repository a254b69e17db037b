// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>

#include <vector>

/// Zip archives of a few small files, stored without compression, as every tool opens them (APPNOTE 6.3). Plain functions.
namespace trunkline {

struct ZipEntry
{
    QByteArray name{};      ///< UTF-8, with / between folders
    QByteArray bytes{};
};

[[nodiscard]] QByteArray toZip(const std::vector<ZipEntry> &entries);
/// InvalidMessage: it is no zip archive, or one with compressed or encrypted entries, or a damaged one.
[[nodiscard]] Result<std::vector<ZipEntry>> fromZip(const QByteArray &zip);

} // namespace trunkline
