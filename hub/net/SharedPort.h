// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QHostAddress>

namespace trunkline {

/// A listening socket on a port that other processes of the same user share: the system spreads connections over them (Linux,
/// socket(7) SO_REUSEPORT). Gives its descriptor. Errors: AddressInUse, ListenFailed.
Result<qintptr> listenOnSharedPort(const QHostAddress &address, quint16 port, int backlog);

} // namespace trunkline
