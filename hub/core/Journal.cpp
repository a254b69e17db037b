// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Journal.h"

#include <cstring>

namespace trunkline {

/// An entry in the ring: this, then user, correlation id, request id and text, then padding to eight bytes.
struct Journal::Header
{
    qint64 total;           ///< bytes of the entry
    qint64 skippedBefore;   ///< unused bytes at the end of the ring that this entry jumped over
    qint64 time;            ///< microseconds
    quint64 session;
    qint64 textBytes;       ///< of the text as it was
    quint32 kept;           ///< bytes of it that follow
    quint16 user;
    quint16 correlation;
    quint16 request;
    Leg leg;
    Direction direction;
    EntryKind kind;
    EntryStatus status;
    Fault fault;
};

namespace {

constexpr qint64 aligned(qint64 bytes) { return (bytes + 7) & ~qint64(7); }

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
    Header header;
    std::memcpy(&header, m_ring.get() + offsetOf(m_first), sizeof header);
    m_used -= header.total;
    ++m_first;
    ++m_evicted;
    if (m_first > m_sequence) {
        m_used = m_write = 0;
        return;
    }
    std::memcpy(&header, m_ring.get() + offsetOf(m_first), sizeof header);
    m_used -= header.skippedBefore;
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
    if (m_maxEntries == 0) {
        m_first = ++m_sequence + 1;
        ++m_evicted;
        return;
    }
    Header header{};
    header.user = quint16(qMin<qsizetype>(record.user.size(), 0xffff));
    header.correlation = quint16(qMin<qsizetype>(record.correlation.size(), 0xffff));
    header.request = quint16(qMin<qsizetype>(record.request.size(), 0xffff));
    header.textBytes = record.text.size();
    const qint64 fixed = qint64(sizeof header) + header.user + header.correlation + header.request;
    if (fixed + 8 > m_capacity) {
        while (m_first <= m_sequence)
            evictOldest();
        m_first = ++m_sequence + 1;
        ++m_evicted;
        return;
    }
    // A text that would push out everything else is noted without its bytes.
    const bool fits = aligned(fixed + record.text.size()) <= m_capacity / 2 || aligned(fixed + record.text.size()) <= 4096;
    header.kept = fits && aligned(fixed + record.text.size()) <= m_capacity ? quint32(record.text.size()) : 0;
    header.total = aligned(fixed + header.kept);
    header.skippedBefore = reserve(header.total);
    header.time = m_clock.now().sinceStart.count();
    header.session = record.session.value;
    header.leg = record.leg;
    header.direction = record.direction;
    header.kind = record.kind;
    header.status = record.status;
    header.fault = record.fault;

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
    m_used += header.total + header.skippedBefore;
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
    // Neighbors are often of one message, on both legs or in one stream: they share what names it.
    const auto shared = [&page](QByteArray JournalEntry::*member, const char *bytes, qsizetype size) {
        const QByteArray *before = page.entries.empty() ? nullptr : &(page.entries.back().*member);
        return before && *before == QByteArrayView(bytes, size) ? *before : QByteArray(bytes, size);
    };
    for (quint64 number = begin; number < end; ++number) {
        const char *at = m_ring.get() + offsetOf(number);
        Header header;
        std::memcpy(&header, at, sizeof header);
        at += sizeof header;
        JournalEntry entry;
        entry.sequence = number;
        entry.time = {Clock::Duration(header.time)};
        entry.leg = header.leg;
        entry.direction = header.direction;
        entry.kind = header.kind;
        entry.status = header.status;
        entry.fault = header.fault;
        entry.session = {header.session};
        entry.user = shared(&JournalEntry::user, at, header.user);
        entry.correlation = shared(&JournalEntry::correlation, at + header.user, header.correlation);
        at += header.user + header.correlation;
        entry.request = QByteArray(at, header.request);
        entry.text = QByteArray(at + header.request, qsizetype(header.kept));
        entry.textBytes = header.textBytes;
        page.entries.push_back(std::move(entry));
    }
    return page;
}

void Journal::clear()
{
    m_evicted += m_sequence + 1 - m_first;
    m_first = m_sequence + 1;
    m_used = m_write = 0;
}

} // namespace trunkline
