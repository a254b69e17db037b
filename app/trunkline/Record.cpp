// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/CaptureOptions.h"
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "hub/capture/Recorder.h"
#include "hub/core/SettingsValues.h"
#include "hub/view/RemoteHubView.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonObject>
#include <QTimer>

namespace trunkline {

namespace {

struct RecordPlan
{
    Recorder::Options recorder;
    std::optional<std::chrono::milliseconds> duration;
    quint64 count = 0;          ///< 0: no bound
    bool json = false;
};

Result<RecordPlan> planOf(const Arguments &arguments)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    RecordPlan plan;
    auto file = captureFileOf(arguments, QStringLiteral("output"));
    if (!file)
        return tl::unexpected(file.error());
    plan.recorder.file = *file;
    if (plan.recorder.file.path.isEmpty())
        plan.recorder.file.path = QStringLiteral("hub-%1.trunk").arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
    plan.json = arguments.has(QStringLiteral("json"));
    plan.recorder.redact = pathsOf(arguments.value(QStringLiteral("redact")));
    if (arguments.has(QStringLiteral("duration"))) {
        plan.duration = values::duration(arguments.value(QStringLiteral("duration")));
        if (!plan.duration || plan.duration->count() == 0)
            return bad(QStringLiteral("--duration: allowed: a duration such as 300ms, 30s or 5m"));
    }
    if (arguments.has(QStringLiteral("count"))) {
        const auto count = values::wholeNumber(arguments.value(QStringLiteral("count")));
        if (!count || *count < 1)
            return bad(QStringLiteral("--count: a whole number from 1 on"));
        plan.count = quint64(*count);
    }
    return plan;
}

int record(const HubLocation &hub, const RecordPlan &plan)
{
    const HubAccess access{.url = hub.url, .token = hub.token, .tls = hub.tls, .insecure = hub.insecure};
    auto started = Recorder::start(plan.recorder, [access] {
        return std::make_unique<RemoteHubView>(access, Recorder::kViewLimits, nullptr, Legs::Both);
    });
    if (!started) {
        printError(started.error().detail);
        return ExitUsage;
    }
    std::unique_ptr<Recorder> recorder = *std::move(started);
    bool began = false;
    QObject::connect(recorder.get(), &Recorder::started, qApp, [&] {
        began = true;
        printError(QStringLiteral("Recording %1 to %2; Ctrl+C ends it").arg(hub.text(), plan.recorder.file.path));
        if (plan.duration)
            QTimer::singleShot(*plan.duration, qApp, [] { QCoreApplication::exit(ExitFine); });
    });
    QObject::connect(recorder.get(), &Recorder::grew, qApp, [&] {
        if (plan.count > 0 && recorder->messages() >= plan.count)
            QCoreApplication::exit(ExitFine);
    });
    QObject::connect(recorder.get(), &Recorder::failed, qApp, [](const QString &detail) {
        printError(detail);
        QCoreApplication::exit(ExitCheckFailed);
    });
    QObject::connect(recorder.get(), &Recorder::lost, qApp, [&](const QString &why) {
        printError(began ? QStringLiteral("the hub went away: %1").arg(why) : hub.unreachable(why));
        QCoreApplication::exit(ExitHubLost);
    });
    const platform::StopSignals signalWatch;
    QObject::connect(&signalWatch, &platform::StopSignals::received, qApp, [] { QCoreApplication::exit(ExitFine); });
    const int code = QCoreApplication::exec();
    recorder->flush();
    const quint64 messages = recorder->messages();
    const quint64 skipped = recorder->skipped();
    recorder.reset();
    if (began && plan.json) {
        printJson({{QStringLiteral("file"), plan.recorder.file.path}, {QStringLiteral("messages"), qint64(messages)},
                   {QStringLiteral("skipped"), qint64(skipped)}});
    } else if (began) {
        printError(QStringLiteral("%1 messages in %2").arg(messages).arg(plan.recorder.file.path)
                   + (skipped > 0 ? QStringLiteral("; %1 were missed").arg(skipped) : QString()));
    }
    return code;
}

} // namespace

int runRecord(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("record"),
        .help = QStringLiteral("Usage: %1 record [OPTIONS]\n\nWrites what goes over both legs of a running hub into a capture, until Ctrl+C.\n\n"),
        .footer = QStringLiteral("\nNeeds the hub's admin token, or one with the role observe: the ready file of a hub of yours has it.\n"
                                 "Exit codes: 0 fine, 1 the file cannot be written any more, 2 bad usage, 4 no hub there or it went away.\n"),
        .options = QList<Option>{{QStringLiteral("output"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Where to; else hub-DATE-TIME.trunk")},
                                 {QStringLiteral("duration"), Takes::Value, QStringLiteral("TIME"), QStringLiteral("End after this long")},
                                 {QStringLiteral("count"), Takes::Value, QStringLiteral("N"), QStringLiteral("End after at least N messages")},
                                 {QStringLiteral("redact"), Takes::Value, QStringLiteral("PATHS"),
                                  QStringLiteral("Mask these values, such as data.token,*.password")},
                                 {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object at the end")}}
                   + captureFileOptions() + hubOptions()};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        const auto plan = planOf(arguments);
        return plan ? record(hub, *plan) : command.usageError(invocation, plan.error().detail);
    });
}

} // namespace trunkline
