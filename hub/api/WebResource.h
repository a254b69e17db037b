// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace trunkline {

/// The file of resources/web, which is part of the program. It must be there.
QByteArray webResource(const char *name);

} // namespace trunkline
