// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/EntryStore.h"

namespace trunkline {

namespace {

qint64 weightOf(const JournalEntry &entry)
{
    return static_cast<qint64>(sizeof entry) + entry.text.size() + entry.user.size() + entry.correlation.size();
}

} // namespace

void EntryStore::append(JournalEntry entry)
{
    if (m_chunks.empty() || m_chunks.back().entries->size() == ChunkSize) {
        m_chunks.push_back({std::make_shared<std::vector<JournalEntry>>(), 0});
        m_chunks.back().entries->reserve(ChunkSize);
    }
    const qint64 bytes = weightOf(entry);
    m_chunks.back().bytes += bytes;
    m_chunks.back().entries->push_back(std::move(entry));
    m_bytes += bytes;
    ++m_end;
}

std::size_t EntryStore::surplus() const
{
    std::size_t entries = 0;
    qint64 left = m_bytes;
    for (std::size_t i = 0; i + 1 < m_chunks.size() && (size() - entries > m_maxEntries || left > m_maxBytes); ++i) {
        entries += m_chunks[i].entries->size();
        left -= m_chunks[i].bytes;
    }
    return entries;
}

void EntryStore::trim()
{
    const quint64 begin = m_begin + surplus();
    while (m_begin < begin) {
        m_begin += m_chunks.front().entries->size();
        m_bytes -= m_chunks.front().bytes;
        m_chunks.pop_front();
    }
}

void EntryStore::clear()
{
    m_chunks.clear();
    m_begin = m_end;
    m_bytes = 0;
}

const JournalEntry &EntryStore::at(quint64 position) const
{
    Q_ASSERT(position >= m_begin && position < m_end);
    const auto offset = static_cast<std::size_t>(position - m_begin);
    return (*m_chunks[offset / ChunkSize].entries)[offset % ChunkSize];
}

EntryStore::Snapshot EntryStore::snapshot() const
{
    Snapshot snapshot;
    snapshot.m_begin = m_begin;
    snapshot.m_size = size();
    snapshot.m_chunks.reserve(m_chunks.size());
    for (const Chunk &chunk : m_chunks)
        snapshot.m_chunks.push_back({chunk.entries, chunk.entries->data()});
    return snapshot;
}

} // namespace trunkline
