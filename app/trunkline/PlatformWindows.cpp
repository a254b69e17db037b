// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Platform.h"

#include <QPointer>

#include <atomic>
#include <iostream>
#include <string>
#include <thread>

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

Result<std::unique_ptr<Afterlife>> Afterlife::start(std::size_t bytes, const Finish &)
{
    void *memory = VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (!memory)
        return failure(ErrorCode::Io, QStringLiteral("no memory to share"));
    return std::unique_ptr<Afterlife>(new Afterlife({static_cast<char *>(memory), bytes}));
}

void Afterlife::done() { }

Afterlife::~Afterlife() { VirtualFree(m_memory.data(), 0, MEM_RELEASE); }

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
