// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QPointer>
#include <QTimer>

class QWidget;

namespace trunkline {

/// Has every widget work out its style sheet's rules again after palette or font have changed: what is in sight first, then the rest,
/// a few milliseconds a turn of the event loop. Windows keep their picture until what is in sight is done, so the change is seen at once.
/// Widgets keep fonts that they were given, and lose palettes. (QApplication::setStyleSheet() does all widgets in one event, and lays
/// them out again, too.) GUI thread.
class Repolish final : public QObject
{
    Q_OBJECT

public:
    explicit Repolish(QObject *parent = nullptr);
    ~Repolish() override;

    /// Begins anew when it is under way.
    void start();
    [[nodiscard]] bool isRunning() const { return m_turn.isActive(); }

Q_SIGNALS:
    void seen();        ///< what is in sight is done, and is painted next
    void done();        ///< so is the rest

private:
    void add(QWidget *widget);
    void step();
    void thaw();

    QTimer m_turn;
    QList<QPointer<QWidget>> m_seen;        // parents before their children
    QList<QPointer<QWidget>> m_hidden;
    QList<QPointer<QWidget>> m_frozen;      // windows that keep their picture
    qsizetype m_next = 0;
    bool m_isSeen = true;
};

} // namespace trunkline
