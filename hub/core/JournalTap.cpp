// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JournalTap.h"

#include <cstring>
#include <new>

namespace trunkline {

namespace {

constexpr quint64 kNumber = sizeof(quint64);    // before each entry; 0: the rest of the ring is left out

} // namespace

JournalTap::JournalTap(std::span<char> memory)
    : m_shared(std::launder(reinterpret_cast<Shared *>(memory.data()))), m_ring(memory.data() + sizeof(Shared)),
      m_capacity((memory.size() - sizeof(Shared)) & ~quint64(7)), m_written(m_shared->written.load()), m_free(m_written),
      m_taken(m_shared->released.load())
{
    Q_ASSERT(qint64(memory.size()) >= kMinBytes);
}

void JournalTap::begin(quint64 before, Clock::Instant base)
{
    m_shared->base.store(base.sinceStart.count(), std::memory_order_release);
    m_shared->last.store(before, std::memory_order_release);
    m_shared->before.store(before, std::memory_order_release);
}

void JournalTap::put(PackedEntry header, const JournalRecord &record, quint64 sequence)
{
    m_shared->last.store(sequence, std::memory_order_relaxed);
    const quint64 names = sizeof header + header.user + header.correlation + header.request;
    // A text that would push out everything else is noted without its bytes.
    const bool fits = kNumber + names + quint64(record.text.size()) <= m_capacity / 2;
    header.kept = fits ? quint32(record.text.size()) : 0;
    header.total = JournalBatch::aligned(qint64(names + header.kept));
    const quint64 needed = kNumber + quint64(header.total);
    const quint64 place = m_written % m_capacity;
    const quint64 jump = place + needed > m_capacity ? m_capacity - place : 0;
    const quint64 end = m_written + jump + needed;
    if (end > m_free) {
        m_free = m_shared->released.load(std::memory_order_acquire) + m_capacity;
        if (end > m_free)
            return;
    }
    if (jump > 0)
        std::memset(m_ring + place, 0, kNumber);
    char *out = m_ring + (jump > 0 ? 0 : place);
    const auto copy = [&out](const void *from, std::size_t size) {
        if (size > 0)
            std::memcpy(out, from, size);
        out += size;
    };
    copy(&sequence, kNumber);
    copy(&header, sizeof header);
    copy(record.user.data(), header.user);
    copy(record.correlation.data(), header.correlation);
    copy(record.request.data(), header.request);
    copy(record.text.data(), header.kept);
    m_written = end;
    m_shared->written.store(end, std::memory_order_release);
}

std::optional<JournalItem> JournalTap::next()
{
    const quint64 written = m_shared->written.load(std::memory_order_acquire);
    if (m_taken == written)
        return std::nullopt;
    quint64 sequence = 0;
    std::memcpy(&sequence, m_ring + m_taken % m_capacity, kNumber);
    if (sequence == 0) {
        m_taken += m_capacity - m_taken % m_capacity;
        std::memcpy(&sequence, m_ring, kNumber);
    }
    const JournalItem item = JournalBatch::itemAt(m_ring + m_taken % m_capacity + kNumber, sequence);
    m_taken += kNumber + quint64(item.packedBytes);
    return item;
}

void JournalTap::release() { m_shared->released.store(m_taken, std::memory_order_release); }

} // namespace trunkline
