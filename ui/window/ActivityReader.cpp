// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/ActivityReader.h"

#include "ui/models/Format.h"

#include <QTimer>
#include <QWidget>

namespace trunkline {

void announce(QWidget *speaker, const QString &text)
{
    if (!QAccessible::isActive())
        return;
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    QAccessibleAnnouncementEvent event(speaker, text);
    QAccessible::updateAccessibility(&event);
#else
    // Older versions have no announcements: the status line takes the words as its name, and says that it has another one.
    speaker->setAccessibleName(text);
    QAccessibleEvent named(speaker, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&named);
    QAccessibleEvent alert(speaker, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
#endif
}

ActivityReader::ActivityReader(QWidget *speaker, QObject *parent, std::function<bool()> isHeard)
    : QObject(parent), m_speaker(speaker), m_isHeard(std::move(isHeard)), m_timer(new QTimer(this))
{
    m_timer->setSingleShot(true);
    m_timer->setInterval(kInterval);
    connect(m_timer, &QTimer::timeout, this, &ActivityReader::speak);
}

void ActivityReader::note(quint64 arrived, quint64 failed)
{
    const bool anew = !m_started || arrived < m_arrived || failed < m_failed || !m_isHeard();
    m_arrived = arrived;
    m_failed = failed;
    if (anew) {
        m_started = true;
        m_toldArrived = arrived;
        m_toldFailed = failed;
    } else if ((arrived > m_toldArrived || failed > m_toldFailed) && !m_timer->isActive()) {
        m_timer->start();
    }
}

void ActivityReader::speak()
{
    const quint64 arrived = m_arrived - std::min(m_arrived, m_toldArrived);
    const quint64 failed = m_failed - std::min(m_failed, m_toldFailed);
    m_toldArrived = m_arrived;
    m_toldFailed = m_failed;
    if (arrived == 0 && failed == 0)
        return;
    const QString text = failed > 0 ? tr("%1 new, %2 failed").arg(format::count(arrived), format::count(failed)) : tr("%1 new").arg(format::count(arrived));
    announce(m_speaker, text);
    Q_EMIT spoke(text);
}

} // namespace trunkline
