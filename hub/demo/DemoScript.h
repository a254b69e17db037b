// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <chrono>
#include <vector>

/// What the demo says. Plain values; who speaks it is DemoEngine, in a terminal `trunkline demo`.
namespace trunkline::demo {

inline constexpr char kBotName[] = "demo_bot";

/// One reply of demo_bot.
struct Token
{
    std::chrono::milliseconds after;    ///< the one before, or the request
    const char *text;
};

/// Twelve tokens in about 1.2 s, one of them after a long wait.
[[nodiscard]] const std::vector<Token> &script();
/// The body of the request that starts it.
[[nodiscard]] QByteArray requestBody();
/// Token number `index` (from 0) as a reply; `correlation` is the id's JSON token. The last one is final.
[[nodiscard]] QByteArray reply(std::size_t index, const QByteArray &correlation);
/// The id's JSON token in a message that was delivered; empty when there is none.
[[nodiscard]] QByteArray correlationToken(const QByteArray &message);

/// The name of user `index` (from 0) of a load.
[[nodiscard]] QByteArray userName(int index);
/// Messages that each user of a load gets in the burst.
inline constexpr int kBurstMessages = 10;
inline constexpr int kBatchSize = 500;
/// Batch `index` (from 0) of a burst to `users` users; null behind the last one.
[[nodiscard]] QByteArray burstBatch(int users, int index);

} // namespace trunkline::demo
