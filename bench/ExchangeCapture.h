// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"
#include "hub/view/HubValues.h"

namespace trunkline {

/// One exchange of a running hub as a capture, for those who did not record: its messages as the journal has them, and who was
/// connected. A hub that nobody records keeps no upstream leg; then `posted` stands for what the service sent, and the events are
/// the replies again.
[[nodiscard]] Capture captureOf(const HubSnapshot &hub, const ExchangeInfo &exchange, std::vector<JournalEntry> messages, const QByteArray &posted);

} // namespace trunkline
