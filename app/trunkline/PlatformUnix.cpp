// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Platform.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMetaMethod>
#include <QSocketNotifier>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/syscall.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef Q_OS_MACOS
#include <climits>
#endif

namespace trunkline::platform {

QStringList arguments(int argc, char **argv)
{
    QStringList list;
    for (int i = 0; i < argc; ++i)
        list << QString::fromUtf8(argv[i]);
    return list;
}

bool isTerminal(std::FILE *stream)
{
    return isatty(fileno(stream)) == 1;
}

quint64 raiseOpenFileLimit()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    rlim_t wanted = limit.rlim_max;
#ifdef Q_OS_MACOS
    wanted = std::min<rlim_t>(wanted, OPEN_MAX);    // an unlimited soft limit is refused there
#endif
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
            getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

void tuneAllocator()
{
#ifdef __GLIBC__
    // glibc returns the top of the heap to the system above 128 KiB and maps what is larger than that anew each time.
    ::mallopt(M_TRIM_THRESHOLD, 16 * 1024 * 1024);
    ::mallopt(M_MMAP_THRESHOLD, 8 * 1024 * 1024);
#endif
}

bool isProcessAlive(qint64 pid)
{
    if (pid <= 0)
        return false;
    if (kill(static_cast<pid_t>(pid), 0) != 0 && errno != EPERM)
        return false;
    // Where nobody collects the dead, as in a container without an init, they still have an id: state Z, behind "(name)".
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return true;
    const QByteArray stat = file.readAll();
    return stat.mid(stat.lastIndexOf(')') + 2, 1) != "Z";
}

namespace {

/// Inodes of the sockets that listen on `port`, from the kernel's table (`/proc/net/tcp`, state 0A).
QByteArrayList listeningInodes(const char *table, quint16 port)
{
    QByteArrayList inodes;
    QFile file(QString::fromLatin1(table));
    if (!file.open(QIODevice::ReadOnly))
        return inodes;
    const QByteArray suffix = ':' + QByteArray::number(port, 16).toUpper().rightJustified(4, '0');
    for (const QByteArray &line : file.readAll().split('\n')) {
        const QByteArrayList fields = line.simplified().split(' ');
        if (fields.size() > 9 && fields[1].endsWith(suffix) && fields[3] == "0A")
            inodes << fields[9];
    }
    return inodes;
}

bool ownsOneOf(const QString &descriptors, const QByteArrayList &inodes)
{
    // QDir's own filters follow the links, which lead nowhere for sockets.
    for (const QString &name : QDir(descriptors).entryList(QDir::System | QDir::AllEntries | QDir::NoDotAndDotDot)) {
        char target[64];
        const QByteArray path = QFile::encodeName(descriptors + u'/' + name);
        const ssize_t size = readlink(path.constData(), target, sizeof target);
        const QByteArrayView link(target, std::max<ssize_t>(size, 0));
        for (const QByteArray &inode : inodes) {
            if (link == QByteArray("socket:[" + inode + ']'))
                return true;
        }
    }
    return false;
}

} // namespace

QString portHolder(quint16 port)
{
    const QByteArrayList inodes = listeningInodes("/proc/net/tcp", port) + listeningInodes("/proc/net/tcp6", port);
    if (inodes.isEmpty())
        return {};
    for (const QString &pid : QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs)) {
        const QString process = QStringLiteral("/proc/") + pid;
        if (!ownsOneOf(process + QStringLiteral("/fd"), inodes))
            continue;
        QFile name(process + QStringLiteral("/comm"));
        const QString text = name.open(QIODevice::ReadOnly) ? QString::fromUtf8(name.readAll().trimmed()) : QStringLiteral("a process");
        return QStringLiteral("%1 (pid %2)").arg(text, pid);
    }
    return {};
}

