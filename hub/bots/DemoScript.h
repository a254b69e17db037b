// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

/// What the demo says. Plain values; who speaks it is DemoEngine, in a terminal `trunkline demo`.
namespace trunkline::demo {

inline constexpr char kBotName[] = "demo_bot";

/// demo_bot as a file of bots: twelve tokens in about 1.2 s, one of them after a long wait.
[[nodiscard]] QByteArray botsFile();
/// The body of the request that starts it.
[[nodiscard]] QByteArray requestBody();

/// The name of user `index` (from 0) of a load.
[[nodiscard]] QByteArray userName(int index);
/// Messages that each user of a load gets in the burst.
inline constexpr int kBurstMessages = 10;
inline constexpr int kBatchSize = 500;
/// Batch `index` (from 0) of a burst to `users` users; null behind the last one.
[[nodiscard]] QByteArray burstBatch(int users, int index);

} // namespace trunkline::demo
