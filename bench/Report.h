// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/ScenarioRun.h"
#include "bench/Waterfall.h"

/// What scenarios came to, for people and for programs. Plain functions on values.
namespace trunkline {

/// What is known of a result besides itself.
struct ReportStyle
{
    Colors colors = Colors::Off;
    QString window = QStringLiteral("trunkline-desktop");   ///< what the command that opens a capture begins with
};

/// One line for a result, and below it what did not hold: expected, came, the timeline, the command that opens the capture.
[[nodiscard]] QString resultText(const ScenarioResult &result, const ReportStyle &style);
/// "3 passed, 1 failed in 2.1 s"
[[nodiscard]] QString summaryText(const std::vector<ScenarioResult> &results, std::chrono::microseconds took);
/// JUnit XML as GitHub, GitLab and Jenkins read it: a test suite with one test case a scenario.
[[nodiscard]] QByteArray toJUnit(const std::vector<ScenarioResult> &results, std::chrono::microseconds took);
/// One object: `{"passed", "failed", "scenarios": […]}`.
[[nodiscard]] QByteArray toJson(const std::vector<ScenarioResult> &results, std::chrono::microseconds took);
/// 0 all passed, 4 a hub was lost, 2 one cannot be run, 1 an expectation did not hold.
[[nodiscard]] int exitCodeOf(const std::vector<ScenarioResult> &results);

} // namespace trunkline
