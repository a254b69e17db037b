// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QTimer;

namespace trunkline {

class ElidedLabel;

/// The line at the bottom: counts on the left, journal and exposure on the right, and for a few seconds what was just done.
class StatusStrip final : public QWidget
{
    Q_OBJECT

public:
    /// What the window knows beside the hub.
    struct Counts
    {
        quint64 total = 0;
        quint64 shown = 0;
        quint64 dropped = 0;        ///< entries that fell out of the journal before this window read them
        double messagesPerSecond = 0.0;
        bool paused = false;
        int filterPercent = -1;     ///< -1: no filter runs
        QString recorded{};         ///< what is seen comes from a file: what it is; empty: from a hub
    };

    explicit StatusStrip(const Theme &theme, QWidget *parent = nullptr);
    void show(const HubSnapshot &snapshot, const Counts &counts);
    /// Stands at the right end, in front of the hub's own words.
    void addWidget(QWidget *widget);
    void notice(const QString &text);       ///< shown for four seconds

Q_SIGNALS:
    void refusalsWanted();                  ///< somebody wants to see who was turned away

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refreshTheme();
    void showExposure(const HubSnapshot &snapshot);
    void showBackplane(const BackplaneState &backplane);
    void fitBackplane();

    const Theme &m_theme;
    QLabel *m_left;
    QLabel *m_notice;
    ElidedLabel *m_backplane;
    QLabel *m_right;
    QTimer *m_fade;
};

/// "hub-a · 3 hubs · Redis 0.4 ms", or why there is no backplane; empty for a hub that stands alone.
[[nodiscard]] QString backplaneText(const BackplaneState &backplane);

/// One line: who, with what, why, and how often.
[[nodiscard]] QString refusalText(const Refusal &refusal);

} // namespace trunkline
