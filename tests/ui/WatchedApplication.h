// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMetaEnum>
#include <QThread>
#include <QTimer>

#include <ctime>
#include <map>

namespace trunkline {

/// An application that knows what the events of its own thread cost: CPU time of that thread, and time on the clock. Events inside events
/// count for the outer one. Milliseconds.
class WatchedApplication final : public QApplication
{
public:
    /// From so much CPU time on an event is remembered by the class of its receiver, its type and what was under way.
    static constexpr double kNoted = 10.0;

    struct Slow
    {
        int count = 0;
        double worstCpu = 0.0;
    };

    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (QThread::currentThread() != thread() || m_depth > 0)        // events of every thread come by here
            return QApplication::notify(receiver, event);
        const char *name = receiver->metaObject()->className();     // static text: it outlives the receiver
        const int type = event->type();
        const QTimer *timer = qobject_cast<QTimer *>(receiver);
        const int interval = timer && !timer->isSingleShot() ? timer->interval() : -1;     // tells the timers of a class apart
        ++m_depth;
        QElapsedTimer wall;
        wall.start();
        const double before = cpu();
        const bool taken = QApplication::notify(receiver, event);
        const double spent = cpu() - before;
        --m_depth;
        ++m_events;
        m_longestWall = std::max(m_longestWall, static_cast<double>(wall.nsecsElapsed()) / 1e6);
        m_longestCpu = std::max(m_longestCpu, spent);
        if (spent >= kNoted) {
            const char *kind = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
            const QString what = interval >= 0 ? QStringLiteral("%1 ms").arg(interval) : QString::fromLatin1(kind ? kind : "?");
            Slow &slow = m_slow[QStringLiteral("%1, %2, %3").arg(QString::fromLatin1(name), what, m_step)];
            ++slow.count;
            slow.worstCpu = std::max(slow.worstCpu, spent);
        }
        return taken;
    }

    void forget()
    {
        m_longestCpu = m_longestWall = 0.0;
        m_events = 0;
        m_slow.clear();
    }
    /// What is under way, for the list of slow events.
    void setStep(const QString &step) { m_step = step; }
    [[nodiscard]] double longestCpu() const { return m_longestCpu; }
    [[nodiscard]] double longestWall() const { return m_longestWall; }
    [[nodiscard]] qint64 events() const { return m_events; }
    [[nodiscard]] const std::map<QString, Slow> &slow() const { return m_slow; }

    /// CPU time that the calling thread has used.
    [[nodiscard]] static double cpu()
    {
#ifdef CLOCK_THREAD_CPUTIME_ID
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
#else
        return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
#endif
    }

private:
    int m_depth = 0;
    qint64 m_events = 0;
    double m_longestCpu = 0.0;
    double m_longestWall = 0.0;
    QString m_step;
    std::map<QString, Slow> m_slow;
};

} // namespace trunkline
