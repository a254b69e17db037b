// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/view/HubMailbox.h"

#include <QByteArray>

/// The values of a hub as JSON, as the admin API speaks it. Times are microseconds unless the name ends in _ms; names of
/// states, kinds and steps are words. Encoding is made for the hub's thread: bytes in, bytes out. Unknown members are ignored
/// and missing ones keep their defaults, so that a window and a hub of different versions understand each other.
namespace trunkline::hubjson {

[[nodiscard]] QByteArray encode(const HubSnapshot &snapshot);
[[nodiscard]] QByteArray encode(const JournalPage &page);
[[nodiscard]] QByteArray encode(const ExchangePage &page);
[[nodiscard]] QByteArray encode(const ExchangeInfo &exchange);

/// InvalidJson when `json` is no object.
[[nodiscard]] Result<HubSnapshot> decodeSnapshot(const QByteArray &json);
[[nodiscard]] Result<JournalPage> decodeJournal(const QByteArray &json);
[[nodiscard]] Result<ExchangePage> decodeExchanges(const QByteArray &json);

} // namespace trunkline::hubjson
