// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <QString>

#include <chrono>

/// Numbers and values as people read them. Any thread.
namespace trunkline::format {

[[nodiscard]] QString duration(std::chrono::microseconds value);        ///< "0.3 ms", "40 ms", "2.43 s", "30.0 s", "2 min 05 s"
[[nodiscard]] QString count(quint64 value);                             ///< "48,213"
[[nodiscard]] QString bytes(qint64 value);                              ///< "512 B", "1.5 KiB", "41 MiB"
[[nodiscard]] QString rate(double perSecond);                           ///< "12/s", "0.4/s", "3,412/s"
[[nodiscard]] QString timeOfDay(std::chrono::milliseconds sinceEpoch);  ///< "12:03:56.505", local time
[[nodiscard]] QString offset(std::chrono::milliseconds value);          ///< "+1.250 s", "-0.003 s": always with a sign, except for "0 s"
[[nodiscard]] QString age(std::chrono::milliseconds value);             ///< "8 s", "12 min", "3 h", "4 d"

/// What a payload says in one line: its first text member as the hub looks for mentions, else the JSON itself.
[[nodiscard]] QString summary(QByteArrayView payload);
/// Bytes as text: UTF-8, with U+FFFD where it is none; control characters as pictures, so that a row stays a row.
[[nodiscard]] QString oneLine(QByteArrayView bytes, qsizetype most = 300);

} // namespace trunkline::format
