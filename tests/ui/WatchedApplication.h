// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>

#include <ctime>

namespace trunkline {

/// An application that knows which of its events took the longest: CPU time of the GUI thread, and time on the clock.
class WatchedApplication final : public QApplication
{
public:
    using QApplication::QApplication;

    bool notify(QObject *receiver, QEvent *event) override
    {
        if (m_depth > 0)
            return QApplication::notify(receiver, event);
        const QByteArray name = receiver->metaObject()->className();    // it may be gone afterwards
        const int type = event->type();
        ++m_depth;
        QElapsedTimer wall;
        wall.start();
        const double before = cpu();
        const bool taken = QApplication::notify(receiver, event);
        const double spent = cpu() - before;
        --m_depth;
        m_longestWall = std::max(m_longestWall, static_cast<double>(wall.nsecsElapsed()) / 1e6);
        if (spent > m_longestCpu) {
            m_longestCpu = spent;
            m_longestEvent = QStringLiteral("%1, event %2").arg(QString::fromLatin1(name)).arg(type);
        }
        return taken;
    }

    void forget() { m_longestCpu = m_longestWall = 0.0; }
    [[nodiscard]] double longestCpu() const { return m_longestCpu; }        ///< milliseconds
    [[nodiscard]] double longestWall() const { return m_longestWall; }
    [[nodiscard]] QString longestEvent() const { return m_longestEvent; }

private:
    static double cpu()
    {
#ifdef CLOCK_THREAD_CPUTIME_ID
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
#else
        return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
#endif
    }

    int m_depth = 0;
    double m_longestCpu = 0.0;
    double m_longestWall = 0.0;
    QString m_longestEvent;
};

} // namespace trunkline
