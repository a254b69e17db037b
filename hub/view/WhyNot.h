// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Exchange.h"

#include <QString>

#include <vector>

namespace trunkline {

/// One line of "Why did it not arrive?".
struct RouteFact
{
    enum class Mark : quint8 { Fine, Note, Problem };
    Mark mark = Mark::Fine;
    QString question;       ///< "Mention", "User looked up", "Sessions found" …
    QString answer;         ///< one sentence
};

/// How a message found its way, or where it stopped, in the order in which the hub decided. Plain values.
[[nodiscard]] std::vector<RouteFact> routeFacts(const ExchangeInfo &exchange);
/// The first problem among them, or that it arrived; one sentence.
[[nodiscard]] QString routeSummary(const ExchangeInfo &exchange);

} // namespace trunkline
