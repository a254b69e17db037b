// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Zip.h"

#include <QString>

#include <QtEndian>

#include <array>

namespace trunkline {

namespace {

constexpr quint32 kLocalHeader = 0x04034b50;
constexpr quint32 kCentralHeader = 0x02014b50;
constexpr quint32 kEnd = 0x06054b50;
constexpr qsizetype kLocalSize = 30;
constexpr qsizetype kCentralSize = 46;
constexpr qsizetype kEndSize = 22;
constexpr quint16 kUtf8Names = 0x0800;
constexpr quint16 kDate = 0x21;     // 1 January 1980: the same files make the same archive

quint32 crc32(QByteArrayView bytes)
{
    static const std::array<quint32, 256> table = [] {
        std::array<quint32, 256> made{};
        for (quint32 i = 0; i < 256; ++i) {
            quint32 value = i;
            for (int bit = 0; bit < 8; ++bit)
                value = (value >> 1) ^ (value & 1 ? 0xedb88320U : 0);
            made[i] = value;
        }
        return made;
    }();
    quint32 crc = 0xffffffffU;
    for (const char c : bytes)
        crc = table[(crc ^ uchar(c)) & 0xff] ^ (crc >> 8);
    return crc ^ 0xffffffffU;
}

template <typename Number>
void put(QByteArray &out, Number value)
{
    char bytes[sizeof value];
    qToLittleEndian(value, bytes);
    out.append(bytes, sizeof value);
}

template <typename Number>
Number at(const QByteArray &zip, qsizetype offset)
{
    return qFromLittleEndian<Number>(zip.constData() + offset);
}

/// What local and central header share: flags to the length of the extra field.
void putCommon(QByteArray &out, const ZipEntry &entry)
{
    put<quint16>(out, kUtf8Names);
    put<quint16>(out, 0);           // stored
    put<quint16>(out, 0);           // midnight
    put<quint16>(out, kDate);
    put<quint32>(out, crc32(entry.bytes));
    put<quint32>(out, quint32(entry.bytes.size()));
    put<quint32>(out, quint32(entry.bytes.size()));
    put<quint16>(out, quint16(entry.name.size()));
    put<quint16>(out, 0);
}

tl::unexpected<Error> bad(const char *why) { return failure(ErrorCode::InvalidMessage, QString::fromLatin1(why)); }

Result<ZipEntry> entryAt(const QByteArray &zip, qsizetype central)
{
    const auto flags = at<quint16>(zip, central + 8);
    const auto size = qsizetype(at<quint32>(zip, central + 20));
    const auto nameSize = qsizetype(at<quint16>(zip, central + 28));
    const auto local = qsizetype(at<quint32>(zip, central + 42));
    if ((flags & 1) || at<quint16>(zip, central + 10) != 0)
        return bad("the archive has compressed or encrypted files; Trunkline's own have none");
    if (central + kCentralSize + nameSize > zip.size() || local + kLocalSize > zip.size() || at<quint32>(zip, local) != kLocalHeader)
        return bad("the archive is damaged");
    const qsizetype data = local + kLocalSize + at<quint16>(zip, local + 26) + at<quint16>(zip, local + 28);
    if (data + size > zip.size())
        return bad("the archive is damaged");
    ZipEntry entry{zip.mid(central + kCentralSize, nameSize), zip.mid(data, size)};
    if (crc32(entry.bytes) != at<quint32>(zip, central + 16))
        return bad("a file in the archive is damaged");
    return entry;
}

} // namespace

QByteArray toZip(const std::vector<ZipEntry> &entries)
{
    QByteArray out;
    QByteArray central;
    for (const ZipEntry &entry : entries) {
        put<quint32>(central, kCentralHeader);
        put<quint16>(central, 20);      // made by, 2.0
        put<quint16>(central, 20);      // needs 2.0
        putCommon(central, entry);
        put<quint16>(central, 0);       // comment
        put<quint16>(central, 0);       // disk
        put<quint16>(central, 0);       // attributes
        put<quint32>(central, 0);
        put<quint32>(central, quint32(out.size()));
        central += entry.name;
        put<quint32>(out, kLocalHeader);
        put<quint16>(out, 20);
        putCommon(out, entry);
        out += entry.name + entry.bytes;
    }
    const auto begin = quint32(out.size());
    out += central;
    put<quint32>(out, kEnd);
    put<quint16>(out, 0);
    put<quint16>(out, 0);
    put<quint16>(out, quint16(entries.size()));
    put<quint16>(out, quint16(entries.size()));
    put<quint32>(out, quint32(central.size()));
    put<quint32>(out, begin);
    put<quint16>(out, 0);
    return out;
}

Result<std::vector<ZipEntry>> fromZip(const QByteArray &zip)
{
    const qsizetype end = zip.lastIndexOf(QByteArray("PK\x05\x06", 4));
    if (end < 0 || end + kEndSize > zip.size())
        return bad("this is no zip archive");
    const int count = at<quint16>(zip, end + 10);
    auto central = qsizetype(at<quint32>(zip, end + 16));
    std::vector<ZipEntry> entries;
    qsizetype room = zip.size();        // files that share their bytes could be more than memory holds
    for (int i = 0; i < count; ++i) {
        if (central + kCentralSize > end || at<quint32>(zip, central) != kCentralHeader)
            return bad("the archive is damaged");
        auto entry = entryAt(zip, central);
        if (!entry)
            return tl::unexpected(entry.error());
        room -= entry->bytes.size() + entry->name.size();
        if (room < 0)
            return bad("the archive is damaged");
        central += kCentralSize + at<quint16>(zip, central + 28) + at<quint16>(zip, central + 30) + at<quint16>(zip, central + 32);
        entries.push_back(*std::move(entry));
    }
    return entries;
}

} // namespace trunkline
