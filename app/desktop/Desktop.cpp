// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"

#include "app/trunkline/Platform.h"
#include "ui/window/MainWindow.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QLoggingCategory>
#include <QSettings>
#include <QTcpServer>
#include <QTimer>

#include <utility>

namespace trunkline {

Q_LOGGING_CATEGORY(lcDesktop, "trunkline.desktop")

namespace {

/// The first free port above `port`; 0, which lets the system choose, when none of the next fifty is.
quint16 nextFreePort(const QString &host, quint16 port)
{
    for (int step = 0; port < 65535 && step < 50; ++step) {
        QTcpServer probe;
        if (probe.listen(QHostAddress(host), ++port))
            return port;
    }
    return 0;
}

} // namespace

Desktop::Desktop(const DesktopOptions &options, QSettings &settings)
    : m_options(options), m_settings(settings), m_hubSettings(m_options, [this] { restartHub(); }), m_tray(m_theme)
{
    m_theme.setMode(static_cast<Theme::Mode>(std::clamp(settings.value(QStringLiteral("theme")).toInt(), 0, 2)));
    qApp->installEventFilter(this);
    m_theme.setZoom(settings.value(QStringLiteral("zoom")).toInt());
    addPane();
    connect(&m_tray, &TrayIcon::openWanted, this, &Desktop::raise);
    connect(&m_tray, &TrayIcon::newWindowWanted, this, [this] { openWindow(window()); });
    connect(&m_tray, &TrayIcon::quitWanted, this, [this] { stop("asked to by the tray"); });
    for (const QString &warning : options.loaded.warnings)
        qCWarning(lcDesktop, "%s", qUtf8Printable(warning));
    if (options.parentPid)
        watchParent(*options.parentPid);
}

Desktop::~Desktop()
{
    for (const auto &pane : m_panes)
        pane->window->setHub(nullptr, nullptr);
}

void Desktop::show()
{
    window().show();
    if (!m_options.capture.isEmpty()) {
        m_isViewer = true;
        openCapture(window(), m_options.capture, m_options.select);
        return;
    }
    if (!m_options.attach.isEmpty()) {
        attach(window(), {m_options.attach, m_options.token, m_options.insecure, {}});
        return;
    }
    auto *trayTimer = new QTimer(this);
    connect(trayTimer, &QTimer::timeout, this, &Desktop::refreshTray);
    trayTimer->start(std::chrono::seconds(1));
    // The window is painted first: binding takes a moment.
    QTimer::singleShot(0, this, [this] { startHub(m_options.loaded.settings.port); });
}

void Desktop::startHub(quint16 port)
{
    if (m_stopping)
        return;
    m_port = port;
    Settings settings = m_options.loaded.settings;
    settings.port = port;
    auto hub = HubThread::start(settings);
    if (!hub) {
        onFailed(hub.error());
        return;
    }
    const bool again = std::exchange(m_restarting, false);
    m_hub = std::move(*hub);
    m_own = std::make_unique<LocalHubView>(m_hub->door(), ViewStore::Limits{.entries = 1, .bytes = 1, .exchanges = 1, .failed = 1});
    moveDesk();
    connect(m_hub.get(), &HubThread::stopped, this, &Desktop::onHubStopped);
    connect(m_hub.get(), &HubThread::reloaded, this, &Desktop::onReloaded);
    for (const auto &pane : m_panes) {
        if (pane->isOwn())
            lookAtOwn(*pane, again);
    }
    onStarted();
}

/// With what the settings file says now; a file that cannot be read leaves the hub as it is.
void Desktop::restartHub()
{
    if (!m_hub || m_restarting || m_stopping)
        return;
    auto loaded = loadForWindow(m_options.sources);
    if (!loaded) {
        window().showBanner(tr("The hub was not restarted: %1").arg(loaded.error().detail));
        return;
    }
    m_options.loaded = std::move(*loaded);
    m_restarting = true;
    m_readyFiles.clear();
    m_hub->shutdown();
}

void Desktop::onHubStopped()
{
    if (!m_restarting || m_stopping) {
        Q_EMIT finished();
        return;
    }
    // Later: this is a signal of the hub that goes.
    QTimer::singleShot(0, this, [this] {
        m_hub.reset();
        startHub(m_options.loaded.settings.port);
    });
}

void Desktop::reload()
{
    if (m_hub && !m_stopping)
        m_hub->reload();
    else
        qCInfo(lcDesktop, "SIGHUP: there is no hub of this program that could read its files again");
}

void Desktop::onReloaded(const QString &problem)
{
    if (problem.isEmpty())
        qCInfo(lcDesktop, "Read certificate, tokens and keys again (SIGHUP)");
    else
        qCCritical(lcDesktop, "SIGHUP: all stays as it was: %s", qUtf8Printable(problem));
}

void Desktop::onStarted()
{
    for (MainWindow *window : windows())
        window->showBanner({});
    writeReadyFiles();
    if (m_options.exitWhenIdle)
        watchIdle(*m_options.exitWhenIdle);
    qCInfo(lcDesktop, "Trunkline " TRUNKLINE_VERSION " listens on %s (WebSocket %s)", qUtf8Printable(m_hub->url().toString()),
           qUtf8Printable(m_hub->webSocketUrl().toString()));
    refreshTray();
    Q_EMIT hubStarted();
}

/// The window stays: it says what is wrong and offers what helps.
void Desktop::onFailed(const Error &error)
{
    const QString host = m_options.loaded.settings.host;
    refreshTray();
    if (error.code != ErrorCode::AddressInUse) {
        qCWarning(lcDesktop, "%s", qUtf8Printable(error.detail));
        window().showBanner(tr("The hub could not start: %1").arg(error.detail), tr("Try again"), [this] { startHub(m_port); });
        return;
    }
    const QString holder = platform::portHolder(m_port);
    const quint16 next = nextFreePort(host, m_port);
    const QString text = holder.isEmpty() ? tr("Port %1 is taken.").arg(m_port) : tr("Port %1 is taken by %2.").arg(m_port).arg(holder);
    qCWarning(lcDesktop, "%s", qUtf8Printable(text));
    window().showBanner(text, next == 0 ? tr("Listen on any free port") : tr("Listen on %1 instead").arg(next), [this, next] { startHub(next); });
}

void Desktop::writeReadyFiles()
{
    const ReadyInfo info{.pid = QCoreApplication::applicationPid(), .port = m_hub->port(), .url = m_hub->url(),
                         .webSocketUrl = m_hub->webSocketUrl(), .token = m_hub->adminToken()};
    ReadyFile::sweep();
    for (const QString &path : {ReadyFile::defaultPath(info.pid), m_options.readyFile}) {
        if (path.isEmpty())
            continue;
        if (auto file = ReadyFile::write(path, info))
            m_readyFiles.push_back(std::move(*file));
        else
            qCWarning(lcDesktop, "%s", qUtf8Printable(file.error().detail));
    }
}

/// As far as the window can see: no session and no open stream.
void Desktop::watchIdle(std::chrono::milliseconds limit)
{
    if (findChild<QTimer *>(QStringLiteral("idle")))
        return;             // since the first start of the hub
    auto *timer = new QTimer(this);
    timer->setObjectName(QStringLiteral("idle"));
    auto quiet = std::make_shared<QElapsedTimer>();
    quiet->start();
    connect(timer, &QTimer::timeout, this, [this, timer, quiet, limit] {
        const auto snapshot = m_own->snapshot();
        if (!snapshot->sessions.empty() || snapshot->openRequests > 0)
            quiet->restart();
        if (!quiet->hasExpired(limit.count()))
            return;
        timer->stop();
        stop("nobody is connected (--exit-when-idle)");
    });
    timer->start(std::clamp(limit / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(1000)));
}

void Desktop::watchParent(qint64 pid)
{
    auto *timer = new QTimer(this);
    auto watch = std::make_shared<platform::ProcessWatch>(pid);
    connect(timer, &QTimer::timeout, this, [this, timer, watch] {
        if (watch->isAlive())
            return;
        timer->stop();
        stop("its parent has ended (--parent-pid)");
    });
    timer->start(std::chrono::milliseconds(250));
}

void Desktop::stop(const char *reason)
{
    if (m_stopping)
        return;
    m_stopping = true;
    qCInfo(lcDesktop, "Stopping: %s", reason);
    m_readyFiles.clear();
    for (MainWindow *window : windows())
        window->close();
    if (m_hub)
        m_hub->shutdown();
    else
        Q_EMIT finished();
}

} // namespace trunkline
