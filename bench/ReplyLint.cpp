// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/ReplyLint.h"

#include "hub/core/JsonText.h"

#include <algorithm>

namespace trunkline {

ReplyLint lintReplies(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages)
{
    ReplyLint result;
    std::vector<std::chrono::microseconds> times;
    for (const ExchangeStep &step : exchange.steps) {
        if (step.kind == StepKind::Reply || step.kind == StepKind::LateReply)
            times.push_back(step.at);
    }
    SseLint lint;
    lint.head(200, "text/event-stream", "no-cache", {});
    bool final = false;
    for (const JournalEntry &entry : messages) {
        if (entry.kind != EntryKind::Reply || (entry.status != EntryStatus::Ok && entry.status != EntryStatus::Late))
            continue;
        const std::size_t index = result.pieces.size();
        ReplyLint::Piece piece{index < times.size() ? times[index] : std::chrono::microseconds{}, entry.text, {}, entry.status == EntryStatus::Late};
        const qsizetype before = lint.mergedText().size();
        lint.feed(QByteArray("data: " + jsontext::oneLine(entry.text).trimmed() + "\n\n"), piece.at);
        piece.delta = lint.mergedText().mid(before);
        final = final || jsontext::valueAt(entry.text, "is_final") == "true" || jsontext::valueAt(entry.text, "type") == "\"final_response\"";
        result.pieces.push_back(std::move(piece));
    }
    lint.end(result.pieces.empty() ? std::chrono::microseconds{} : result.pieces.back().at);
    result.merged = lint.mergedText();
    for (const LintFinding &finding : lint.findings()) {
        if (finding.rule == "after-final" || finding.rule == "buffered")
            result.findings.push_back(finding);
    }
    // Who hangs up early has not waited for it.
    const bool waited = exchange.state == ExchangeState::TimedOut || exchange.state == ExchangeState::Disconnected;
    if (waited && !result.pieces.empty() && !final) {
        result.findings.push_back({LintFinding::Level::Error, "no-final", 0,
                                   QStringLiteral("no reply has is_final: true: who reads the stream waits until it times out")});
    }
    if (exchange.lateReplies > 0 && final) {
        const bool said = std::any_of(result.findings.begin(), result.findings.end(), [](const LintFinding &finding) { return finding.rule == "after-final"; });
        if (!said)
            result.findings.push_back({LintFinding::Level::Warning, "late", 0, QStringLiteral("%1 replies came behind the end: nobody reads them").arg(exchange.lateReplies)});
    }
    return result;
}

} // namespace trunkline
