// SPDX-License-Identifier: GPL-3.0-or-later
// platform::Companion as a process of its own.
#include "app/trunkline/Platform.h"

#include <QSocketNotifier>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace trunkline::platform {

namespace {

/// Asks the second process to end; no text has it.
constexpr char kEnd = '\0';

void writeAll(int descriptor, const QByteArray &bytes)
{
    for (qsizetype written = 0; written < bytes.size();) {
        const ssize_t some = write(descriptor, bytes.constData() + written, std::size_t(bytes.size() - written));
        if (some < 0 && errno != EINTR)
            return;         // who should read it has ended
        written += std::max<ssize_t>(some, 0);
    }
}

/// A pipe whose ends nobody inherits who is started later; without them where the system refuses.
struct Pipe
{
    int reads = -1;
    int writes = -1;

    Pipe()
    {
        int ends[2];
        if (pipe(ends) != 0)
            return;
        reads = ends[0];
        writes = ends[1];
        for (const int end : ends)
            fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    ~Pipe()
    {
        closeEnd(reads);
        closeEnd(writes);
    }
    Q_DISABLE_COPY_MOVE(Pipe)

    static void closeEnd(int &end)
    {
        if (end >= 0)
            close(std::exchange(end, -1));
    }
};

class FirstProcess final : public Companion::First
{
public:
    explicit FirstProcess(int hears) : m_hears(hears) { }
    News wait(std::chrono::milliseconds patience) override
    {
        pollfd news{m_hears, POLLIN, 0};
        if (poll(&news, 1, int(patience.count())) <= 0)
            return {};
        char bytes[4096];
        const ssize_t size = read(m_hears, bytes, sizeof bytes);
        if (size < 0 && errno == EINTR)
            return {};
        if (size <= 0)
            return {.state = State::Killed};
        const bool asks = bytes[size - 1] == kEnd;
        return {.told = QByteArray(bytes, size - (asks ? 1 : 0)), .state = asks ? State::Asks : State::Lives};
    }

private:
    int m_hears;
};

/// In the second process: nothing of the first one's but the memory and what is named.
[[noreturn]] void live(const Pipe &there, const Pipe &back, int keeps, std::span<char> memory, const Companion::Life &life)
{
#ifdef Q_OS_LINUX
    prctl(PR_SET_NAME, "recorder");     // in lists of processes
#endif
    // The first process decides when both end; a file that may not grow is an error of the write.
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ})
        std::signal(number, SIG_IGN);
    const int nothing = open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(nothing, standard);
    for (int descriptor = STDERR_FILENO + 1; descriptor < 1024; ++descriptor) {
        if (descriptor != there.reads && descriptor != back.writes && descriptor != keeps)
            close(descriptor);
    }
    FirstProcess first(there.reads);
    writeAll(back.writes, life(memory, first));
    _exit(0);
}

QString systemError() { return QString::fromLocal8Bit(std::strerror(errno)); }

} // namespace

struct Companion::Parts
{
    Pipe there;
    Pipe back;
    pid_t pid = -1;
    std::unique_ptr<QSocketNotifier> notifier;
};

Companion::Companion(std::span<char> memory) : m_memory(memory), m_parts(std::make_unique<Parts>())
{
}

Result<std::unique_ptr<Companion>> Companion::start(std::size_t bytes, int keeps, const Life &life)
{
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return failure(ErrorCode::Io, QStringLiteral("no memory to share: %1").arg(systemError()));
    std::unique_ptr<Companion> made(new Companion({static_cast<char *>(memory), bytes}));
    Parts &parts = *made->m_parts;
    if (parts.there.reads < 0 || parts.back.reads < 0)
        return failure(ErrorCode::Io, QStringLiteral("no pipe: %1").arg(systemError()));
    std::signal(SIGPIPE, SIG_IGN);      // the second process may have ended before it is told to
    parts.pid = fork();
    if (parts.pid == 0)
        live(parts.there, parts.back, keeps, made->m_memory, life);
    if (parts.pid < 0)
        return failure(ErrorCode::Io, QStringLiteral("no second process: %1").arg(systemError()));
    Pipe::closeEnd(parts.there.reads);
    Pipe::closeEnd(parts.back.writes);
    return made;
}

void Companion::tell(const QByteArray &text) { writeAll(m_parts->there.writes, text); }

void Companion::listen(QObject *context, const std::function<void(const QByteArray &word)> &ended)
{
    m_parts->notifier = std::make_unique<QSocketNotifier>(m_parts->back.reads, QSocketNotifier::Read);
    QObject::connect(m_parts->notifier.get(), &QSocketNotifier::activated, context, [this, ended] {
        m_parts->notifier->setEnabled(false);
        char word[4096];
        const ssize_t size = read(m_parts->back.reads, word, sizeof word);
        ended(QByteArray(word, std::max<ssize_t>(size, 0)));
    });
}

void Companion::end()
{
    if (m_parts->pid <= 0)
        return;
    m_parts->notifier.reset();
    tell(QByteArray(1, kEnd));
    while (waitpid(m_parts->pid, nullptr, 0) < 0 && errno == EINTR) { }
    m_parts->pid = -1;
}

Companion::~Companion()
{
    end();
    munmap(m_memory.data(), m_memory.size());
}

} // namespace trunkline::platform
