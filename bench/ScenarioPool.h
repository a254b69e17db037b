// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/ScenarioRun.h"

#include <QObject>
#include <QThread>

#include <deque>

namespace trunkline {

/// Runs scenarios, at most `jobs` at a time, each on a thread of its own. One thread with an event loop.
class ScenarioPool final : public QObject
{
    Q_OBJECT

public:
    ScenarioPool(std::vector<Scenario> scenarios, const ScenarioTarget &target, int jobs);
    /// Waits for those that run.
    ~ScenarioPool() override;

    void start();
    /// In the order of the scenarios; whole when finished() has come.
    [[nodiscard]] const std::vector<ScenarioResult> &results() const { return m_results; }

Q_SIGNALS:
    void settled(std::size_t index);
    void finished();

private:
    void startNext();

    const std::vector<Scenario> m_scenarios;
    const ScenarioTarget m_target;
    const int m_jobs;
    std::vector<ScenarioResult> m_results;
    std::vector<std::unique_ptr<QThread>> m_threads;
    std::size_t m_next = 0;
    std::size_t m_settled = 0;
    int m_running = 0;
};

} // namespace trunkline
