// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/SseLint.h"

#include "hub/core/JsonTree.h"

#include <QList>

#include <algorithm>

namespace trunkline {

namespace {

using Level = LintFinding::Level;
using std::chrono::microseconds;

constexpr qint64 kApart = 50'000;           ///< microseconds between stamps that count as sent apart
constexpr microseconds kTogether{2'000};    ///< arrivals that count as one

/// The time an event says it was made, in microseconds: a number of seconds or milliseconds.
std::optional<qint64> stampOf(const JsonTree::Node &root)
{
    for (const char *path : {"timestamp", "data.timestamp", "ts", "time", "data.ts", "created"}) {
        const JsonTree::Node *node = root.at(path);
        if (!node || node->type != JsonType::Number)
            continue;
        const double value = node->raw.toDouble();
        return qint64(value > 1e11 ? value * 1e3 : value * 1e6);
    }
    return std::nullopt;
}

} // namespace

QByteArray levelName(LintFinding::Level level)
{
    return level == Level::Error ? "error" : level == Level::Warning ? "warning" : "note";
}

void SseLint::note(Level level, const char *rule, qsizetype at, const QString &text)
{
    // One of a kind is enough to know what to mend.
    const bool known = std::any_of(m_findings.begin(), m_findings.end(), [rule](const LintFinding &finding) { return finding.rule == rule; });
    if (!known)
        m_findings.push_back({level, rule, at, text});
}

void SseLint::head(int status, const QByteArray &contentType, const QByteArray &cacheControl, const QByteArray &encoding)
{
    if (status != 200)
        note(Level::Error, "status", 0, QStringLiteral("the status is %1; browsers open a stream only for 200").arg(status));
    const QByteArray type = contentType.toLower().split(';').first().trimmed();
    m_isStream = type == "text/event-stream";
    if (!m_isStream)
        note(Level::Error, "content-type", 0, QStringLiteral("Content-Type is %1; it has to be text/event-stream").arg(type.isEmpty() ? QStringLiteral("missing") : QString::fromUtf8(type)));
    if (!cacheControl.toLower().contains("no-cache") && !cacheControl.toLower().contains("no-store"))
        note(Level::Warning, "cache", 0, QStringLiteral("Cache-Control has no no-cache: something in between may keep the stream"));
    if (!encoding.isEmpty() && encoding.toLower() != "identity")
        note(Level::Warning, "compressed", 0, QStringLiteral("Content-Encoding is %1: compressors tend to hold events back").arg(QString::fromUtf8(encoding)));
}

void SseLint::lookAtSilence(microseconds now)
{
    if (m_lastByte.count() >= 0 && now - m_lastByte > kProxyPatience) {
        note(Level::Warning, "no-keep-alive", m_at, QStringLiteral("%1 s without a byte: a proxy may cut that; send a comment (\": keep-alive\") now and then")
             .arg((now - m_lastByte).count() / 1'000'000));
    }
    m_lastByte = now;
}

void SseLint::feed(QByteArrayView bytes, microseconds now)
{
    lookAtSilence(now);
    m_now = now;
    for (const char c : bytes) {
        const bool second = std::exchange(m_afterReturn, c == '\r') && c == '\n';
        ++m_at;
        if (second) {
            --m_returns;
            ++m_both;
            continue;
        }
        if (c != '\r' && c != '\n') {
            if (c == '\0')
                note(Level::Warning, "nul", m_at - 1, QStringLiteral("there is a NUL byte"));
            m_line += c;
            continue;
        }
        ++(c == '\r' ? m_returns : m_lineFeeds);
        const QByteArray whole = std::exchange(m_line, QByteArray());
        line(whole, m_at - 1 - whole.size());
    }
}

void SseLint::line(const QByteArray &text, qsizetype at)
{
    if (at == 0 && text.startsWith("\xef\xbb\xbf"))
        return line(text.mid(3), at + 3);
    if (text.isEmpty())
        return dispatch();
    if (!m_inEvent) {
        m_inEvent = true;
        m_eventAt = at;
    }
    if (text.startsWith(':')) {
        ++m_comments;
        return;
    }
    const qsizetype colon = text.indexOf(':');
    QByteArray value = colon < 0 ? QByteArray() : text.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    field(colon < 0 ? text : text.left(colon), value, at);
}

void SseLint::field(const QByteArray &name, const QByteArray &value, qsizetype at)
{
    if (name == "data") {
        // Two whole JSON texts in one event: the blank line between them is missing.
        if (m_hasData && JsonTree::parse(m_data) && JsonTree::parse(value))
            note(Level::Error, "missing-blank-line", at, QStringLiteral("two JSON texts in one event: a blank line is missing before this data"));
        m_data += (m_hasData ? "\n" : "") + value;
        m_hasData = true;
    } else if (name == "id") {
        bool isNumber = false;
        const qint64 number = value.toLongLong(&isNumber);
        if (value.contains('\0'))
            note(Level::Warning, "id-nul", at, QStringLiteral("an id with a NUL byte is ignored"));
        if (isNumber && m_lastNumber && number <= *m_lastNumber)
            note(Level::Error, number == *m_lastNumber ? "id-repeats" : "id-goes-back", at,
                 QStringLiteral("id %1 comes after %2: who resumes gets events twice or never").arg(number).arg(*m_lastNumber));
        else if (!isNumber && !value.isEmpty() && value == m_lastId)
            note(Level::Error, "id-repeats", at, QStringLiteral("id %1 stands at two events").arg(QString::fromUtf8(value)));
        if (isNumber)
            m_lastNumber = number;
        m_lastId = value;
    } else if (name == "retry") {
        if (value.isEmpty() || !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
            note(Level::Warning, "retry", at, QStringLiteral("retry is \"%1\": only digits count").arg(QString::fromUtf8(value)));
    } else if (name != "event") {
        note(Level::Error, "unknown-field", at, QStringLiteral("there is no field \"%1\": the line is ignored%2").arg(QString::fromUtf8(name.left(40)),
             JsonTree::parse(name) || name.startsWith('{') ? QStringLiteral("; \"data: \" is missing before it") : QString()));
    }
}

void SseLint::dispatch()
{
    m_inEvent = false;
    if (!std::exchange(m_hasData, false))
        return;
    const QByteArray data = std::exchange(m_data, QByteArray());
    ++m_events;
    if (m_final)
        note(Level::Warning, "after-final", m_eventAt, QStringLiteral("an event comes behind the one with is_final: true"));
    addDelta(data);
}

void SseLint::addDelta(const QByteArray &json)
{
    const auto tree = JsonTree::parse(json);
    if (!tree) {
        if (json != "[DONE]")
            note(Level::Note, "no-json", m_eventAt, QStringLiteral("the data of event %1 is no JSON").arg(m_events));
        return;
    }
    const JsonTree::Node *final = tree->root().child("is_final");
    m_final = final && final->raw == "true";
    for (const char *path : {"data.delta", "delta", "data.token", "token", "choices.0.delta.content"}) {
        const JsonTree::Node *delta = tree->root().at(path);
        if (delta && delta->isString()) {
            m_merged += delta->text();
            break;
        }
    }
    if (const auto stamp = stampOf(tree->root()))
        m_stamps.emplace_back(m_now, *stamp);
}

void SseLint::end(microseconds now)
{
    lookAtSilence(now);
    if (!m_line.isEmpty() || m_hasData)
        note(Level::Error, "missing-blank-line", m_eventAt, QStringLiteral("the stream ends inside of an event: without a blank line behind it, it is never delivered"));
    const int kinds = (m_lineFeeds > 0) + (m_returns > 0) + (m_both > 0);
    if (kinds > 1)
        note(Level::Warning, "mixed-line-ends", 0, QStringLiteral("line ends are mixed: %1 LF, %2 CR LF, %3 CR").arg(m_lineFeeds).arg(m_both).arg(m_returns));
    else if (m_returns > 0)
        note(Level::Warning, "line-ends", 0, QStringLiteral("lines end with a bare CR: a reader cannot tell the end before the next byte"));
    if (m_isStream && m_events == 0)
        note(Level::Warning, "no-events", 0, QStringLiteral("no event came"));
    int together = 0;
    for (std::size_t i = 1; i < m_stamps.size(); ++i)
        together += m_stamps[i].second - m_stamps[i - 1].second >= kApart && m_stamps[i].first - m_stamps[i - 1].first < kTogether;
    if (together > 0)
        note(Level::Warning, "buffered", 0, QStringLiteral("%1 events came together although their own times are apart: something in between buffers (nginx: proxy_buffering off)").arg(together));
}

} // namespace trunkline
