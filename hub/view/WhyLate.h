// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Exchange.h"

#include <QString>

#include <optional>

namespace trunkline {

/// Who had the ball between two steps.
enum class GapOwner : quint8 { Hub, Client, Upstream };

/// The time between two steps of an exchange.
struct Gap
{
    GapOwner owner = GapOwner::Hub;
    std::chrono::microseconds from{};       ///< since RequestComplete
    std::chrono::microseconds to{};
    int token = 0;                          ///< the reply that ended it, from 1; 0: no reply did
    bool open = false;                      ///< still going on
    [[nodiscard]] std::chrono::microseconds length() const { return to - from; }
    friend bool operator==(const Gap &, const Gap &) = default;
};

/// Where the time of one exchange went. Plain values; made on the window's side from its copy.
struct WhyLate
{
    std::vector<Gap> gaps;                  ///< in order and without holes from 0 to the end (or to now); empty ones are left out
    std::chrono::microseconds total{};
    std::chrono::microseconds hub{};        ///< sums by owner
    std::chrono::microseconds client{};
    std::chrono::microseconds upstream{};
    std::optional<Gap> longest;
    std::vector<std::chrono::microseconds> late;    ///< replies after the end, since the end
    QString sentence;                       ///< "2.41 s of 2.43 s waiting for bob; hub 0.2 ms; bob's ping 1 ms, queue 0."
    QString longestText;                    ///< "longest gap 1.39 s before token 5"; empty when there is no gap
};

[[nodiscard]] WhyLate whyLate(const ExchangeInfo &exchange);

/// "Hub", or the name of the client, or "sender".
[[nodiscard]] QString ownerName(GapOwner owner, const ExchangeInfo &exchange);
/// A duration as people read it: three digits at most, "2.41 s", "30 s", "12 ms", "0.2 ms", "40 µs".
[[nodiscard]] QString durationText(std::chrono::microseconds duration);
/// "+1.2 s late", for a reply after the end.
[[nodiscard]] QString lateText(std::chrono::microseconds afterEnd);

} // namespace trunkline
