// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/window/Exercise.h"

#include "tests/ui/WatchedApplication.h"
#include "ui/detail/DetailPane.h"
#include "ui/filter/FilterBar.h"
#include "ui/sessions/SessionsPanel.h"
#include "ui/tables/LiveTable.h"
#include "ui/window/CommandPalette.h"
#include "ui/window/MainWindow.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollBar>
#include <QTimer>

namespace trunkline {

using Do = MainWindow::Do;

Exercise::Exercise(WatchedApplication &application, MainWindow &window) : m_application(application), m_window(window)
{
    addPages();
    addFilters();
    addLooks();
}

void Exercise::add(const char *name, std::function<void()> step)
{
    m_steps.emplace_back(name, std::move(step));
}

/// Key events of their own, as they come from a keyboard.
void Exercise::key(QWidget *widget, int key, Qt::KeyboardModifiers modifiers)
{
    QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyPress, key, modifiers));
    QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyRelease, key, modifiers));
}

void Exercise::type(QWidget *widget, const QString &text)
{
    for (const QChar c : text) {
        QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyPress, 0, Qt::NoModifier, QString(c)));
        QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyRelease, 0, Qt::NoModifier, QString(c)));
    }
}

void Exercise::addPages()
{
    const std::tuple<const char *, Do, LiveTable *> tables[] = {{"exchanges", Do::PageExchanges, &m_window.exchanges()},
                                                                {"traffic", Do::PageTraffic, &m_window.traffic()}};
    for (const auto &[name, page, table] : tables) {
        add(name, [this, page = page] { m_window.action(page)->trigger(); });
        add("select a row in the middle", [table = table] { table->setCurrentIndex(table->model()->index(table->model()->rowCount() / 2, 0)); });
        for (const DetailPane::Tab tab : {DetailPane::Tab::Body, DetailPane::Tab::Headers, DetailPane::Tab::Route, DetailPane::Tab::Diff, DetailPane::Tab::Timeline})
            add("detail tab", [this, tab] { m_window.detail().setTab(tab); });
        for (int i = 0; i < 8; ++i)
            add("page up", [table = table] { key(table, Qt::Key_PageUp); });
        add("next of the same", [this] { m_window.action(Do::NextOfSame)->trigger(); });
        add("home", [table = table] { key(table, Qt::Key_Home); });
        add("select two", [table = table] {
            key(table, Qt::Key_Down, Qt::ShiftModifier);
        });
        add("end", [table = table] { key(table, Qt::Key_End); });
        add("follow", [this] { m_window.action(Do::Follow)->trigger(); });
    }
    add("metrics", [this] { m_window.action(Do::PageMetrics)->trigger(); });
    add("log", [this] { m_window.action(Do::PageLog)->trigger(); });
}

void Exercise::addFilters()
{
    for (const Do page : {Do::PageTraffic, Do::PageExchanges}) {
        add("page", [this, page] { m_window.action(page)->trigger(); });
        for (const char *filter : {"user:u1*", "user~9.*7 or size>1k", "data.message:hello", "not kind:push", "\"number 42\""}) {
            add("go to the filter", [this] { m_window.action(Do::Filter)->trigger(); });
            add("type a filter", [this, filter] { type(&m_window.filterBar().field(), QString::fromLatin1(filter)); });
            add("filter shown", [] {});
            add("filter shown", [] {});
            add("clear the filter", [this] { m_window.action(Do::ClearFilter)->trigger(); });
        }
    }
    add("highlight", [this] {
        m_window.filterBar().highlightAction()->trigger();
        m_window.filterBar().setText(QStringLiteral("user:*7"));
    });
    add("highlighted", [] {});
    add("hide again", [this] {
        m_window.filterBar().highlightAction()->trigger();
        m_window.filterBar().setText({});
    });
    auto *search = m_window.sessions().findChild<QLineEdit *>();
    add("find a session", [search] { type(search, QStringLiteral("99")); });
    add("session found", [] {});
    add("all sessions", [search] { search->clear(); });
}

void Exercise::addLooks()
{
    add("pause", [this] { m_window.action(Do::Pause)->trigger(); });
    add("paused", [] {});
    add("resume", [this] { m_window.action(Do::Pause)->trigger(); });
    add("compose", [this] { m_window.action(Do::Compose)->trigger(); });
    add("close compose", [this] { m_window.action(Do::Compose)->trigger(); });
    add("fold the sessions", [this] { m_window.action(Do::ToggleSessions)->trigger(); });
    add("unfold the sessions", [this] { m_window.action(Do::ToggleSessions)->trigger(); });
    add("commands", [this] { m_window.action(Do::Palette)->trigger(); });
    add("close commands", [this] { m_window.findChild<CommandPalette *>()->close(); });
    add("narrow", [this] { m_window.resize(1024, 640); });
    add("wide", [this] { m_window.resize(1920, 1200); });
    add("as before", [this] { m_window.resize(1440, 900); });
    for (const Do look : {Do::ZoomIn, Do::ZoomReset, Do::ThemeDark, Do::ThemeLight})
        add(look == Do::ZoomIn ? "zoom in" : look == Do::ZoomReset ? "zoom back" : look == Do::ThemeDark ? "dark" : "light",
            [this, look] { m_window.action(look)->trigger(); });
    add("clear the window", [this] { m_window.action(Do::Clear)->trigger(); });
}

void Exercise::start(int pause)
{
    m_pause = pause;
    m_at = 0;
    next();
}

void Exercise::next()
{
    if (m_at == m_steps.size()) {
        m_application.setStep(QStringLiteral("watching"));
        Q_EMIT finished();
        return;
    }
    const auto &[name, step] = m_steps[m_at++];
    m_application.setStep(QString::fromLatin1(name));
    QTimer::singleShot(m_pause, this, &Exercise::next);
    step();
}

} // namespace trunkline
