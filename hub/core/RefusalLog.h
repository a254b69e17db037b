// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/Metrics.h"

#include <QByteArray>

#include <deque>

namespace trunkline {

/// Somebody who was turned away, once or several times for the same reason.
struct Refusal
{
    quint64 number = 0;                 ///< 1, 2, 3 …; grows with each new entry
    std::chrono::milliseconds at{};     ///< the last time, since 1970-01-01 UTC
    QByteArray remote{};                ///< address:port, the last one
    int code = 0;                       ///< HTTP status, or WebSocket close code
    QByteArray reason{};                ///< what the peer was told
    quint64 count = 1;
    friend bool operator==(const Refusal &, const Refusal &) = default;
};

/// Who was refused lately and why: the last kMaxEntries, and counters of all. The same reason from the same address counts as
/// one entry for a while. Not thread-safe; lives on the hub's thread.
class RefusalLog
{
public:
    static constexpr std::size_t kMaxEntries = 200;
    static constexpr std::size_t kMergeDepth = 16;              ///< how far back an equal entry is looked for
    static constexpr std::chrono::seconds kMergeTime{10};
    static constexpr int kMaxLinesInMergeTime = 20;

    /// What note() wants done with the news.
    enum class Worth { Nothing, Line, LastLine };

    RefusalLog(const Clock &clock, Metrics &metrics) : m_clock(clock), m_metrics(metrics) { }

    /// Whether an answer with this HTTP status turns somebody away: 401, 403, 408, 413, 414, 421, 429, 431 and 503.
    [[nodiscard]] static bool isRefusal(int status);
    /// `reason` holds no secret. Line: worth a line in the log; LastLine: the last one for a while; Nothing: it only counts.
    Worth note(QByteArrayView remote, int code, QByteArrayView reason);
    [[nodiscard]] const std::deque<Refusal> &recent() const { return m_recent; }
    void clear() { m_recent.clear(); }

private:
    void count(int code);
    Worth worthOfLine(std::chrono::milliseconds now);

    const Clock &m_clock;
    Metrics &m_metrics;
    std::deque<Refusal> m_recent;       ///< oldest first
    quint64 m_lastNumber = 0;
    std::chrono::milliseconds m_linesSince{0};
    int m_lines = 0;
};

} // namespace trunkline
