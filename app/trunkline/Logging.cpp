// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Logging.h"

#include "hub/core/LogRequest.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QThread>

#include <cstdio>
#include <memory>

namespace trunkline {

namespace {

struct Sink
{
    LogFormat format;
    LogLevel level;
    LogFormat::Colors colors;
};

// Qt's message handler is a bare function: what it needs can only stand here. Replaced before threads start.
std::shared_ptr<const Sink> sink;
const auto programStart = std::chrono::steady_clock::now();

LogLevel levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg: return LogLevel::Debug;
    case QtInfoMsg: return LogLevel::Info;
    case QtWarningMsg: return LogLevel::Warning;
    case QtCriticalMsg: return LogLevel::Error;
    case QtFatalMsg: return LogLevel::Critical;
    }
    return LogLevel::Info;
}

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    using std::chrono::duration_cast;
    const LogLevel level = levelOf(type);
    // Qt says this at every start without a login session; the fallback it then takes is the one we want.
    const bool noise = message.startsWith(QLatin1StringView("QStandardPaths: XDG_RUNTIME_DIR not set"));
    if (!sink || level < sink->level || (noise && sink->level > LogLevel::Debug))
        return;
    const LogRecord record{
        .time = duration_cast<LogRecord::Microseconds>(std::chrono::system_clock::now().time_since_epoch()),
        .elapsed = duration_cast<LogRecord::Microseconds>(std::chrono::steady_clock::now() - programStart),
        .level = level,
        .name = QString::fromUtf8(context.category),
        .message = message,
        .file = QString::fromUtf8(context.file),
        .function = QString::fromUtf8(context.function),
        .line = context.line,
        .process = QCoreApplication::applicationPid(),
        .thread = reinterpret_cast<quintptr>(QThread::currentThreadId()),
        .request = QString::fromLatin1(LogRequest::current()),
    };
    const QByteArray line = sink->format.line(record, sink->colors);
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
}

} // namespace

void installLogging(const LogFormat &format, LogLevel level, LogFormat::Colors colors)
{
    sink = std::make_shared<const Sink>(Sink{format, level, colors});
    // What is filtered here costs next to nothing where it would be said. Qt's own debug messages stay out of ours.
    QString rules = QStringLiteral("*.debug=false\n");
    if (level == LogLevel::Debug)
        rules += QStringLiteral("trunkline.*.debug=true\n");
    if (level > LogLevel::Info)
        rules += QStringLiteral("*.info=false\n");
    if (level > LogLevel::Warning)
        rules += QStringLiteral("*.warning=false\n");
    if (level > LogLevel::Error)
        rules += QStringLiteral("*.critical=false\n");
    QLoggingCategory::setFilterRules(rules);
    qInstallMessageHandler(handleMessage);
}

} // namespace trunkline
