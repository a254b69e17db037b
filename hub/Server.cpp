// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/Server.h"

#include "hub/Hub.h"
#include "hub/ServerFeed.h"
#include "hub/api/EchoHost.h"
#include "hub/api/Router.h"
#include "hub/cluster/ConnectBackplane.h"
#include "hub/net/Gate.h"
#include "hub/net/HttpFrontend.h"
#include "hub/net/WheelDriver.h"
#include "hub/net/WsFrontend.h"
#include "hub/store/SqliteStore.h"
#include "hub/view/HubMonitor.h"

#include <QRandomGenerator>
#include <QTimer>

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds kShutdownLimit{4000};
constexpr std::chrono::milliseconds kShutdownPoll{20};

QByteArray randomToken()
{
    QByteArray bytes(24, Qt::Uninitialized);
    QRandomGenerator::system()->generate(bytes.begin(), bytes.end());
    return bytes.toHex();
}

} // namespace

struct Server::Parts
{
    Parts(const Settings &given, const Clock &clock)
        : settings(given), wheel(clock), hub(settings, clock, wheel.wheel()), router(hub),
          rates(settings, clock), context{settings, wheel.wheel(), router, turn, rates, hub.refusals()}, feed(hub, router, context, clock), monitor(feed)
    {
        context.parser = RequestHeadParser({qsizetype(settings.maxHeadBytes), std::size_t(settings.maxHeaders),
                                            qsizetype(settings.maxUrlBytes)});
        router.addAdmin(monitor, settings);
    }
    Result<AccessPolicy> makeAccess() const
    {
        const QHostAddress bound = gate->serverAddress();
        return AccessPolicy::create(settings, bound.toString().toLatin1(), bound.isLoopback(), adminToken, feed.clock());
    }

    /// What STORE holds comes back before the first client does.
    Result<void> attachStore()
    {
        if (settings.store.isEmpty())
            return {};
        auto opened = SqliteStore::open(settings.store);
        if (!opened)
            return tl::unexpected(opened.error());
        store = std::move(opened->store);
        hub.attachStore(*store, std::move(opened->users));
        return {};
    }

    /// With REDIS_URL the hub shares its users from its first client on.
    Result<void> connectBackplane(const Clock &clock)
    {
        if (settings.redisUrl.isEmpty())
            return {};
        auto made = makeBackplane(settings, clock, turn);
        if (!made)
            return tl::unexpected(made.error());
        backplane = *std::move(made);
        hub.attachBackplane(backplane->plane(), backplane->store());
        backplane->start(hub.backplaneHost());
        return {};
    }

    const Settings settings;
    WheelDriver wheel;
    TurnWriter turn;
    std::unique_ptr<SqliteStore> store;         ///< null: kept in memory only
    std::unique_ptr<SharedBackplane> backplane; ///< null: the hub stands alone
    Hub hub;
    Router router;
    RateLimits rates;
    GateContext context;
    ServerFeed feed;
    HubMonitor monitor;
    QByteArray adminToken = randomToken();
    std::optional<AccessPolicy> access;
    EchoHost echo;
    std::unique_ptr<WsFrontend> webSockets;
    Gate *gate = nullptr;                       ///< owned by the frontend, to which it is bound
    std::unique_ptr<HttpFrontend> http;
    QTimer shutdownPoll;
    int shutdownPollsLeft = 0;
};

Server::Server(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) { }

Server::~Server()
{
    // A stream or session that is still open hears of the end while everything it refers to is there.
    m_parts->router.endWaiting();
    m_parts->hub.shutdown();
    if (m_parts->backplane)
        m_parts->backplane->stop();
    // Connections first: they hold on to everything else. The event streams of those who watch hold on to the monitor.
    m_parts->router.endWatching();
    m_parts->http.reset();
    m_parts->webSockets.reset();
}

