// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "LoopFixtures.h"
#include "hub/net/EpollDispatcher.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

#ifdef Q_OS_LINUX

namespace trunkline {

/// The epoll dispatcher that runs the test, and how often it goes to the kernel.
class EpollFixture : public QObject
{
protected:
    EpollDispatcher &m_loop = static_cast<EpollDispatcher &>(*QAbstractEventDispatcher::instance());

    void settle()
    {
        while (m_loop.processEvents(QEventLoop::AllEvents)) { }
    }

    /// Runs the loop for some milliseconds and tells how many times it waited.
    quint64 waitsWithin(int milliseconds, QEventLoop::ProcessEventsFlags flags = QEventLoop::AllEvents)
    {
        QEventLoop loop;
        const quint64 before = m_loop.calls().waits;
        QTimer::singleShot(milliseconds, Qt::PreciseTimer, &loop, &QEventLoop::quit);
        loop.exec(flags);
        return m_loop.calls().waits - before;
    }
};

/// Runs a test class with an application on the epoll dispatcher. Returns the number of failures.
template<typename Test>
int runOnEpoll(int argc, char **argv)
{
    auto dispatcher = makeEventDispatcher(true);
    if (!dispatcher)
        qFatal("no epoll");
    QCoreApplication::setEventDispatcher(dispatcher.release());
    QCoreApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace trunkline

#endif // Q_OS_LINUX
