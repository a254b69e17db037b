// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JournalBatch.h"

#include <cstring>
#include <utility>

namespace trunkline {

namespace {

qsizetype cut(qsizetype size) { return qMin<qsizetype>(size, 0xffff); }

qint64 packedBytes(const JournalEntry &entry)
{
    return JournalBatch::aligned(qint64(sizeof(PackedEntry)) + cut(entry.user.size()) + cut(entry.correlation.size()) + cut(entry.request.size())
                                 + entry.text.size());
}

} // namespace

// Not initialized: what is read was written.
JournalBatch::JournalBatch(quint64 first, qint64 bytes) : m_data(new char[std::size_t(bytes)]), m_capacity(bytes), m_first(first) { }

void JournalBatch::append(const char *packed, qint64 bytes, std::size_t count)
{
    Q_ASSERT(m_bytes + bytes <= m_capacity);
    std::memcpy(m_data.get() + m_bytes, packed, std::size_t(bytes));
    m_bytes += bytes;
    m_count += count;
}

bool JournalBatch::append(const JournalEntry &entry)
{
    PackedEntry header{};
    header.total = packedBytes(entry);
    if (entry.sequence != m_first + m_count || m_bytes + header.total > m_capacity)
        return false;
    header.time = entry.time.sinceStart.count();
    header.session = entry.session.value;
    header.textBytes = entry.textBytes;
    header.kept = quint32(entry.text.size());
    header.user = quint16(cut(entry.user.size()));
    header.correlation = quint16(cut(entry.correlation.size()));
    header.request = quint16(cut(entry.request.size()));
    header.leg = entry.leg;
    header.direction = entry.direction;
    header.kind = entry.kind;
    header.status = entry.status;
    header.fault = entry.fault;
    char *out = m_data.get() + m_bytes;
    const auto put = [&out](const void *from, std::size_t size) {
        if (size > 0)
            std::memcpy(out, from, size);
        out += size;
    };
    put(&header, sizeof header);
    put(entry.user.constData(), header.user);
    put(entry.correlation.constData(), header.correlation);
    put(entry.request.constData(), header.request);
    put(entry.text.constData(), header.kept);
    m_bytes += header.total;
    ++m_count;
    return true;
}

JournalItem JournalBatch::itemAt(const char *at, quint64 sequence)
{
    PackedEntry header;
    std::memcpy(&header, at, sizeof header);
    auto next = [text = at + sizeof header](qsizetype size) mutable { return QByteArrayView(std::exchange(text, text + size), size); };
    JournalItem item;
    item.sequence = sequence;
    item.time = {Clock::Duration(header.time)};
    item.textBytes = header.textBytes;
    item.packedBytes = header.total;
    JournalRecord &record = item.record;
    record.leg = header.leg;
    record.direction = header.direction;
    record.kind = header.kind;
    record.status = header.status;
    record.session = {header.session};
    record.fault = header.fault;
    record.user = next(header.user);
    record.correlation = next(header.correlation);
    record.request = next(header.request);
    record.text = next(qsizetype(header.kept));
    return item;
}

void JournalBatch::unpack(JournalPage &page, quint64 sequence, std::size_t max) const
{
    forEachAfter(sequence, [&page, max](const JournalItem &item) {
        if (page.entries.size() >= max)
            return false;
        page.entries.push_back(entryOf(item, page.entries.empty() ? nullptr : &page.entries.back()));
        return true;
    });
}

JournalEntry entryOf(const JournalItem &item, const JournalEntry *before)
{
    const auto shared = [before](QByteArray JournalEntry::*member, QByteArrayView bytes) {
        return before && before->*member == bytes ? before->*member : bytes.toByteArray();
    };
    const JournalRecord &record = item.record;
    JournalEntry entry;
    entry.sequence = item.sequence;
    entry.time = item.time;
    entry.leg = record.leg;
    entry.direction = record.direction;
    entry.kind = record.kind;
    entry.status = record.status;
    entry.session = record.session;
    entry.user = shared(&JournalEntry::user, record.user);
    entry.correlation = shared(&JournalEntry::correlation, record.correlation);
    entry.text = record.text.toByteArray();
    entry.textBytes = item.textBytes;
    entry.fault = record.fault;
    entry.request = record.request.toByteArray();
    return entry;
}

std::vector<std::shared_ptr<const JournalBatch>> packed(std::span<const JournalEntry> entries)
{
    std::vector<std::shared_ptr<const JournalBatch>> batches;
    for (std::size_t begin = 0; begin < entries.size();) {
        std::size_t end = begin;
        qint64 bytes = 0;
        for (; end < entries.size() && entries[end].sequence == entries[begin].sequence + (end - begin); ++end)
            bytes += packedBytes(entries[end]);
        auto batch = std::make_shared<JournalBatch>(entries[begin].sequence, bytes);
        for (; begin < end; ++begin)
            batch->append(entries[begin]);
        batches.push_back(std::move(batch));
    }
    return batches;
}

} // namespace trunkline
