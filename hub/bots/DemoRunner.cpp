// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/DemoRunner.h"

#include "hub/bots/DemoEngine.h"
#include "hub/core/HandOver.h"
#include "hub/net/EpollDispatcher.h"

namespace trunkline {

DemoRunner::DemoRunner(const LoadPlace &place) : m_engine(new DemoEngine(place))
{
    m_thread.setObjectName(QStringLiteral("demo"));
    if (auto dispatcher = makeEventDispatcher(place.epoll))
        m_thread.setEventDispatcher(dispatcher.release());
    m_engine->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_engine, &QObject::deleteLater);
    m_thread.start();
}

DemoRunner::~DemoRunner()
{
    m_thread.quit();
    m_thread.wait();
}

void DemoRunner::start(int load)
{
    callLater(m_engine, [engine = m_engine, load] { engine->start(load); });
}

void DemoRunner::stop()
{
    callLater(m_engine, [engine = m_engine] { engine->stop(); });
}

} // namespace trunkline