Result<std::unique_ptr<Server>> Server::start(const Settings &settings, const Clock &clock, qintptr listener)
{
    auto parts = std::make_unique<Parts>(settings, clock);
    if (const auto attached = parts->attachStore(); !attached)
        return tl::unexpected(attached.error());
    if (const auto connected = parts->connectBackplane(clock); !connected)
        return tl::unexpected(connected.error());
    auto gate = std::make_unique<Gate>(parts->context);
    if (const auto opened = gate->open(listener); !opened)
        return tl::unexpected(opened.error());
    parts->gate = gate.get();
    auto access = parts->makeAccess();
    if (!access)
        return tl::unexpected(access.error());
    parts->access = *std::move(access);
    parts->context.access = &*parts->access;
    parts->context.secure = !settings.tlsCert.isEmpty();
    parts->webSockets = std::make_unique<WsFrontend>(parts->settings, parts->wheel.wheel(), parts->turn, parts->rates,
                                                     parts->hub.refusals());
    parts->context.webSockets = parts->webSockets.get();
    parts->context.sessions = &parts->hub;
    parts->context.keepAlives = &parts->hub.heartbeats().keepAlives;
    if (settings.echoEndpoint)
        parts->context.echo = &parts->echo;
    parts->http = std::make_unique<HttpFrontend>(gate.release());
    parts->context.http = parts->http.get();
    std::unique_ptr<Server> server(new Server(std::move(parts)));
    Parts &own = *server->m_parts;
    own.feed.setPlace({server->url().toEncoded(), server->webSocketUrl().toEncoded(), own.adminToken, own.context.secure,
                       own.gate->serverAddress().isLoopback()});
    return server;
}

quint16 Server::port() const { return m_parts->gate->serverPort(); }

QUrl Server::url() const
{
    QHostAddress address = m_parts->gate->serverAddress();
    if (address == QHostAddress::AnyIPv4 || address == QHostAddress::Any)
        address = QHostAddress::LocalHost;
    else if (address == QHostAddress::AnyIPv6)
        address = QHostAddress::LocalHostIPv6;
    QUrl url;
    url.setScheme(m_parts->context.secure ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(address.toString());
    url.setPort(port());
    return url;
}

QUrl Server::webSocketUrl() const
{
    QUrl socketUrl = url();
    socketUrl.setScheme(m_parts->context.secure ? QStringLiteral("wss") : QStringLiteral("ws"));
    socketUrl.setPath(QString::fromUtf8(m_parts->settings.wsPath));
    return socketUrl;
}

QByteArray Server::adminToken() const { return m_parts->adminToken; }

HubMonitor &Server::monitor() const { return m_parts->monitor; }

void Server::setFaults(FaultPlan plan) { m_parts->feed.setFaults(std::move(plan)); }

int Server::sessionCount() const { return m_parts->hub.sessions().size(); }

bool Server::isStopping() const { return m_parts->hub.isStopping(); }

bool Server::isIdle() const { return sessionCount() == 0 && !m_parts->gate->isStreaming(); }

Result<void> Server::reload()
{
    auto access = m_parts->makeAccess();
    if (!access)
        return tl::unexpected(access.error());
    if (auto loaded = m_parts->gate->reloadCertificate(); !loaded)
        return loaded;
    m_parts->access = *std::move(access);
    return {};
}

void Server::shutdown()
{
    if (m_parts->hub.isStopping())
        return;
    m_parts->feed.stopDemo();
    m_parts->router.endWatching();
    m_parts->router.endWaiting();
    m_parts->hub.shutdown();
    if (m_parts->backplane)
        m_parts->backplane->stop();
    m_parts->echo.shutdown();
    m_parts->gate->stop();
    m_parts->shutdownPollsLeft = int(kShutdownLimit / kShutdownPoll);
    connect(&m_parts->shutdownPoll, &QTimer::timeout, this, [this] {
        const bool drained = m_parts->gate->connectionCount() == 0;
        if (!drained && --m_parts->shutdownPollsLeft > 0)
            return;
        m_parts->shutdownPoll.stop();
        Q_EMIT stopped();
    });
    m_parts->shutdownPoll.start(kShutdownPoll);
}

} // namespace trunkline
