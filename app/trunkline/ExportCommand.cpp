// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/CaptureOptions.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "bench/Capsule.h"
#include "bench/Export.h"
#include "hub/capture/Redaction.h"
#include "hub/core/SettingsValues.h"

#include <QFile>
#include <QJsonObject>
#include <QSaveFile>

namespace trunkline {

namespace {

QList<Option> exportOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("har"), Takes::Nothing, {}, QStringLiteral("HTTP Archive, for the network tab of a browser")},
            {QStringLiteral("curl"), Takes::Value, QStringLiteral("N"), QStringLiteral("The command that posts message N again")},
            {QStringLiteral("redact"), Takes::Value, QStringLiteral("PATHS"), QStringLiteral("Mask these values: data.token,*.password")},
            {QStringLiteral("output"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Where to; else stdout")},
            {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object: the command of --curl, or file and bytes of --output")}};
}

Result<QByteArray> exported(const Arguments &arguments, Capture &capture)
{
    const bool har = arguments.has(QStringLiteral("har"));
    const bool curl = arguments.has(QStringLiteral("curl"));
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    if (har && curl)
        return bad(QStringLiteral("give either --har or --curl N"));
    if (!har && !curl && !arguments.has(QStringLiteral("redact")))
        return bad(QStringLiteral("say what to make of it: --har, --curl N or --redact PATHS"));
    if (arguments.has(QStringLiteral("redact")))
        Redaction(pathsOf(arguments.value(QStringLiteral("redact")))).apply(capture);
    if (har)
        return toHar(capture);
    if (!curl)
        return toBytes(capture);
    const auto number = values::wholeNumber(arguments.value(QStringLiteral("curl")));
    if (!number || *number < 1)
        return bad(QStringLiteral("--curl: the number of a message, the n of its line"));
    return toCurl(capture, quint64(*number));
}

} // namespace

int runExport(const Invocation &invocation)
{
    const auto fail = [&](const QString &detail) {
        printError(QStringLiteral("%1 export: %2").arg(invocation.program, detail));
        return ExitUsage;
    };
    const auto arguments = Arguments::parse(invocation.arguments, exportOptions(), 1);
    if (!arguments)
        return fail(arguments.error().detail + QStringLiteral(" (") + invocation.program + QStringLiteral(" export --help)"));
    if (arguments->has(QStringLiteral("help"))) {
        return printOut(QStringLiteral("Usage: %1 export FILE (--har | --curl N | --redact PATHS) [--output FILE]\n\n"
                                       "Turns a capture into something else.\n\n").arg(invocation.program)
                        + optionsHelp(exportOptions()) + QStringLiteral("\nExit codes: 0 fine, 2 bad usage or a file that cannot be read or written.\n"))
            ? ExitFine : ExitCheckFailed;
    }
    if (arguments->positional().isEmpty())
        return fail(QStringLiteral("which capture? export FILE --har"));
    auto capture = openCapture(arguments->positional().first());
    if (!capture)
        return fail(capture.error().detail);
    for (const QString &remark : capture->remarks())
        printError(remark);
    const auto bytes = exported(*arguments, *capture);
    if (!bytes)
        return fail(bytes.error().detail);
    const bool json = arguments->has(QStringLiteral("json"));
    if (json && arguments->has(QStringLiteral("curl")) && !arguments->has(QStringLiteral("output")))
        return printJson({{QStringLiteral("command"), QString::fromUtf8(*bytes).trimmed()}}) ? ExitFine : ExitCheckFailed;
    if (!arguments->has(QStringLiteral("output")))      // JSON it is already
        return printOut(*bytes) ? ExitFine : ExitCheckFailed;
    QSaveFile file(arguments->value(QStringLiteral("output")));
    if (!file.open(QIODevice::WriteOnly) || file.write(*bytes) != bytes->size() || !file.commit())
        return fail(QStringLiteral("cannot write %1: %2").arg(file.fileName(), file.errorString()));
    if (json)
        return printJson({{QStringLiteral("file"), file.fileName()}, {QStringLiteral("bytes"), bytes->size()}}) ? ExitFine : ExitCheckFailed;
    return ExitFine;
}

} // namespace trunkline
