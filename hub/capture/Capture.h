// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JournalBatch.h"
#include "hub/core/Result.h"

#include <QByteArrayList>
#include <QStringList>

/// A capture: what went over both legs of a hub, in a file of one JSON object a line (`NAME.trunk`). Plain values and bytes.
namespace trunkline {

inline constexpr int kCaptureMajor = 1;         ///< a reader refuses a newer one
inline constexpr int kCaptureMinor = 0;         ///< a newer one only adds members
inline constexpr qint64 kMaxCaptureLine = 64LL * 1024 * 1024;

/// The first line of a capture.
struct CaptureHeader
{
    QByteArray version = TRUNKLINE_VERSION;             ///< of the hub
    std::chrono::milliseconds startedAt{};              ///< t_us 0, since 1970-01-01 UTC
    QByteArray url{};                                   ///< http://127.0.0.1:8080
    QByteArray webSocketUrl{};
    QByteArray pushPath = "/sse/push";
    QByteArray sendPath = "/sse/send";
    std::vector<std::pair<QByteArray, QByteArray>> settings{};      ///< NAME and text; no secrets
    QByteArrayList redactions{};                        ///< paths whose values are masked
    int part = 1;                                       ///< of a recording that was split at --max-size
};

/// A whole capture in memory. Entries keep the numbers that the recording gave them; their times count from its start.
struct Capture
{
    CaptureHeader header{};
    std::vector<JournalEntry> entries{};
    struct Gap
    {
        std::size_t before = 0;     ///< index into `entries`
        quint64 skipped = 0;
    };
    std::vector<Gap> gaps{};
    quint64 skipped = 0;            ///< messages that the recorder missed
    bool torn = false;              ///< the last line was cut: whoever wrote it was stopped
    std::vector<qint64> damaged{};  ///< numbers of other lines that could not be read

    /// What a reader should be told, one sentence each; empty when the capture is whole.
    [[nodiscard]] QStringList remarks() const;
};

/// One line each, with its line feed.
[[nodiscard]] QByteArray captureLine(const CaptureHeader &header);
[[nodiscard]] QByteArray captureGapLine(quint64 skipped);
void appendCaptureLine(QByteArray &out, const JournalItem &item);
void appendCaptureLine(QByteArray &out, const JournalEntry &entry);
/// UTF-8 as a JSON string with its quotes.
void appendCaptureString(QByteArray &out, QByteArrayView utf8);
[[nodiscard]] QByteArray toBytes(const Capture &capture);

/// Reads a capture. InvalidMessage: it is none, or of a newer major version. Torn and damaged lines are no error.
[[nodiscard]] Result<Capture> readCapture(QByteArrayView bytes);
/// The same from a file; also Io.
[[nodiscard]] Result<Capture> readCaptureFile(const QString &path);

} // namespace trunkline
