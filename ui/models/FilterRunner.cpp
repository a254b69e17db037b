// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/FilterRunner.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThread>
#include <QThreadPool>

#include <algorithm>
#include <atomic>

namespace trunkline {

namespace {

constexpr std::size_t kBlock = 2048;        // things tested in a row by one worker

} // namespace

/// Shared by the workers of one run. Each block is written by one worker; the last worker out hands the result over.
struct FilterRunner::Job
{
    Job(FilterRunner *owner, std::size_t number, Test run, Arrange last)
        : runner(owner), count(number), test(std::move(run)), arrange(std::move(last)), blocks((number + kBlock - 1) / kBlock)
    {
    }

    QPointer<FilterRunner> runner;          // looked at on the GUI thread only
    std::size_t count;
    Test test;
    Arrange arrange;
    std::vector<std::size_t> passed{};
    std::vector<std::vector<std::size_t>> blocks;
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> done{0};
    std::atomic<int> percent{0};
    std::atomic<bool> cancelled{false};
};

FilterRunner::~FilterRunner() { cancel(); }

void FilterRunner::cancel()
{
    if (m_job)
        m_job->cancelled = true;
    m_job.reset();
}

void FilterRunner::start(std::size_t count, Test test, Arrange arrange)
{
    cancel();
    m_job = std::make_shared<Job>(this, count, std::move(test), std::move(arrange));
    if (count == 0) {
        QMetaObject::invokeMethod(this, [this, job = m_job] { finish(job); }, Qt::QueuedConnection);
        return;
    }
    const auto workers = std::min(std::size_t(std::max(1, QThread::idealThreadCount())), m_job->blocks.size());
    for (std::size_t i = 0; i < workers; ++i)
        QThreadPool::globalInstance()->start([job = m_job] { work(job); });
}

void FilterRunner::work(const std::shared_ptr<Job> &job)
{
    for (;;) {
        const std::size_t block = job->next++;
        if (block >= job->blocks.size() || job->cancelled)
            return;
        const std::size_t end = std::min(job->count, (block + 1) * kBlock);
        for (std::size_t i = block * kBlock; i < end && !job->cancelled; ++i) {
            if (job->test(i))
                job->blocks[block].push_back(i);
        }
        const std::size_t done = ++job->done;
        const int percent = int(100 * done / job->blocks.size());
        if (done == job->blocks.size()) {
            collect(*job);
            QMetaObject::invokeMethod(qApp, [job] { if (job->runner) job->runner->finish(job); }, Qt::QueuedConnection);
            return;
        }
        if (job->percent.exchange(percent) < percent) {
            QMetaObject::invokeMethod(qApp, [job, percent] {
                if (job->runner && job->runner->m_job == job)
                    Q_EMIT job->runner->progressed(percent);
            }, Qt::QueuedConnection);
        }
    }
}

/// On the last worker, so that no million of numbers is copied on the GUI thread.
void FilterRunner::collect(Job &job)
{
    std::size_t total = 0;
    for (const auto &block : job.blocks)
        total += block.size();
    job.passed.reserve(total);
    for (auto &block : job.blocks) {
        job.passed.insert(job.passed.end(), block.begin(), block.end());
        block = {};
    }
    if (job.arrange && !job.cancelled)
        job.arrange(job.passed);
}

void FilterRunner::finish(const std::shared_ptr<Job> &job)
{
    if (m_job != job)
        return;
    m_job.reset();
    Q_EMIT finished(job->passed);
}

} // namespace trunkline
