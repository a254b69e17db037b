// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Gate.h"

#include "hub/net/Connection.h"
#include "hub/net/Sockets.h"
#include "hub/net/TlsFiles.h"
#include "hub/net/SharedPort.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QLoggingCategory>
#include <QSslSocket>

#include <cerrno>
#include <limits>
#include <utility>

#ifndef Q_OS_WIN
#  include <fcntl.h>
#  include <sys/resource.h>
#  include <sys/socket.h>
#  include <unistd.h>
#endif

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcGate, "trunkline.gate")

constexpr int kBacklog = 4096;
constexpr int kReservedDescriptors = 64;
[[maybe_unused]] constexpr int kAcceptsATurn = 64;
constexpr qsizetype kScratchBytes = 64 * 1024;

/// How many files the process may open; 0 where there is no such number.
int descriptorLimit()
{
#ifdef Q_OS_WIN
    return 0;
#else
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > rlim_t(std::numeric_limits<int>::max()))
        return 0;
    return int(limit.rlim_cur);
#endif
}

std::optional<QHostAddress> addressOf(const QString &host)
{
    if (const QHostAddress address(host); !address.isNull())
        return address;
    const auto found = QHostInfo::fromName(host).addresses();
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

/// Is counted as long as it lives. Not a slot of destroyed(): QWebSocket disconnects everything from its socket.
template <typename Socket>
class Counted final : public Socket
{
public:
    Counted(std::shared_ptr<int> count, QObject *parent) : Socket(parent), m_count(std::move(count)) { ++*m_count; }
    ~Counted() override { --*m_count; }
    /// Counts for its address as well.
    const AddressCounts::Place &takePlace(std::shared_ptr<AddressCounts> counts)
    {
        return *(m_place = std::make_unique<AddressCounts::Place>(std::move(counts), senderOf(peerName(*this))));
    }

private:
    const std::shared_ptr<int> m_count;
    std::unique_ptr<AddressCounts::Place> m_place;
};

} // namespace

Gate::Gate(GateContext &context) : m_context(context), m_descriptorLimit(descriptorLimit())
{
    m_context.scratch.resize(kScratchBytes);
    setListenBacklogSize(kBacklog);
    m_resume.setSingleShot(true);
    m_resume.setInterval(100);
    connect(&m_resume, &QTimer::timeout, this, [this] {
        if (m_arrivals)
            m_arrivals->setEnabled(true);
    });
}

Gate::~Gate() { stopAccepting(); }

Result<void> Gate::open(qintptr listener)
{
    if (const auto loaded = reloadCertificate(); !loaded)
        return loaded;
    if (listener >= 0) {
        if (!setSocketDescriptor(listener))
            return failure(ErrorCode::ListenFailed, QStringLiteral("Cannot listen on the socket that was passed: %1").arg(errorString()));
        startAccepting();
        return {};
    }
    const Settings &settings = m_context.settings;
    const auto address = addressOf(settings.host);
    if (!address)
        return failure(ErrorCode::ListenFailed, QStringLiteral("HOST=%1 is not an address of this machine").arg(settings.host));
    if (settings.reusePort) {
        const auto shared = listenOnSharedPort(*address, settings.port, kBacklog);
        if (!shared)
            return failure(shared.error().code, QStringLiteral("Cannot listen on %1 port %2: %3")
                                                    .arg(settings.host, QString::number(settings.port), shared.error().detail));
        return open(*shared);
    }
    if (listen(*address, settings.port)) {
        startAccepting();
        return {};
    }
    bool inUse = serverError() == QAbstractSocket::AddressInUseError;
#ifdef Q_OS_WIN
    // Windows reserves ranges of ports, for Hyper-V and others, and then says "access denied".
    inUse = inUse || serverError() == QAbstractSocket::SocketAccessError;
#endif
    const ErrorCode code = inUse ? ErrorCode::AddressInUse : ErrorCode::ListenFailed;
    return failure(code, QStringLiteral("Cannot listen on %1 port %2: %3")
                             .arg(settings.host, QString::number(settings.port), errorString()));
}

Result<void> Gate::reloadCertificate()
{
    const Settings &settings = m_context.settings;
    if (settings.tlsCert.isEmpty() && settings.tlsKey.isEmpty())
        return {};
    auto loaded = loadTlsFiles(settings.tlsCert, settings.tlsKey);
    if (!loaded)
        return tl::unexpected(loaded.error());
    m_tls = *std::move(loaded);
    return {};
}

int Gate::connectionLimit() const
{
    const int configured = m_context.settings.maxConnections;
    const int possible = m_descriptorLimit > 0 ? qMax(1, m_descriptorLimit - kReservedDescriptors) : std::numeric_limits<int>::max();
    return configured > 0 ? qMin(configured, possible) : possible;
}

