// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/LoadUser.h"

#include <QThread>

namespace trunkline {

class DemoEngine;

/// The demo on a thread of its own, so that its clients take nothing from the hub's. The thread that made it; nothing but
/// the destructor waits.
class DemoRunner final
{
public:
    explicit DemoRunner(const LoadPlace &place);
    ~DemoRunner();

    void start(int load);
    void stop();

private:
    QThread m_thread;
    DemoEngine *m_engine;       ///< deleted by its thread when that ends
};

} // namespace trunkline