void notifyServiceManager(const QByteArray &state)
{
    QByteArray path = qgetenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (path.isEmpty() || path.size() >= static_cast<qsizetype>(sizeof address.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + static_cast<std::size_t>(path.size()));
    if (path[0] == '@')
        path[0] = '\0';     // Linux' abstract namespace
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (descriptor < 0)
        return;
    [[maybe_unused]] const ssize_t sent = sendto(descriptor, state.constData(), static_cast<std::size_t>(state.size()), 0,
                                                 reinterpret_cast<const sockaddr *>(&address), size);
    close(descriptor);
}

Result<std::optional<qintptr>> passedListener()
{
    constexpr int first = 3;        // SD_LISTEN_FDS_START
    bool fine = false;
    const bool ours = qEnvironmentVariable("LISTEN_PID").toLongLong(&fine) == getpid() && fine;
    const int count = qEnvironmentVariableIntValue("LISTEN_FDS");
    for (const char *name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        qunsetenv(name);            // whatever this process starts is not meant
    if (!ours || count < 1)
        return std::optional<qintptr>();
    for (int descriptor = first; descriptor < first + count; ++descriptor)
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    if (count > 1)
        return failure(ErrorCode::InvalidSetting, QStringLiteral("the service manager passed %1 sockets; the hub listens on one").arg(count));
    int listens = 0;
    auto size = static_cast<socklen_t>(sizeof listens);
    sockaddr_storage address{};
    auto addressSize = static_cast<socklen_t>(sizeof address);
    if (getsockopt(first, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0
        || getsockname(first, reinterpret_cast<sockaddr *>(&address), &addressSize) != 0
        || (address.ss_family != AF_INET && address.ss_family != AF_INET6))
        return failure(ErrorCode::InvalidSetting, QStringLiteral("what the service manager passed is no listening TCP socket (Accept=no, ListenStream=PORT)"));
    return std::optional<qintptr>(first);
}

ProcessWatch::ProcessWatch(qint64 pid) : m_pid(pid)
{
#if defined(Q_OS_LINUX) && defined(SYS_pidfd_open)
    m_descriptor = static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
#endif
}

ProcessWatch::~ProcessWatch()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

bool ProcessWatch::isAlive() const
{
    if (m_descriptor < 0)
        return isProcessAlive(m_pid);
    pollfd entry{m_descriptor, POLLIN, 0};      // readable once the process has ended, as a zombie too
    return poll(&entry, 1, 0) == 0;
}

namespace {

// A signal handler can reach nothing but globals.
volatile std::sig_atomic_t signalsSeen = 0;
int signalPipe[2] = {-1, -1};

bool hadTerminal = false;

bool hasTerminal()
{
    const int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (terminal >= 0)
        close(terminal);
    return terminal >= 0;
}

extern "C" void onReloadSignal(int)
{
    const int savedError = errno;
    [[maybe_unused]] const ssize_t written = write(signalPipe[1], "r", 1);
    errno = savedError;
}

extern "C" void onStopSignal(int number)
{
    const int savedError = errno;
    signalsSeen = signalsSeen + 1;
    if (signalsSeen > 1)
        _exit(128 + number);
    [[maybe_unused]] const ssize_t written = write(signalPipe[1], "s", 1);
    errno = savedError;
}

void handle(int number, void (*handler)(int))
{
    struct sigaction action{};
    sigaction(number, nullptr, &action);
    if (number == SIGHUP && action.sa_handler == SIG_IGN)
        return;             // nohup
    action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
}

} // namespace

StopSignals::StopSignals(QObject *parent) : QObject(parent)
{
    if (pipe(signalPipe) != 0)
        return;
    for (const int end : signalPipe) {
        fcntl(end, F_SETFD, FD_CLOEXEC);
        fcntl(end, F_SETFL, O_NONBLOCK);
    }
    auto *notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte;
        bool stop = false;
        bool reload = false;
        while (read(signalPipe[0], &byte, 1) == 1)
            (byte == 's' ? stop : reload) = true;
        // A closed terminal sends SIGHUP, too.
        const bool canReload = isSignalConnected(QMetaMethod::fromSignal(&StopSignals::reloadRequested));
        if (reload && !stop && canReload && (!hadTerminal || hasTerminal()))
            Q_EMIT reloadRequested();
        else
            Q_EMIT received();
    });
    hadTerminal = hasTerminal();
    for (const int number : {SIGINT, SIGTERM})
        handle(number, onStopSignal);
    handle(SIGHUP, onReloadSignal);
}

StopSignals::~StopSignals()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        handle(number, SIG_DFL);
    for (int &end : signalPipe) {
        close(end);
        end = -1;
    }
}

struct LineReader::Parts
{
    QSocketNotifier notifier{STDIN_FILENO, QSocketNotifier::Read};
    QByteArray pending;
};

LineReader::LineReader(QObject *parent) : QObject(parent), m_parts(std::make_unique<Parts>())
{
    connect(&m_parts->notifier, &QSocketNotifier::activated, this, &LineReader::readAvailable);
}

LineReader::~LineReader() = default;

void LineReader::readAvailable()
{
    char buffer[65536];
    const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
    if (size < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (size > 0)
        m_parts->pending.append(buffer, size);
    const bool atEnd = size <= 0;
    if (atEnd)
        m_parts->notifier.setEnabled(false);
    if (atEnd && !m_parts->pending.isEmpty())
        m_parts->pending += '\n';
    for (qsizetype end = m_parts->pending.indexOf('\n'); end >= 0; end = m_parts->pending.indexOf('\n')) {
        QByteArray line = m_parts->pending.left(end);
        m_parts->pending.remove(0, end + 1);
        if (line.endsWith('\r'))
            line.chop(1);
        Q_EMIT lineRead(line);
    }
    if (atEnd)
        Q_EMIT ended();
}

} // namespace trunkline::platform
