// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/TimerWheel.h"

#include <QTimer>

namespace trunkline {

/// Turns a TimerWheel with the one QTimer of the hub, and only while something is armed.
class WheelDriver final : public QObject
{
    Q_OBJECT

public:
    explicit WheelDriver(const Clock &clock);
    [[nodiscard]] TimerWheel &wheel() { return m_wheel; }

private:
    QTimer m_timer;
    TimerWheel m_wheel;
};

} // namespace trunkline
