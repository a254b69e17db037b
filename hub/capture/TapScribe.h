// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/CaptureFile.h"
#include "hub/core/JournalTap.h"

namespace trunkline {

/// Writes what a journal put into its tap: a line an entry, a gap line for what found no room. What it released is in the file. It has
/// neither thread nor clock: whoever has it decides when it looks. Each Result is Io when the file cannot be written; then it is over.
class TapScribe final
{
public:
    /// After JournalTap::begin(). `file` has begun and outlives it. Nobody else takes from the tap's memory.
    TapScribe(JournalTap tap, CaptureFile &file);

    /// Writes what is there.
    [[nodiscard]] Result<void> look();
    enum class End {
        Orderly,    ///< nothing is put any more
        Killed      ///< one entry may have been on its way then: nobody was told that it is noted, and it is no gap
    };
    /// Writes the rest, and how much of it is missing.
    [[nodiscard]] Result<void> finish(End end);

private:
    Result<void> put();

    JournalTap m_tap;
    CaptureFile &m_file;
    QByteArray m_lines;         ///< not written yet
    quint64 m_sequence;         ///< the last one that is written
};

} // namespace trunkline
