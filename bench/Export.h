// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"

/// A capture in the formats of other tools. Plain functions on values.
namespace trunkline {

/// HTTP Archive 1.2: one entry for each posted message, with the answer of a stream in `_eventSourceMessages`, and one for
/// each session, with `_webSocketMessages`, as the tools of browsers read them.
[[nodiscard]] QByteArray toHar(const Capture &capture);

/// A shell command that posts message `number` again. For a delivery, a reply or an event it is the posted message of the
/// same correlation. InvalidMessage: there is no such message, or nothing was posted for it.
[[nodiscard]] Result<QByteArray> toCurl(const Capture &capture, quint64 number);

/// What was posted for that correlation; null when the capture does not have it.
[[nodiscard]] const JournalEntry *postedFor(const Capture &capture, QByteArrayView correlation);

/// `word` as a POSIX shell reads it back.
[[nodiscard]] QByteArray shellWord(const QByteArray &word);

} // namespace trunkline
