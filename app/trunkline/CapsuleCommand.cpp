// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/CaptureOptions.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "bench/Capsule.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSaveFile>

namespace trunkline {

namespace {

QList<Option> capsuleOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("cid"), Takes::Value, QStringLiteral("ID"), QStringLiteral("The correlation id of the exchange; needed")},
            {QStringLiteral("output"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("Where to; else ID.trunkcase")},
            {QStringLiteral("redact"), Takes::Value, QStringLiteral("PATHS"), QStringLiteral("Mask these values, too: data.name,*.street")},
            {QStringLiteral("keep-secrets"), Takes::Nothing, {}, QStringLiteral("Don't mask what looks like a secret")},
            {QStringLiteral("preview"), Takes::Nothing, {}, QStringLiteral("Say what would go out, write nothing")},
            {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object instead")}};
}

void preview(const Capsule &capsule)
{
    for (const ZipEntry &file : capsule.files)
        printError(QStringLiteral("  %1  %2 bytes").arg(QString::fromUtf8(file.name), -14).arg(file.bytes.size()));
    for (const Redaction::Finding &finding : capsule.masked)
        printError(QStringLiteral("  masked %1 in %2 message%3").arg(QString::fromUtf8(finding.path)).arg(finding.count).arg(finding.count == 1 ? QString() : QStringLiteral("s")));
    if (capsule.masked.empty())
        printError(QStringLiteral("  nothing is masked"));
}

QJsonObject toJson(const Capsule &capsule, const QString &path, bool written)
{
    QJsonArray files, masked;
    for (const ZipEntry &file : capsule.files)
        files.append(QJsonObject{{QStringLiteral("name"), QString::fromUtf8(file.name)}, {QStringLiteral("bytes"), file.bytes.size()}});
    for (const Redaction::Finding &finding : capsule.masked)
        masked.append(QJsonObject{{QStringLiteral("path"), QString::fromUtf8(finding.path)}, {QStringLiteral("messages"), finding.count}});
    return {{QStringLiteral("file"), path}, {QStringLiteral("written"), written}, {QStringLiteral("files"), files},
            {QStringLiteral("masked"), masked}};
}

/// An id as part of a file's name.
QString fileNameOf(const QString &id)
{
    QString name;
    for (const QChar c : id.left(80))
        name += c.isLetterOrNumber() || c == u'-' || c == u'_' ? c : u'-';
    return name + QStringLiteral(".trunkcase");
}

} // namespace

int runCapsule(const Invocation &invocation)
{
    const auto fail = [&](const QString &detail) {
        printError(QStringLiteral("%1 capsule: %2").arg(invocation.program, detail));
        return ExitUsage;
    };
    const auto arguments = Arguments::parse(invocation.arguments, capsuleOptions(), 1);
    if (!arguments)
        return fail(arguments.error().detail + QStringLiteral(" (") + invocation.program + QStringLiteral(" capsule --help)"));
    if (arguments->has(QStringLiteral("help"))) {
        return printOut(QStringLiteral("Usage: %1 capsule FILE --cid ID [OPTIONS]\n\nBundles one exchange of a capture for somebody else: the capture of it, a report for a browser and one for\n"
                                       "an issue, and commands that play it again. What looks like a secret is masked.\n\n").arg(invocation.program)
                        + optionsHelp(capsuleOptions()) + QStringLiteral("\nExit codes: 0 fine, 2 bad usage, no such exchange, or a file that cannot be read or written.\n"))
            ? ExitFine : ExitCheckFailed;
    }
    const QString cid = arguments->value(QStringLiteral("cid"));
    if (arguments->positional().isEmpty() || cid.isEmpty())
        return fail(QStringLiteral("which capture and which exchange? capsule FILE --cid ID"));
    const auto capture = openCapture(arguments->positional().first());
    if (!capture)
        return fail(capture.error().detail);
    const auto capsule = makeCapsule(*capture, {.correlation = cid.toUtf8(), .redact = pathsOf(arguments->value(QStringLiteral("redact"))),
                                                .secrets = arguments->has(QStringLiteral("keep-secrets")) ? Redaction::Secrets::Keep : Redaction::Secrets::Mask});
    if (!capsule)
        return fail(capsule.error().detail);
    const QString path = arguments->value(QStringLiteral("output"), fileNameOf(cid));
    const bool json = arguments->has(QStringLiteral("json"));
    const bool writes = !arguments->has(QStringLiteral("preview"));
    if (!json) {
        printError(writes ? path : QStringLiteral("%1 would hold").arg(path));
        preview(*capsule);
    }
    if (!writes)
        return !json || printJson(toJson(*capsule, path, false)) ? ExitFine : ExitCheckFailed;
    const QByteArray zip = toZip(capsule->files);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(zip) != zip.size() || !file.commit())
        return fail(QStringLiteral("cannot write %1: %2").arg(path, file.errorString()));
    return !json || printJson(toJson(*capsule, path, true)) ? ExitFine : ExitCheckFailed;
}

} // namespace trunkline
