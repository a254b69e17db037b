// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Journal.h"

#include "hub/core/JournalTap.h"

#include <algorithm>
#include <cstring>

namespace trunkline {

namespace {

constexpr qint64 aligned(qint64 bytes) { return JournalBatch::aligned(bytes); }

} // namespace

Journal::Journal(const Clock &clock, int maxEntries, qint64 maxBytes)
    : m_clock(clock), m_maxEntries(maxBytes > 0 ? quint64(qMax(0, maxEntries)) : 0),
      m_capacity(m_maxEntries > 0 ? aligned(maxBytes) : 0)
{
    if (m_maxEntries == 0)
        return;
    // Not initialized: the system gives the pages when they are written.
    m_ring.reset(new char[std::size_t(m_capacity)]);
    m_offsets.reset(new qint64[std::size_t(m_maxEntries)]);
}

void Journal::evictOldest()
{
    ++m_first;
    ++m_evicted;
    if (m_first > m_sequence) {
        m_used = m_write = 0;
        return;
    }
    // From the offsets alone: the entry itself was written long ago and is in no cache.
    const qint64 start = offsetOf(m_first);
    m_used = m_write > start ? m_write - start : m_capacity - start + m_write;
}

/// Makes room for an entry of `bytes` in one piece and returns how many bytes at the ring's end it jumps over.
qint64 Journal::reserve(qint64 bytes)
{
    const qint64 jump = m_write + bytes > m_capacity ? m_capacity - m_write : 0;
    while (m_first <= m_sequence && (m_used + jump + bytes > m_capacity || m_sequence - m_first + 1 >= m_maxEntries))
        evictOldest();
    // An emptied ring starts over at its beginning.
    return m_first > m_sequence ? 0 : jump;
}

void Journal::append(const JournalRecord &record)
{
    if (m_maxEntries == 0 && !m_tap)
        return onlyCount();
    PackedEntry header{};
    header.user = quint16(qMin<qsizetype>(record.user.size(), 0xffff));
    header.correlation = quint16(qMin<qsizetype>(record.correlation.size(), 0xffff));
    header.request = quint16(qMin<qsizetype>(record.request.size(), 0xffff));
    header.textBytes = record.text.size();
    header.time = m_clock.now().sinceStart.count();
    header.session = record.session.value;
    header.leg = record.leg;
    header.direction = record.direction;
    header.kind = record.kind;
    header.status = record.status;
    header.fault = record.fault;
    if (m_maxEntries > 0)
        keep(header, record);
    else
        onlyCount();
    if (m_tap)
        m_tap->put(header, record, m_sequence);
}

void Journal::onlyCount()
{
    m_first = ++m_sequence + 1;
    ++m_evicted;
}

void Journal::keep(PackedEntry &header, const JournalRecord &record)
{
    const qint64 fixed = qint64(sizeof header) + header.user + header.correlation + header.request;
    if (fixed + 8 > m_capacity) {
        while (m_first <= m_sequence)
            evictOldest();
        return onlyCount();
    }
    // A text that would push out everything else is noted without its bytes.
    const bool fits = aligned(fixed + record.text.size()) <= m_capacity / 2 || aligned(fixed + record.text.size()) <= 4096;
    header.kept = fits && aligned(fixed + record.text.size()) <= m_capacity ? quint32(record.text.size()) : 0;
    header.total = aligned(fixed + header.kept);
    const qint64 jump = reserve(header.total);

    if (m_write + header.total > m_capacity)
        m_write = 0;        // also when the ring is filled to its last byte and nothing is jumped over
    char *out = m_ring.get() + m_write;
    m_offsets[std::size_t(++m_sequence % m_maxEntries)] = m_write;
    const auto put = [&out](const void *from, qint64 size) {
        std::memcpy(out, from, std::size_t(size));
        out += size;
    };
    put(&header, sizeof header);
    if (header.user)
        put(record.user.data(), header.user);
    if (header.correlation)
        put(record.correlation.data(), header.correlation);
    if (header.request)
        put(record.request.data(), header.request);
    if (header.kept)
        put(record.text.data(), header.kept);
    m_write += header.total;
    m_used += header.total + jump;
}

JournalPage Journal::after(quint64 sequence, std::size_t max) const
{
    JournalPage page;
    page.last = m_sequence;
    if (sequence >= m_sequence)
        return page;
    const quint64 begin = qMax(sequence + 1, m_first);
    page.skipped = begin - (sequence + 1);
    const quint64 end = begin + qMin<quint64>(m_sequence + 1 - begin, max);
    page.entries.reserve(std::size_t(end - begin));
    for (quint64 number = begin; number < end; ++number) {
        // Neighbors are often of one message, on both legs or in one stream: they share what names it.
        const JournalEntry *before = page.entries.empty() ? nullptr : &page.entries.back();
        page.entries.push_back(entryOf(JournalBatch::itemAt(m_ring.get() + offsetOf(number), number), before));
    }
    return page;
}

/// Where the entry ends in the ring.
qint64 Journal::endOf(quint64 sequence) const
{
    PackedEntry header;
    std::memcpy(&header, m_ring.get() + offsetOf(sequence), sizeof header);
    return offsetOf(sequence) + header.total;
}

/// The first number from `begin` on that `has` is false for; `end` when there is none. It is true up to there and false behind.
template <typename Predicate>
static quint64 firstWithout(quint64 begin, quint64 end, Predicate has)
{
    while (begin < end) {
        const quint64 middle = begin + (end - begin) / 2;
        if (has(middle))
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

JournalBatch Journal::batchAfter(quint64 sequence, std::size_t max, qint64 maxBytes) const
{
    const quint64 begin = qMax(sequence + 1, m_first);
    if (sequence >= m_sequence || begin > m_sequence || max == 0)
        return {};
    const qint64 start = offsetOf(begin);
    const auto isBeforeTheTurn = [this, start](quint64 number) { return offsetOf(number) >= start; };
    const quint64 last = begin + qMin<quint64>(m_sequence + 1 - begin, max);
    const quint64 turn = firstWithout(begin, last, isBeforeTheTurn);
    const qint64 toTheTurn = endOf(turn - 1) - start;
    const auto fits = [&](quint64 number) { return (isBeforeTheTurn(number) ? offsetOf(number) - start : toTheTurn + offsetOf(number)) < maxBytes; };
    const quint64 end = qMax(begin + 1, firstWithout(begin, last, fits));
    const quint64 middle = qMin(end, turn);
    const qint64 head = endOf(middle - 1) - start;
    const qint64 tail = end > middle ? endOf(end - 1) : 0;
    JournalBatch batch(begin, head + tail);
    batch.append(m_ring.get() + start, head, std::size_t(middle - begin));
    batch.append(m_ring.get(), tail, std::size_t(end - middle));
    return batch;
}

void Journal::clear()
{
    m_evicted += m_sequence + 1 - m_first;
    m_first = m_sequence + 1;
    m_used = m_write = 0;
}

} // namespace trunkline
