// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QObject>

#include <functional>

class QTimer;
class QWidget;

namespace trunkline {

/// Tells a screen reader what came, summed up: "42 new, 1 failed", at most every kInterval. Does nothing while none is active.
class ActivityReader final : public QObject
{
    Q_OBJECT

public:
    static constexpr int kInterval = 5000;      ///< milliseconds

    /// `speaker` is the widget in whose name it speaks; `isHeard` tells whether a screen reader is active.
    explicit ActivityReader(QWidget *speaker, QObject *parent = nullptr, std::function<bool()> isHeard = QAccessible::isActive);

    /// Counts since the window opened; they only grow, or begin anew when another list is in sight.
    void note(quint64 arrived, quint64 failed);

Q_SIGNALS:
    void spoke(const QString &text);

private:
    void speak();

    QWidget *m_speaker;
    std::function<bool()> m_isHeard;
    QTimer *m_timer;
    quint64 m_arrived = 0;
    quint64 m_failed = 0;
    quint64 m_toldArrived = 0;
    quint64 m_toldFailed = 0;
    bool m_started = false;
};

/// Lets a screen reader say `text` once, in the name of `speaker`, without moving the focus.
void announce(QWidget *speaker, const QString &text);

} // namespace trunkline
