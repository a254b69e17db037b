// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/FirstPaint.h"

#include <QEvent>
#include <QLoggingCategory>
#include <QTimer>
#include <QWidget>

namespace trunkline {

Q_LOGGING_CATEGORY(lcPaint, "trunkline.desktop")

namespace {

class Watch final : public QObject
{
public:
    explicit Watch(QWidget &window) : QObject(&window) { window.installEventFilter(this); }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::Paint)
            return false;
        watched->removeEventFilter(this);
        // On the next turn the children are painted too, and all of it has gone to the display.
        QTimer::singleShot(0, this, [this] {
            qCDebug(lcPaint, "First paint");
            deleteLater();
        });
        return false;
    }
};

} // namespace

void logFirstPaint(QWidget &window)
{
    new Watch(window);
}

} // namespace trunkline
