// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/Draft.h"

#include <span>

/// A draft as a command or a piece of code that does the same elsewhere, ready to paste.
namespace trunkline::copyas {

enum class Language : quint8 { Bash, PowerShell, Python, Fetch, Trunkline };

[[nodiscard]] std::span<const Language> languages();
/// "bash (curl)", "PowerShell" …
[[nodiscard]] QString nameOf(Language language);
/// For the hub that `hub` describes; its usual address while nothing is known of it. A body that is no JSON is copied as it stands.
[[nodiscard]] QString command(Language language, const Draft &draft, const HubSnapshot &hub);

} // namespace trunkline::copyas
