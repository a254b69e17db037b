// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"

#include "hub/view/RemoteHubView.h"
#include "ui/window/CloseQuestion.h"
#include "ui/window/MainWindow.h"

#include <QCoreApplication>
#include <QSettings>
#include <QTimer>

namespace trunkline {

Desktop::Pane &Desktop::addPane()
{
    auto pane = std::make_unique<Pane>();
    pane->window = std::make_unique<MainWindow>(
        MainWindow::Parts{.theme = m_theme, .log = m_log, .settings = m_settings, .program = m_options.program, .host = this});
    connect(pane->window.get(), &MainWindow::closed, this, [this, window = pane->window.get()] { onClosed(window); });
    m_panes.push_back(std::move(pane));
    return *m_panes.back();
}

Desktop::Pane &Desktop::paneOf(const MainWindow &window) const
{
    const auto found = std::find_if(m_panes.begin(), m_panes.end(), [&](const auto &pane) { return pane->window.get() == &window; });
    Q_ASSERT(found != m_panes.end());
    return **found;
}

std::vector<MainWindow *> Desktop::windows() const
{
    std::vector<MainWindow *> all;
    for (const auto &pane : m_panes)
        all.push_back(pane->window.get());
    return all;
}

void Desktop::openWindow(MainWindow &beside)
{
    const std::optional<HubPlace> place = paneOf(beside).place;
    Pane &pane = addPane();
    pane.window->move(beside.pos() + QPoint(32, 32));
    pane.window->show();
    if (place)
        attach(*pane.window, *place);
    else
        lookAtOwn(pane, false);
}

/// `again`: the same hub was started once more, what the window has read stays.
void Desktop::lookAtOwn(Pane &pane, bool again)
{
    pane.place.reset();
    const auto oldView = std::exchange(pane.view, nullptr);
    const auto oldControl = std::exchange(pane.control, nullptr);
    if (m_hub) {
        pane.view = std::make_unique<LocalHubView>(m_hub->door(), m_hub->viewLimits());
        pane.control = std::make_unique<LocalHubControl>(m_hub->door(), m_hub->access());
    }
    pane.window->setHub(pane.view.get(), pane.control.get(), again ? MainWindow::Rows::Keep : MainWindow::Rows::Forget);
}

void Desktop::showOwnHub(MainWindow &window)
{
    lookAtOwn(paneOf(window), false);
}

void Desktop::attach(MainWindow &window, const HubPlace &place)
{
    Pane &pane = paneOf(window);
    const HubAccess access{.url = place.url, .token = place.token, .insecure = place.insecure};
    pane.place = place;
    const auto oldView = std::exchange(pane.view, std::make_unique<RemoteHubView>(access));
    const auto oldControl = std::exchange(pane.control, std::make_unique<RemoteHubControl>(access, pane.view.get()));
    window.setHub(pane.view.get(), pane.control.get());
}

QList<HubPlace> Desktop::runningHubs() const
{
    QList<HubPlace> places;
    for (const ReadyInfo &info : ReadyFile::live()) {
        if (info.pid != QCoreApplication::applicationPid())
            places << HubPlace{info.url.adjusted(QUrl::StripTrailingSlash), info.token, info.url.scheme() == u"https", tr("process %1").arg(info.pid)};
    }
    return places;
}

std::optional<HubPlace> Desktop::readReadyFile(const QString &path) const
{
    const auto info = ReadyFile::read(path);
    if (!info)
        return std::nullopt;
    return HubPlace{info->url.adjusted(QUrl::StripTrailingSlash), info->token, info->url.scheme() == u"https", path};
}

SettingsSource *Desktop::hubSettings()
{
    return m_options.attach.isEmpty() ? &m_hubSettings : nullptr;
}

/// The last window of a program with a hub of its own: its clients would be cut off.
bool Desktop::mayClose(MainWindow &window)
{
    if (m_stopping || m_panes.size() > 1 || !m_hub)
        return true;
    switch (onClose(m_settings)) {
    case OnClose::Quit: return true;
    case OnClose::KeepRunning: park(window); return false;
    case OnClose::Ask: ask(window); return false;
    }
    return true;
}

CloseQuestion *Desktop::question() const
{
    return m_question;
}

void Desktop::ask(MainWindow &window)
{
    if (m_question)
        return;
    m_question = new CloseQuestion(clients(), QSystemTrayIcon::isSystemTrayAvailable(), &window);
    connect(m_question, &CloseQuestion::answered, this, [this, &window](OnClose choice) {
        setOnClose(m_settings, choice);
        if (choice == OnClose::Quit)
            QTimer::singleShot(0, this, [this] { stop("the window was closed"); });
        else
            park(window);
    });
    m_question->open();
}

/// Out of sight, not gone.
void Desktop::park(MainWindow &window)
{
    if (QSystemTrayIcon::isSystemTrayAvailable())
        window.hide();
    else
        window.showMinimized();
}

void Desktop::raise()
{
    window().setWindowState(window().windowState() & ~Qt::WindowMinimized);
    window().show();
    window().raise();
    window().activateWindow();
}

void Desktop::onClosed(MainWindow *window)
{
    if (m_panes.size() == 1 || m_stopping) {
        stop("the window was closed");
        return;
    }
    const auto found = std::find_if(m_panes.begin(), m_panes.end(), [&](const auto &pane) { return pane->window.get() == window; });
    std::unique_ptr<Pane> pane = std::move(*found);
    m_panes.erase(found);
    pane->window->setHub(nullptr, nullptr);
    pane->window.release()->deleteLater();      // this is a signal of it
}

int Desktop::clients() const
{
    return m_own ? static_cast<int>(m_own->snapshot()->sessions.size()) : 0;
}

void Desktop::refreshTray()
{
    const QString address = m_hub ? QStringLiteral("%1:%2").arg(m_hub->url().host()).arg(m_hub->port()) : QString();
    m_tray.show(m_hub ? TrayIcon::State::Listening : TrayIcon::State::Stopped, address, clients());
}

} // namespace trunkline
