// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/ScenarioPool.h"

#include "hub/core/HandOver.h"

namespace trunkline {

ScenarioPool::ScenarioPool(std::vector<Scenario> scenarios, const ScenarioTarget &target, int jobs)
    : m_scenarios(std::move(scenarios)), m_target(target), m_jobs(jobs), m_results(m_scenarios.size())
{
}

ScenarioPool::~ScenarioPool()
{
    for (const auto &thread : m_threads)
        thread->wait();
}

void ScenarioPool::start()
{
    while (m_running < m_jobs && m_next < m_scenarios.size())
        startNext();
    if (m_scenarios.empty())
        Q_EMIT finished();
}

void ScenarioPool::startNext()
{
    const std::size_t index = m_next++;
    ++m_running;
    m_threads.emplace_back(QThread::create([this, index] {
        ScenarioResult result = ScenarioRun(m_scenarios[index], m_target).run();
        callLater(this, [this, index, result = std::move(result)] {
            m_results[index] = result;
            ++m_settled;
            --m_running;
            Q_EMIT settled(index);
            start();
            if (m_settled == m_scenarios.size())
                Q_EMIT finished();
        });
    }));
    m_threads.back()->setObjectName(QStringLiteral("scenario"));
    m_threads.back()->start();
}

} // namespace trunkline
