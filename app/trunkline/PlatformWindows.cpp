// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Platform.h"

#include <QPointer>

#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <io.h>
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#include <shellapi.h>

namespace trunkline::platform {

QStringList arguments(int, char **)
{
    QStringList list;
    int count = 0;
    if (LPWSTR *words = CommandLineToArgvW(GetCommandLineW(), &count)) {
        for (int i = 0; i < count; ++i)
            list << QString::fromWCharArray(words[i]);
        LocalFree(words);
    }
    return list;
}

bool isTerminal(std::FILE *stream)
{
    if (!_isatty(_fileno(stream)))
        return false;
    const HANDLE handle = reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(stream)));
    DWORD mode = 0;
    if (GetConsoleMode(handle, &mode))
        SetConsoleMode(handle, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
    return true;
}

quint64 raiseOpenFileLimit()
{
    return 0;       // sockets are handles there, without such a limit
}

void tuneAllocator() { }

struct Companion::Parts final : public Companion::First
{
    std::mutex mutex;
    std::condition_variable changed;
    News news;
    bool hasNews = false;
    bool hasEnded = false;
    bool isAsked = false;
    QByteArray word;
    std::function<void()> tellEnd;      ///< with the mutex held
    std::thread thread;

    News wait(std::chrono::milliseconds patience) override
    {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, patience, [this] { return hasNews; });
        hasNews = false;
        return std::exchange(news, {});
    }
    void live(std::span<char> memory, const Life &life)
    {
        const QByteArray last = life(memory, *this);
        const std::scoped_lock lock(mutex);
        word = last;
        hasEnded = true;
        if (tellEnd && !isAsked)
            tellEnd();
    }
    void give(const QByteArray &told, State state)
    {
        const std::scoped_lock lock(mutex);
        news.told += told;
        news.state = state;
        hasNews = true;
        changed.notify_one();
    }
};

Companion::Companion(std::span<char> memory) : m_memory(memory), m_parts(std::make_unique<Parts>())
{
}

Result<std::unique_ptr<Companion>> Companion::start(std::size_t bytes, int, const Life &life)
{
    void *memory = VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!memory)
        return failure(ErrorCode::Io, QStringLiteral("no memory to share"));
    std::unique_ptr<Companion> made(new Companion({static_cast<char *>(memory), bytes}));
    made->m_parts->thread = std::thread([parts = made->m_parts.get(), memory = made->m_memory, life] { parts->live(memory, life); });
    return made;
}

void Companion::tell(const QByteArray &text) { m_parts->give(text, First::State::Lives); }

void Companion::listen(QObject *context, const std::function<void(const QByteArray &word)> &ended)
{
    const std::scoped_lock lock(m_parts->mutex);
    m_parts->tellEnd = [parts = m_parts.get(), context, ended] {
        QMetaObject::invokeMethod(context, [word = parts->word, ended] { ended(word); }, Qt::QueuedConnection);
    };
    if (m_parts->hasEnded)
        m_parts->tellEnd();
}

void Companion::end()
{
    if (!m_parts->thread.joinable())
        return;
    {
        const std::scoped_lock lock(m_parts->mutex);
        m_parts->isAsked = true;
    }
    m_parts->give({}, First::State::Asks);
    m_parts->thread.join();
}

Companion::~Companion()
{
    end();
    VirtualFree(m_memory.data(), 0, MEM_RELEASE);
}

bool isProcessAlive(qint64 pid)
{
    const HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, static_cast<DWORD>(pid));
    if (!process)
        return GetLastError() == ERROR_ACCESS_DENIED;
    const bool alive = WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
    CloseHandle(process);
    return alive;
}

QString portHolder(quint16)
{
    return {};
}

void notifyServiceManager(const QByteArray &)
{
}

Result<std::optional<qintptr>> passedListener()
{
    return std::optional<qintptr>();
}

ProcessWatch::ProcessWatch(qint64 pid) : m_pid(pid)
{
}

ProcessWatch::~ProcessWatch() = default;

bool ProcessWatch::isAlive() const
{
    return isProcessAlive(m_pid);
}

namespace {

// The console calls its handler on a thread of its own, without an argument to find the object by.
std::atomic<StopSignals *> current = nullptr;
std::atomic<int> eventsSeen = 0;

/// Windows ends the process five seconds after the console was closed or the user logged off, or as soon as the handler returns.
constexpr DWORD kGraceMilliseconds = 4'800;

BOOL WINAPI onConsoleEvent(DWORD event)
{
    StopSignals *signals = current;
    if (!signals)
        return FALSE;
    if (++eventsSeen > 1)
        ExitProcess(130);
    QMetaObject::invokeMethod(signals, &StopSignals::received, Qt::QueuedConnection);
    if (event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)
        Sleep(kGraceMilliseconds);      // main() returns meanwhile, and ends the process
    return TRUE;
}

} // namespace

StopSignals::StopSignals(QObject *parent) : QObject(parent)
{
    current = this;
    SetConsoleCtrlHandler(onConsoleEvent, TRUE);
}

StopSignals::~StopSignals()
{
    SetConsoleCtrlHandler(onConsoleEvent, FALSE);
    current = nullptr;
}

struct LineReader::Parts
{
};

/// The console offers no event for typed lines: a detached thread waits for them and ends with the process.
LineReader::LineReader(QObject *parent) : QObject(parent), m_parts(std::make_unique<Parts>())
{
    std::thread([self = QPointer<LineReader>(this)] {
        std::string line;
        while (std::getline(std::cin, line)) {
            const QByteArray bytes = QByteArray::fromStdString(line);
            if (!self)
                return;
            QMetaObject::invokeMethod(self, [self, bytes] { Q_EMIT self->lineRead(bytes); }, Qt::QueuedConnection);
        }
        if (self)
            QMetaObject::invokeMethod(self, &LineReader::ended, Qt::QueuedConnection);
    }).detach();
}

LineReader::~LineReader() = default;

void LineReader::readAvailable()
{
}

} // namespace trunkline::platform
