// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/DemoHub.h"

#include "app/trunkline/ReadyFile.h"
#include "hub/HubThread.h"
#include "hub/core/SettingsTable.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

namespace trunkline {

namespace {

constexpr quint64 kSpareFiles = 1'024;      ///< that are no connections of users
constexpr int kStartTimeout = 10'000;       ///< milliseconds until a child listens
constexpr int kEndTimeout = 5'000;

QProcessEnvironment withoutSettings()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : settingNames()) {
        environment.remove(name);
        environment.remove(QStringLiteral("TRUNKLINE_") + name);
    }
    return environment;
}

} // namespace

DemoHub::DemoHub() = default;

std::unique_ptr<DemoHub> DemoHub::start(int load, quint64 openFiles)
{
    std::unique_ptr<DemoHub> hub(new DemoHub);
    // Both ends of each connection are files of this process when the hub is in it.
    const bool fits = openFiles == 0 || quint64(load) * 2 + kSpareFiles <= openFiles;
    return (fits ? hub->startThread() : hub->startChild()) ? std::move(hub) : nullptr;
}

DemoHub::~DemoHub()
{
    if (!m_child)
        return;
    m_child->terminate();
    if (!m_child->waitForFinished(kEndTimeout))
        m_child->kill();
    m_child->waitForFinished(kEndTimeout);
}

bool DemoHub::startThread()
{
    Settings settings;
    settings.port = 0;
    auto hub = HubThread::start(settings);
    if (!hub)
        return false;
    m_thread = *std::move(hub);
    m_url = m_thread->url();
    m_webSocketUrl = m_thread->webSocketUrl();
    m_token = m_thread->adminToken();
    return true;
}

bool DemoHub::startChild()
{
    m_folder = std::make_unique<QTemporaryDir>();
    const QString ready = m_folder->filePath(QStringLiteral("ready.json"));
    const QString env = m_folder->filePath(QStringLiteral("empty.env"));
    QFile empty(env);
    if (!empty.open(QIODevice::WriteOnly))
        return false;
    empty.close();
    m_child = std::make_unique<QProcess>();
    m_child->setProcessEnvironment(withoutSettings());
    m_child->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_child->start(QCoreApplication::applicationFilePath(),
                   {QStringLiteral("serve"), QStringLiteral("--port"), QStringLiteral("0"), QStringLiteral("--ready-file"), ready, QStringLiteral("--env-file"), env,
                    QStringLiteral("--log-level"), QStringLiteral("WARNING"), QStringLiteral("--parent-pid"), QString::number(QCoreApplication::applicationPid())});
    QElapsedTimer clock;
    clock.start();
    while (!clock.hasExpired(kStartTimeout)) {
        if (const auto info = ReadyFile::read(ready)) {
            m_url = info->url;
            m_webSocketUrl = info->webSocketUrl;
            m_token = info->token;
            return true;
        }
        if (m_child->waitForFinished(20))
            return false;
    }
    return false;
}

HubLocation DemoHub::location(HubLocation where) const
{
    where.url = m_url.adjusted(QUrl::StripTrailingSlash);
    where.webSocketUrl = m_webSocketUrl;
    where.token = m_token;
    return where;
}

} // namespace trunkline
