// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/PageHead.h"

#include <QPointer>
#include <QWidget>

namespace trunkline {

/// A place of the test bench that follows one hub: a row of buttons with the state, below it two parts side by side. Asks to be
/// refreshed whenever the desk or the hub has news, and when the theme changes.
class BenchPage : public QWidget
{
    Q_OBJECT

public:
    /// What of the desk the place shows.
    using News = void (BenchDesk::*)();

    /// Both may be null: there is no hub.
    void setDesk(BenchDesk *desk, HubView *view);
    [[nodiscard]] PageHead &head() const { return *m_head; }

protected:
    BenchPage(const Theme &theme, News news, QWidget *parent);

    /// Once, when both parts are made; `leftWidth` to `rightWidth` is how they begin.
    void setParts(QWidget *left, int leftWidth, QWidget *right, int rightWidth);
    virtual void refresh() = 0;

    [[nodiscard]] const Theme &theme() const { return m_theme; }
    [[nodiscard]] BenchDesk *desk() const { return m_desk; }
    [[nodiscard]] HubView *view() const { return m_view; }

private:
    const Theme &m_theme;
    const News m_news;
    QPointer<BenchDesk> m_desk;
    QPointer<HubView> m_view;
    PageHead *m_head;
};

} // namespace trunkline
