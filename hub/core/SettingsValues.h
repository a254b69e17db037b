// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Settings.h"

#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

/// How values of settings are written and read. All functions are pure; the readers give nothing for text that is not allowed.
namespace trunkline::values {

/// 300ms, 2s, 5m, 1h; a bare number is seconds. Fractions are fine; rounded to milliseconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> duration(const QString &text);
[[nodiscard]] QString durationText(std::chrono::milliseconds duration);

/// 4096, 64KiB, 4MiB, 1GiB; also K, M and G, which mean the same. Never negative.
[[nodiscard]] std::optional<qint64> bytes(const QString &text);
[[nodiscard]] QString bytesText(qint64 bytes);

/// true false yes no on off 1 0, in any case.
[[nodiscard]] std::optional<bool> boolean(const QString &text);
/// Decimal digits only, with an optional sign.
[[nodiscard]] std::optional<qint64> wholeNumber(const QString &text);
/// Comma-separated, or a JSON array of strings. Items are trimmed, empty ones are left out.
[[nodiscard]] std::optional<QStringList> list(const QString &text);

[[nodiscard]] QString levelText(LogLevel level);    ///< DEBUG …

} // namespace trunkline::values
