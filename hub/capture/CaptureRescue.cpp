// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/CaptureRescue.h"

#include "hub/capture/Capture.h"
#include "hub/core/JournalTap.h"
#include "hub/core/JsonTree.h"

#include <QFile>

namespace trunkline {

namespace {

constexpr qsizetype kWriteBytes = 256 * 1024;   // at a time
constexpr qint64 kReadBytes = 64 * 1024;

/// Where the last line feed before `end` is; -1: there is none.
qint64 lineFeedBefore(QFile &file, qint64 end)
{
    while (end > 0) {
        const qint64 begin = std::max<qint64>(0, end - kReadBytes);
        if (!file.seek(begin))
            return -1;
        const qsizetype at = file.read(end - begin).lastIndexOf('\n');
        if (at >= 0)
            return begin + at;
        end = begin;
    }
    return -1;
}

quint64 numberIn(const JsonTree::Node *node, QByteArrayView name)
{
    const JsonTree::Node *member = node ? node->child(name) : nullptr;
    return member && member->type == JsonType::Number ? member->raw.toByteArray().toULongLong() : 0;
}

/// The number of the last message that the whole lines up to `end` account for; 0: they hold none.
quint64 lastNumber(QFile &file, qint64 end)
{
    quint64 missed = 0;
    while (end > 0) {
        const qint64 begin = lineFeedBefore(file, end - 1) + 1;
        if (!file.seek(begin))
            return 0;
        const auto line = JsonTree::parse(file.read(end - begin));
        if (!line || line->root().child("format"))
            return 0;
        if (const quint64 number = numberIn(&line->root(), "n"))
            return number + missed;
        missed += numberIn(line->root().child("gap"), "skipped");
        end = begin;
    }
    return 0;
}

} // namespace

Result<quint64> finishCapture(const QString &path, std::span<char> memory)
{
    JournalTap tap(memory);
    auto item = tap.next();
    if (!item)
        return 0;       // all of it is in the file, which may not even be ours
    QFile file(path);
    const auto failed = [&] { return failure(ErrorCode::Io, QStringLiteral("cannot finish %1: %2").arg(path, file.errorString())); };
    if (!file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered))
        return failed();
    const qint64 end = lineFeedBefore(file, file.size()) + 1;
    if (end == 0)
        return failure(ErrorCode::InvalidMessage, QStringLiteral("%1 has no first line").arg(path));
    quint64 last = lastNumber(file, end);
    if (!file.resize(end) || !file.seek(end))
        return failed();

    quint64 added = 0;
    QByteArray lines;
    for (; item; item = tap.next()) {
        if (item->sequence <= last)
            continue;
        if (last > 0 && item->sequence > last + 1)
            lines += captureGapLine(item->sequence - last - 1);
        last = item->sequence;
        item->time = {item->time - tap.base()};
        appendCaptureLine(lines, *item);
        ++added;
        if (lines.size() >= kWriteBytes) {
            if (file.write(lines) != lines.size())
                return failed();
            lines.resize(0);
        }
    }
    // One may be the message that was being noted when the end came.
    if (last > 0 && tap.last() > last + 1)
        lines += captureGapLine(tap.last() - last);
    if (file.write(lines) != lines.size())
        return failed();
    tap.release();
    return added;
}

} // namespace trunkline
