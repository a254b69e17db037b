// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"

#include "bench/Capsule.h"
#include "hub/capture/CaptureView.h"
#include "hub/core/HandOver.h"
#include "hub/view/RemoteHubView.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BenchRoom.h"
#include "ui/window/CloseQuestion.h"
#include "ui/window/MainWindow.h"
#include "ui/window/StatusStrip.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFileOpenEvent>
#include <QSettings>
#include <QTimer>

#include <utility>

namespace trunkline {

namespace {

void showName(MainWindow &window, const QString &capture)
{
    window.setWindowFilePath(capture);
    window.setWindowTitle(capture.isEmpty() ? MainWindow::tr("Trunkline") : QFileInfo(capture).fileName() + QStringLiteral(" \u2013 ") + MainWindow::tr("Trunkline"));
}

} // namespace

Desktop::Pane &Desktop::addPane()
{
    auto pane = std::make_unique<Pane>();
    pane->window = std::make_unique<MainWindow>(
        MainWindow::Parts{.theme = m_theme, .log = m_log, .settings = m_settings, .program = m_options.program, .host = this});
    pane->bench = new BenchRoom(*pane->window, {.theme = m_theme, .settings = m_settings, .host = this});
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
    if (const QString capture = paneOf(beside).capture; !capture.isEmpty())
        return openCapture(beside, capture, {});
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
    showName(*pane.window, pane.capture = QString());
    const auto oldView = std::exchange(pane.view, nullptr);
    const auto oldControl = std::exchange(pane.control, nullptr);
    if (m_hub) {
        pane.view = std::make_unique<LocalHubView>(m_hub->door(), m_hub->viewLimits());
        pane.control = std::make_unique<LocalHubControl>(m_hub->door(), m_hub->access());
    }
    pane.bench->setDesk(m_hub ? m_desk : nullptr);
    pane.window->setHub(pane.view.get(), pane.control.get(), again ? MainWindow::Rows::Keep : MainWindow::Rows::Forget);
}

/// Bots and faults go on at a hub that was started again.
void Desktop::moveDesk()
{
    BenchDesk::Place place{.access = m_hub->access(), .settings = recordedSettings(m_options.loaded.settings)};
    place.makeView = [door = m_hub->door()] { return std::make_unique<LocalHubView>(door, Recorder::kViewLimits, nullptr, Legs::Both); };
    place.setFaults = [door = m_hub->door()](const FaultPlan &plan) { door->post([plan](HubMonitor &monitor) { monitor.setFaults(plan); }); };
    if (m_desk)
        m_desk->moveTo(std::move(place));
    else
        m_desk = std::make_shared<BenchDesk>(std::move(place));
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
    showName(*pane.window, pane.capture = QString());
    const auto oldView = std::exchange(pane.view, std::make_unique<RemoteHubView>(access));
    const auto oldControl = std::exchange(pane.control, std::make_unique<RemoteHubControl>(access, pane.view.get()));
    pane.bench->setDesk(std::make_shared<BenchDesk>(BenchDesk::Place{
        .access = access, .makeView = [access] { return std::make_unique<RemoteHubView>(access, Recorder::kViewLimits, nullptr, Legs::Both); }}));
    window.setHub(pane.view.get(), pane.control.get());
}

/// Read and sorted beside the window: a large one takes a while.
void Desktop::openCapture(MainWindow &beside, const QString &path, const QByteArray &select)
{
    beside.status().notice(tr("Reading %1").arg(QFileInfo(path).fileName()));
    m_readers.start([this, window = QPointer<MainWindow>(&beside), path, select] {
        auto capture = trunkline::openCapture(path);
        auto view = std::make_shared<std::unique_ptr<HubView>>();
        QString remarks;
        if (capture) {
            remarks = capture->remarks().join(QStringLiteral("; "));
            *view = std::make_unique<CaptureView>(*std::move(capture));
            (*view)->moveToThread(thread());
        }
        const QString problem = capture ? QString() : capture.error().detail;
        callLater(this, [this, window, view, path, select, problem, remarks] {
            if (!window)
                return;
            if (!problem.isEmpty()) {
                window->showBanner(tr("That capture cannot be shown: %1").arg(problem));
            } else {
                Pane &near = paneOf(*window);
                const bool unused = m_isViewer && near.isOwn();
                Pane &pane = unused ? near : addPane();
                lookAt(pane, std::move(*view), path, select);
                if (!unused) {
                    pane.window->move(window->pos() + QPoint(32, 32));
                    pane.window->show();
                }
                if (!remarks.isEmpty())
                    pane.window->showBanner(tr("Not all of it is there: %1.").arg(remarks));
            }
            Q_EMIT captureOpened(problem);
        });
    });
}

void Desktop::lookAt(Pane &pane, std::unique_ptr<HubView> capture, const QString &path, const QByteArray &select)
{
    pane.place.reset();
    pane.capture = path;
    showName(*pane.window, path);
    const auto oldView = std::exchange(pane.view, std::move(capture));
    const auto oldControl = std::exchange(pane.control, nullptr);
    pane.bench->setDesk(nullptr);
    pane.window->setHub(pane.view.get(), nullptr);
    if (!select.isEmpty())
        pane.window->selectExchange(select, MainWindow::Land::OnLongestGap);
}

/// macOS hands over files that were double-clicked.
bool Desktop::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FileOpen) {
        openCapture(window(), static_cast<QFileOpenEvent *>(event)->file(), {});
        return true;
    }
    return QObject::eventFilter(watched, event);
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
    return m_options.attach.isEmpty() && !m_isViewer ? &m_hubSettings : nullptr;
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
