// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/WheelDriver.h"

namespace trunkline {

WheelDriver::WheelDriver(const Clock &clock) : m_wheel(clock)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_wheel.advance(); });
    m_wheel.setWakeObserver([this](Clock::Duration after) {
        // Rounded up: a wake-up that is a hair early would only have to come again.
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(after));
    });
}

} // namespace trunkline
