// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPair>

#include <functional>
#include <vector>

class QWidget;

namespace trunkline {

class MainWindow;
class WatchedApplication;

/// Does with a window what a person does, one thing at a time, so that the watch sees what each of them costs.
class Exercise final : public QObject
{
    Q_OBJECT

public:
    Exercise(WatchedApplication &application, MainWindow &window);

    /// Everything once, a step each `pause` milliseconds; finished() at the end.
    void start(int pause);

Q_SIGNALS:
    void finished();

private:
    void add(const char *name, std::function<void()> step);
    void addPages();
    void addFilters();
    void addLooks();
    void next();
    static void type(QWidget *widget, const QString &text);
    static void key(QWidget *widget, int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);

    WatchedApplication &m_application;
    MainWindow &m_window;
    std::vector<std::pair<const char *, std::function<void()>>> m_steps;
    std::size_t m_at = 0;
    int m_pause = 0;
};

} // namespace trunkline
