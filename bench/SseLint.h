// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <chrono>
#include <optional>
#include <vector>

namespace trunkline {

/// A finding about a stream of events.
struct LintFinding
{
    enum class Level { Error, Warning, Note };
    Level level = Level::Warning;
    QByteArray rule{};      ///< "missing-blank-line"
    qsizetype at = 0;       ///< byte of the body, from 0
    QString text{};         ///< one sentence
};

/// Looks at a Server-Sent Events response byte by byte (WHATWG HTML §9.2): wrong content type, an unfinished event at the
/// end, mixed or odd line ends, fields that do not exist, ids that go back, data that is no JSON, no keep-alive, and chunks
/// that came together although they were sent apart. Plain class: bytes and times are given to it.
class SseLint final
{
public:
    /// Silence that a proxy may cut: without a comment or an event for longer there should be a keep-alive.
    static constexpr std::chrono::seconds kProxyPatience{30};

    void head(int status, const QByteArray &contentType, const QByteArray &cacheControl, const QByteArray &encoding);
    /// Bytes of the body as they arrived at `now`, any start.
    void feed(QByteArrayView bytes, std::chrono::microseconds now);
    void end(std::chrono::microseconds now);

    [[nodiscard]] const std::vector<LintFinding> &findings() const { return m_findings; }
    [[nodiscard]] int events() const { return m_events; }
    [[nodiscard]] int comments() const { return m_comments; }
    /// The deltas of a token stream joined: of `data.delta`, `delta`, `data.token`, `token` or OpenAI's `choices.0.delta.content`.
    [[nodiscard]] const QByteArray &mergedText() const { return m_merged; }

private:
    void line(const QByteArray &text, qsizetype at);
    void field(const QByteArray &name, const QByteArray &value, qsizetype at);
    void dispatch();
    void addDelta(const QByteArray &json);
    void note(LintFinding::Level level, const char *rule, qsizetype at, const QString &text);
    void lookAtSilence(std::chrono::microseconds now);

    std::vector<LintFinding> m_findings;
    QByteArray m_line;
    QByteArray m_data;
    QByteArray m_merged;
    QByteArray m_lastId;
    std::optional<qint64> m_lastNumber;
    qsizetype m_at = 0;             ///< bytes before m_line's next one
    qsizetype m_eventAt = 0;
    std::chrono::microseconds m_lastByte{-1};
    std::chrono::microseconds m_now{};
    std::vector<std::pair<std::chrono::microseconds, qint64>> m_stamps;     ///< arrival, and the time in the event itself
    int m_events = 0;
    int m_comments = 0;
    int m_lineFeeds = 0;
    int m_returns = 0;
    int m_both = 0;
    bool m_isStream = false;
    bool m_hasData = false;
    bool m_inEvent = false;
    bool m_afterReturn = false;
    bool m_final = false;
};

[[nodiscard]] QByteArray levelName(LintFinding::Level level);

} // namespace trunkline
