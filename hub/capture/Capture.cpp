// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/Capture.h"

#include "hub/core/JsonTree.h"
#include "hub/view/HubJsonNames.h"

#include <QDateTime>
#include <QFile>
#include <QTimeZone>

#include <limits>
#include <optional>

namespace trunkline {

namespace {

using hubjson::nameOf;

QByteArray quoted(QByteArrayView utf8)
{
    QByteArray out;
    appendCaptureString(out, utf8);
    return out;
}

class Members
{
public:
    explicit Members(const JsonTree::Node &node) : m_node(node) { }
    [[nodiscard]] QByteArray text(QByteArrayView name) const
    {
        const JsonTree::Node *member = m_node.child(name);
        return member && member->isString() ? member->text() : QByteArray();
    }
    [[nodiscard]] qint64 number(QByteArrayView name, qint64 fallback = 0) const
    {
        const JsonTree::Node *member = m_node.child(name);
        bool fine = false;
        const qint64 value = member && member->type == JsonType::Number ? member->raw.toByteArray().toLongLong(&fine) : 0;
        return fine ? value : fallback;
    }
    /// Of something counted: 0 when it is not there; a negative one, or what is no whole number, is damage.
    [[nodiscard]] std::optional<quint64> count(QByteArrayView name) const
    {
        const qint64 value = m_node.child(name) ? number(name, -1) : 0;
        return value < 0 ? std::nullopt : std::optional(quint64(value));
    }
    template <typename Names>
    [[nodiscard]] auto word(QByteArrayView name, const Names &names) const
    {
        return hubjson::valueOf(names, QString::fromUtf8(text(name)));
    }

private:
    const JsonTree::Node &m_node;
};

std::optional<JournalEntry> entryOf(const JsonTree::Node &node)
{
    const Members in(node);
    const auto sequence = in.count("n");
    const auto session = in.count("session");
    const auto size = in.count("size");
    if (!sequence || !session || !size || *size > quint64(std::numeric_limits<qsizetype>::max()))
        return std::nullopt;
    JournalEntry entry;
    entry.sequence = *sequence;
    entry.time = {Clock::Duration(in.number("t_us"))};
    entry.leg = in.word("leg", hubjson::kLegs);
    entry.direction = in.word("dir", hubjson::kDirections);
    entry.kind = in.word("kind", hubjson::kKinds);
    entry.status = in.word("status", hubjson::kStatuses);
    entry.session = {*session};
    entry.user = in.text("user");
    entry.correlation = in.text("cid");
    entry.request = in.text("rid");
    entry.fault = in.word("fault", hubjson::kFaults);
    entry.text = node.child("base64") ? QByteArray::fromBase64(in.text("base64")) : in.text("text");
    entry.textBytes = node.child("size") ? qsizetype(*size) : entry.text.size();
    return entry;
}

/// Takes what a line says; false when it can't be. What is neither entry nor gap is of a newer minor version, and fine.
bool take(Capture &capture, const JsonTree::Node &line)
{
    if (const JsonTree::Node *gap = line.child("gap")) {
        const auto skipped = Members(*gap).count("skipped");
        if (!skipped)
            return false;
        capture.gaps.push_back({capture.entries.size(), *skipped});
        capture.skipped += *skipped;
    } else if (line.child("n") && line.child("kind")) {
        auto entry = entryOf(line);
        if (!entry)
            return false;
        capture.entries.push_back(*std::move(entry));
    }
    return true;
}

Result<CaptureHeader> headerOf(QByteArrayView line)
{
    const auto none = [] { return failure(ErrorCode::InvalidMessage, QStringLiteral("this is no capture: its first line is no header with a \"format\"")); };
    const auto tree = JsonTree::parse(line.toByteArray());
    if (!tree || !tree->root().isObject())
        return none();
    const Members in(tree->root());
    const QByteArray format = in.text("format");
    bool fine = false;
    const int major = format.split('.').first().toInt(&fine);
    if (!fine)
        return none();
    if (major > kCaptureMajor) {
        return failure(ErrorCode::InvalidMessage,
                       QStringLiteral("this capture has format %1; this program (%2) reads up to %3.x: a newer Trunkline opens it")
                           .arg(QString::fromUtf8(format), QStringLiteral(TRUNKLINE_VERSION)).arg(kCaptureMajor));
    }
    CaptureHeader header;
    header.version = in.text("hub");
    header.startedAt = std::chrono::milliseconds(QDateTime::fromString(QString::fromUtf8(in.text("started")), Qt::ISODateWithMs).toMSecsSinceEpoch());
    header.url = in.text("url");
    header.webSocketUrl = in.text("ws_url");
    header.part = int(in.number("part", 1));
    for (const auto &[name, path] : {std::pair("push_path", &header.pushPath), std::pair("send_path", &header.sendPath)}) {
        if (const QByteArray text = in.text(name); !text.isEmpty())
            *path = text;
    }
    if (const JsonTree::Node *settings = tree->root().child("settings")) {
        for (const JsonTree::Node &member : settings->children)
            header.settings.emplace_back(member.name, member.text());
    }
    if (const JsonTree::Node *redactions = tree->root().child("redactions")) {
        for (const JsonTree::Node &path : redactions->children)
            header.redactions << path.text();
    }
    return header;
}

} // namespace

QStringList Capture::remarks() const
{
    QStringList remarks;
    if (torn)
        remarks << QStringLiteral("the last line is cut off and was left out: the recording was stopped in the middle of it");
    if (skipped > 0)
        remarks << QStringLiteral("%1 messages are missing: the recorder fell behind").arg(skipped);
    if (!damaged.empty())
        remarks << QStringLiteral("%1 lines cannot be read and were left out, the first is line %2").arg(damaged.size()).arg(damaged.front());
    return remarks;
}

QByteArray captureLine(const CaptureHeader &header)
{
    const QDateTime started = QDateTime::fromMSecsSinceEpoch(header.startedAt.count(), QTimeZone::utc());
    QByteArray out = "{\"format\":\"" + QByteArray::number(kCaptureMajor) + '.' + QByteArray::number(kCaptureMinor) + "\",\"hub\":"
        + quoted(header.version) + ",\"started\":" + quoted(started.toString(Qt::ISODateWithMs).toLatin1());
    out += ",\"url\":" + quoted(header.url) + ",\"ws_url\":" + quoted(header.webSocketUrl) + ",\"push_path\":" + quoted(header.pushPath)
        + ",\"send_path\":" + quoted(header.sendPath);
    if (header.part > 1)
        out += ",\"part\":" + QByteArray::number(header.part);
    out += ",\"settings\":{";
    for (const auto &[name, value] : header.settings)
        out += (out.endsWith('{') ? "" : ",") + quoted(name) + ':' + quoted(value);
    out += "},\"redactions\":[";
    for (const QByteArray &path : header.redactions)
        out += (out.endsWith('[') ? "" : ",") + quoted(path);
    return out + "]}\n";
}

QByteArray captureGapLine(quint64 skipped) { return "{\"gap\":{\"skipped\":" + QByteArray::number(skipped) + "}}\n"; }

QByteArray toBytes(const Capture &capture)
{
    QByteArray out = captureLine(capture.header);
    auto gap = capture.gaps.begin();
    for (std::size_t i = 0; i <= capture.entries.size(); ++i) {
        for (; gap != capture.gaps.end() && gap->before <= i; ++gap)
            out += captureGapLine(gap->skipped);
        if (i < capture.entries.size())
            appendCaptureLine(out, capture.entries[i]);
    }
    return out;
}

Result<Capture> readCapture(QByteArrayView bytes)
{
    qsizetype end = bytes.indexOf('\n');
    auto header = headerOf(bytes.first(end < 0 ? bytes.size() : end));
    if (!header)
        return tl::unexpected(header.error());
    Capture capture;
    capture.header = *std::move(header);
    qint64 number = 1;
    while (end >= 0 && end + 1 < bytes.size()) {
        bytes = bytes.sliced(end + 1);
        end = bytes.indexOf('\n');
        ++number;
        const QByteArrayView line = bytes.first(end < 0 ? bytes.size() : end).trimmed();
        if (line.isEmpty())
            continue;
        const auto tree = line.size() <= kMaxCaptureLine ? JsonTree::parse(line.toByteArray()) : failure(ErrorCode::InvalidJson, {});
        if (!tree && end < 0)
            capture.torn = true;
        else if (!tree || !take(capture, tree->root()))
            capture.damaged.push_back(number);
    }
    return capture;
}

Result<Capture> readCaptureFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    auto capture = readCapture(file.readAll());
    if (!capture)
        return failure(capture.error().code, path + QStringLiteral(": ") + capture.error().detail);
    return capture;
}

} // namespace trunkline
