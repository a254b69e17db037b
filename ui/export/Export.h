// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

/// What a window shows, as a file for other programs. Plain functions on copies: any thread.
namespace trunkline::exporting {

enum class Format : quint8 { JsonLines, Csv, Har };
/// By the ending of the name: .jsonl or .ndjson, .csv, .har; nothing for another.
[[nodiscard]] std::optional<Format> formatOf(const QString &path);

/// One message with what surrounds it.
struct Message
{
    JournalEntry entry;
    std::chrono::milliseconds at{};     ///< since 1970-01-01 UTC
};

struct Column
{
    QString title;
    int number = 0;         ///< of TrafficModel or ExchangeModel
    QString path{};         ///< not empty: what stands there in the payload
};

/// The rows in sight, in their order; either exchanges or messages.
struct Shown
{
    std::vector<std::shared_ptr<const ExchangeInfo>> exchanges{};
    std::vector<Message> replies{};                 ///< of those exchanges, for HAR
    std::vector<Message> messages{};
    std::vector<Column> columns{};                  ///< those in sight from left to right, for CSV
    HubSnapshot hub{};                              ///< addresses and paths
};

/// One JSON object a line: every field, payloads as JSON where they are, times in ISO 8601 with milliseconds (UTC).
[[nodiscard]] QByteArray jsonLines(const Shown &shown);
/// The columns in sight, RFC 4180, UTF-8 with CRLF. A cell that a spreadsheet would run as a formula gets an apostrophe.
[[nodiscard]] QByteArray csv(const Shown &shown);
/// HAR 1.2: a request with its stream, a push, and for each session in sight its WebSocket messages as browsers write them.
[[nodiscard]] QByteArray har(const Shown &shown);
[[nodiscard]] QByteArray write(Format format, const Shown &shown);

} // namespace trunkline::exporting
