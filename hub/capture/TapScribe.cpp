// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/TapScribe.h"

namespace trunkline {

namespace {

constexpr qsizetype kWriteBytes = 256 * 1024;       // at a time

} // namespace

TapScribe::TapScribe(JournalTap tap, CaptureFile &file) : m_tap(tap), m_file(file), m_sequence(tap.before())
{
}

Result<void> TapScribe::look()
{
    // Before the entries: what is put meanwhile is for the next time.
    const quint64 last = m_tap.last();
    while (m_sequence < last) {
        auto item = m_tap.next();
        if (!item)
            break;
        if (item->sequence != m_sequence + 1)
            m_lines += captureGapLine(item->sequence - m_sequence - 1);
        m_sequence = item->sequence;
        item->time = {item->time - m_tap.base()};
        appendCaptureLine(m_lines, *item);
        if (m_lines.size() >= kWriteBytes) {
            if (auto written = put(); !written)
                return written;
        }
    }
    return put();
}

Result<void> TapScribe::finish(End end)
{
    if (auto looked = look(); !looked)
        return looked;
    const quint64 missing = m_tap.last() - m_sequence;
    if (missing > (end == End::Killed ? 1 : 0))
        m_lines += captureGapLine(missing);
    return put();
}

Result<void> TapScribe::put()
{
    if (m_lines.isEmpty())
        return {};
    if (auto written = m_file.write(m_lines); !written)
        return written;
    m_lines.resize(0);      // keeps its memory
    m_tap.release();
    return {};
}

} // namespace trunkline
