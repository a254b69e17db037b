// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"
#include "ui/theme/Palette.h"

#include <QString>

/// How one message is worded: in cells, in filters, for screen readers.
namespace trunkline {

struct StatusLook
{
    QString text;
    QString icon;
    Token tone;
};

[[nodiscard]] QString wordOf(EntryKind kind);
[[nodiscard]] QString wordOf(Direction direction);
[[nodiscard]] StatusLook lookOf(EntryStatus status);
/// "upstream → bob": who gave it to whom.
[[nodiscard]] QString routeOf(const JournalEntry &entry);
/// In one sentence what became of a message that belongs to no exchange; empty where its status says all.
[[nodiscard]] QString meaningOf(const JournalEntry &entry);
/// The words of the filter language, not translated: "kind:reply", "status:late".
[[nodiscard]] QString filterWord(EntryKind kind);
[[nodiscard]] QString filterWord(EntryStatus status);

} // namespace trunkline
