// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Workers.h"

#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QHostInfo>
#include <QLoggingCategory>
#include <QProcess>
#include <QTimer>

#include <algorithm>
#include <memory>
#include <vector>

#ifdef Q_OS_UNIX
#include <csignal>
#endif

namespace trunkline {

namespace {

Q_LOGGING_CATEGORY(lcWorkers, "trunkline.workers")

using std::chrono::milliseconds;
constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{5'000};
constexpr milliseconds kStable{10'000};         ///< one that ran so long begins with the first pause again

/// Sends a signal on to a worker.
void signalWorker(const QProcess &process, int number)
{
#ifdef Q_OS_UNIX
    if (process.processId() > 0)
        ::kill(pid_t(process.processId()), number);
#else
    (void)process, (void)number;
#endif
}

/// One hub in a process of its own, started again when it dies.
class Worker final : public QObject
{
    Q_OBJECT

public:
    Worker(const WorkersOptions &options, int number, QObject *parent) : QObject(parent), m_number(number)
    {
        const QString name = (options.hubName.isEmpty() ? QHostInfo::localHostName() : options.hubName) + u'-' + QString::number(number);
        m_arguments = QStringList{QStringLiteral("serve")} + options.arguments;
        m_arguments << QStringLiteral("--reuse-port") << QStringLiteral("--hub-name") << name << QStringLiteral("--parent-pid")
                    << QString::number(QCoreApplication::applicationPid());
        if (!options.hasRedis)
            m_arguments << QStringLiteral("--redis-url") << QStringLiteral("redis://127.0.0.1:6379");
        if (!options.readyFile.isEmpty())
            m_arguments << QStringLiteral("--ready-file") << (number == 1 ? options.readyFile : options.readyFile + u'.' + QString::number(number));
        m_process.setProgram(options.program);
        m_process.setArguments(m_arguments);
        m_process.setProcessChannelMode(QProcess::ForwardedChannels);
        connect(&m_process, &QProcess::finished, this, &Worker::onFinished);
        connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
            if (error == QProcess::FailedToStart)
                Q_EMIT failed(ExitUsage, m_process.errorString());
        });
        m_pause.setSingleShot(true);
        connect(&m_pause, &QTimer::timeout, this, &Worker::start);
    }

    void start()
    {
        m_running.start();
        m_process.start(QIODevice::NotOpen);
    }
    void stop()
    {
        m_stopping = true;
        m_pause.stop();
        m_process.terminate();
    }
    void reload() const
    {
#ifdef Q_OS_UNIX
        signalWorker(m_process, SIGHUP);
#endif
    }
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

Q_SIGNALS:
    void ended();
    /// It cannot run at all.
    void failed(int code, const QString &reason);

private:
    void onFinished(int code, QProcess::ExitStatus status)
    {
        if (m_stopping)
            return Q_EMIT ended();
        // What it has said itself will not be better the next time.
        if (status == QProcess::NormalExit && (code == ExitUsage || code == ExitCannotListen))
            return Q_EMIT failed(code, {});
        m_backoff = m_running.hasExpired(kStable.count()) ? kFirstPause : std::min(m_backoff * 2, kLongestPause);
        qCWarning(lcWorkers, "Worker %d ended with %d; it starts again in %lld ms", m_number, code, qlonglong(m_backoff.count()));
        m_pause.start(m_backoff);
    }

    const int m_number;
    QStringList m_arguments;
    QProcess m_process;
    QTimer m_pause;
    QElapsedTimer m_running;
    milliseconds m_backoff = kFirstPause / 2;
    bool m_stopping = false;
};

} // namespace

int runWorkers(const WorkersOptions &options)
{
    const platform::StopSignals signalWatch;
    QObject owner;
    std::vector<Worker *> workers;
    int code = ExitFine;
    const auto stopAll = [&] {
        for (Worker *worker : workers)
            worker->stop();
        if (std::none_of(workers.begin(), workers.end(), [](const Worker *worker) { return worker->isRunning(); }))
            QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
    };
    for (int number = 1; number <= options.count; ++number) {
        auto *worker = new Worker(options, number, &owner);
        QObject::connect(worker, &Worker::ended, &owner, stopAll);
        QObject::connect(worker, &Worker::failed, &owner, [&code, stopAll](int failure, const QString &reason) {
            if (!reason.isEmpty())
                printError(reason);
            code = failure;
            stopAll();
        });
        workers.push_back(worker);
    }
    QObject::connect(&signalWatch, &platform::StopSignals::received, &owner, stopAll);
    QObject::connect(&signalWatch, &platform::StopSignals::reloadRequested, &owner, [&workers] {
        for (const Worker *worker : workers)
            worker->reload();
    });
    for (Worker *worker : workers)
        worker->start();
    QCoreApplication::exec();
    return code;
}

} // namespace trunkline

#include "Workers.moc"
