// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace trunkline {

/// Tests many things off the GUI thread, on all cores, and says which of them passed. One run at a time; a new one cancels the
/// old. Lives on the GUI thread; neither start() nor cancel() nor the destructor waits for the workers.
class FilterRunner final : public QObject
{
    Q_OBJECT

public:
    /// Called on several threads at a time with 0 <= index < count. It owns (or shares) immutable copies of what it looks at;
    /// they are let go when the last worker has left.
    using Test = std::function<bool(std::size_t index)>;
    /// Called once, on one of those threads, with what passed: puts it in another order.
    using Arrange = std::function<void(std::vector<std::size_t> &passed)>;

    explicit FilterRunner(QObject *parent = nullptr) : QObject(parent) {}
    ~FilterRunner() override;

    void start(std::size_t count, Test test, Arrange arrange = {});
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }

Q_SIGNALS:
    void progressed(int percent);                               ///< 0 to 100, at most one a percent
    void finished(const std::vector<std::size_t> &passed);      ///< ascending unless arranged; not after cancel()

private:
    struct Job;
    static void work(const std::shared_ptr<Job> &job);
    static void collect(Job &job);
    void finish(const std::shared_ptr<Job> &job);

    std::shared_ptr<Job> m_job;
};

} // namespace trunkline
