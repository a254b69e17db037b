// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/net/EpollDispatcher.h"

#include <QCoreApplication>
#include <QTest>

namespace trunkline {

/// Runs a test class on Qt's own event dispatcher, then on ours: what passes on both is behaviour they share.
/// Returns the number of failures.
template<typename Test>
int runOnBothDispatchers(int argc, char **argv)
{
    int failures = 0;
    {
        QCoreApplication application(argc, argv);
        qInfo("on Qt's own dispatcher");
        Test test;
        failures += QTest::qExec(&test, argc, argv);
    }
    if (auto dispatcher = makeEventDispatcher(true)) {
        QCoreApplication::setEventDispatcher(dispatcher.release());
        QCoreApplication application(argc, argv);
        qInfo("on the epoll dispatcher");
        Test test;
        failures += QTest::qExec(&test, argc, argv);
    }
    return failures;
}

} // namespace trunkline
