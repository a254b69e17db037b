// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <span>

/// What differs between systems. PlatformUnix.cpp and PlatformWindows.cpp implement it.
namespace trunkline::platform {

/// The command line as text, the program first. Works before the application object exists.
[[nodiscard]] QStringList arguments(int argc, char **argv);
/// Whether a person sits there; on Windows this also switches the console to ANSI colors.
[[nodiscard]] bool isTerminal(std::FILE *stream);
/// Raises the soft limit of open files to the hard one. Gives the limit in force, 0 when there is none to speak of.
quint64 raiseOpenFileLimit();
/// Keeps freed memory for the next message instead of giving it back each time: messages of 64 KiB cost half.
void tuneAllocator();
/// Whether a process of that id runs.
[[nodiscard]] bool isProcessAlive(qint64 pid);
/// "python3 (pid 1234)" for whoever listens on that TCP port; empty when the system does not tell.
[[nodiscard]] QString portHolder(quint16 port);
/// Tells the service manager, if one asks to be told (sd_notify's protocol).
void notifyServiceManager(const QByteArray &state);

/// The listening socket that a service manager opened for this process (sd_listen_fds' protocol: LISTEN_PID, LISTEN_FDS); nullopt when
/// it passed none. Children inherit nothing of it. InvalidSetting: several, or something else than a listening TCP socket. Once.
[[nodiscard]] Result<std::optional<qintptr>> passedListener();

/// Watches one process by its id. A later process with the same id is not taken for it where the system can tell.
class ProcessWatch final
{
public:
    explicit ProcessWatch(qint64 pid);
    ~ProcessWatch();
    Q_DISABLE_COPY_MOVE(ProcessWatch)

    [[nodiscard]] bool isAlive() const;

private:
    qint64 m_pid;
    int m_descriptor = -1;
};

/// Memory, and a second process that shares it and outlives the first: it learns when that one has ended, killed or not. Where the
/// system cannot part a process in two it is a thread, which is killed with the rest. Make it before the first thread.
class Companion final
{
public:
    /// How the second one sees the first.
    class First
    {
    public:
        enum class State {
            Lives,
            Asks,       ///< to do what is left and to end
            Killed      ///< or crashed
        };
        struct News
        {
            QByteArray told{};
            State state = State::Lives;
        };
        virtual ~First() = default;
        /// News, at the latest after `patience`.
        virtual News wait(std::chrono::milliseconds patience) = 0;
    };
    /// Ends with a word to the first one, if it has something to say.
    using Life = std::function<QByteArray(std::span<char> memory, First &first)>;
    /// `bytes` of zeros, and a second process with nothing of the first one's but that and the descriptor `keeps`. Io: the system refuses.
    static Result<std::unique_ptr<Companion>> start(std::size_t bytes, int keeps, const Life &life);
    ~Companion();       ///< as end()
    Q_DISABLE_COPY_MOVE(Companion)

    [[nodiscard]] std::span<char> memory() const { return m_memory; }
    /// No byte of it is zero.
    void tell(const QByteArray &text);
    /// Calls `ended` once on the context's thread, with its word, when the second one has ended though nobody asked it to.
    void listen(QObject *context, const std::function<void(const QByteArray &word)> &ended);
    /// Asks it to end, and waits.
    void end();

private:
    struct Parts;
    explicit Companion(std::span<char> memory);
    std::span<char> m_memory;
    std::unique_ptr<Parts> m_parts;
};

/// SIGINT and SIGTERM as an event of the loop; the second of them ends the process at once with 128 + its number. SIGHUP asks to
/// read files again where somebody listens to that, unless the terminal that the process belonged to is gone; else to stop.
/// One at a time; the application object must exist.
class StopSignals final : public QObject
{
    Q_OBJECT

public:
    explicit StopSignals(QObject *parent = nullptr);
    ~StopSignals() override;

Q_SIGNALS:
    void received();
    void reloadRequested();
};

/// Lines from stdin, as they are typed.
class LineReader final : public QObject
{
    Q_OBJECT

public:
    explicit LineReader(QObject *parent = nullptr);
    ~LineReader() override;

Q_SIGNALS:
    void lineRead(const QByteArray &line);      ///< without its line end
    void ended();

private:
    struct Parts;
    void readAvailable();
    std::unique_ptr<Parts> m_parts;
};

} // namespace trunkline::platform