void Gate::incomingConnection(qintptr descriptor)
{
    const AddressCounts::Place *place = nullptr;
    const auto adopt = [&](auto *socket) -> QTcpSocket * {
        if (socket->setSocketDescriptor(descriptor)) {
            if (m_context.settings.maxConnectionsPerAddress > 0)
                place = &socket->takePlace(m_addresses);
            return socket;
        }
        delete socket;
        return nullptr;
    };
    QTcpSocket *socket = m_tls ? adopt(new Counted<QSslSocket>(m_connections, this)) : adopt(new Counted<PlainSocket>(m_connections, this));
    if (!socket)
        return;
    if (const auto refusal = refusalOf(descriptor, place)) {
        refuse(socket, *refusal);
        return;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (auto *tls = qobject_cast<QSslSocket *>(socket))
        encrypt(tls);
    else
        start(socket);
}

std::optional<HttpRefusal> Gate::refusalOf(qintptr descriptor, const AddressCounts::Place *place) const
{
    const Settings &settings = m_context.settings;
    // Other parts of the program use descriptors as well; with none left, accept() would be asked again and again.
    if (m_descriptorLimit > 0 && descriptor >= m_descriptorLimit - kReservedDescriptors)
        return HttpRefusal{503, "The hub is out of file descriptors: raise the limit of open files (ulimit -n, LimitNOFILE=)", "Retry-After: 1\r\n"};
    if (*m_connections > connectionLimit())
        return HttpRefusal{503, "More connections than MAX_CONNECTIONS=" + QByteArray::number(settings.maxConnections) + " allows",
                           "Retry-After: 1\r\n"};
    if (place && place->count() > settings.maxConnectionsPerAddress)
        return HttpRefusal{429, "More connections from one address than MAX_CONNECTIONS_PER_ADDRESS="
                                    + QByteArray::number(settings.maxConnectionsPerAddress) + " allows", "Retry-After: 1\r\n"};
    return std::nullopt;
}

void Gate::refuse(QTcpSocket *socket, const HttpRefusal &refusal)
{
    noteRefusal(m_context.refusals, peerName(*socket), refusal.status, refusal.detail);
    RequestTrace trace;
    trace.ensureId(m_context.requestIds);
    socket->write(encodeResponse(HttpResponse::error(refusal), {.close = true, .requestId = trace.id()}));
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(std::chrono::duration_cast<std::chrono::milliseconds>(m_context.deadlines.linger), socket,
                       [socket] { socket->abort(); });
    socket->disconnectFromHost();
}

void Gate::encrypt(QSslSocket *socket)
{
    socket->setSslConfiguration(*m_tls);
    auto *deadline = new QTimer(socket);
    deadline->setSingleShot(true);
    connect(deadline, &QTimer::timeout, socket, &QSslSocket::abort);
    deadline->start(std::chrono::duration_cast<std::chrono::milliseconds>(m_context.deadlines.handshake));
    connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
    connect(socket, &QSslSocket::encrypted, this, [this, socket, deadline] {
        delete deadline;
        disconnect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
        start(socket);
    });
    socket->startServerEncryption();
}

void Gate::start(QTcpSocket *socket) { new Connection(socket, m_context, &m_connectionParent); }

/// QTcpServer takes no notice of an error behind its first EAGAIN: with no descriptor left it would ask without end.
void Gate::startAccepting()
{
#ifdef Q_OS_UNIX
    // A descriptor of our own: one that two notifiers watch would be served by the later one alone.
    m_listener = ::fcntl(int(socketDescriptor()), F_DUPFD_CLOEXEC, 0);
    if (m_listener < 0)
        return;
    pauseAccepting();
    m_arrivals = std::make_unique<QSocketNotifier>(m_listener, QSocketNotifier::Read);
    connect(m_arrivals.get(), &QSocketNotifier::activated, this, &Gate::acceptSome);
#endif
}

void Gate::stopAccepting()
{
#ifdef Q_OS_UNIX
    m_arrivals.reset();
    if (m_listener >= 0)
        ::close(std::exchange(m_listener, -1));
#endif
}

void Gate::offerLane(QTcpSocket *socket)
{
    addPendingConnection(socket);
    if (m_arrivals)
        pauseAccepting();       // taking a pending connection made QTcpServer accept again
}

void Gate::acceptSome()
{
#ifdef Q_OS_UNIX
    for (int i = 0; i < kAcceptsATurn && m_arrivals; ++i) {
#  ifdef Q_OS_LINUX
        const int descriptor = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
#  else
        const int descriptor = ::accept(m_listener, nullptr, nullptr);
#  endif
        if (descriptor >= 0) {
#  ifndef Q_OS_LINUX
            ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
#  endif
            if (std::exchange(m_outOfDescriptors, false))
                qCInfo(lcGate, "Accepting again");
            incomingConnection(descriptor);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            return waitForDescriptors();
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
#endif
}

/// Clients stay in the backlog until somebody leaves; asking at once again would spin.
void Gate::waitForDescriptors()
{
    if (!std::exchange(m_outOfDescriptors, true))
        qCWarning(lcGate, "Out of file descriptors with %d connections: not accepting for a while (ulimit -n)", *m_connections);
    m_arrivals->setEnabled(false);
    m_resume.start();
}

bool Gate::isStreaming() const
{
    for (const QObject *child : m_connectionParent.children()) {
        if (static_cast<const Connection *>(child)->isStreaming())
            return true;
    }
    return false;
}

void Gate::stop()
{
    stopAccepting();
    close();
    for (QObject *child : m_connectionParent.children())
        static_cast<Connection *>(child)->closeWhenIdle();
}

} // namespace trunkline
