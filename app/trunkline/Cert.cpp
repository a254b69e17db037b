// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Arguments.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/SelfSigned.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>

namespace trunkline {

namespace {

QList<Option> certOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("dir"), Takes::Value, QStringLiteral("DIR"), QStringLiteral("Where cert.pem and key.pem go; default: here")},
            {QStringLiteral("host"), Takes::Value, QStringLiteral("NAMES"),
             QStringLiteral("More names and addresses, with commas between; localhost, 127.0.0.1 and ::1 are always in it")},
            {QStringLiteral("days"), Takes::Value, QStringLiteral("N"), QStringLiteral("How long it is valid: 1 to 3650, default 365")},
            {QStringLiteral("force"), Takes::Nothing, {}, QStringLiteral("Replace files that are there")},
            {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object instead")}};
}

QString help(const QString &program)
{
    return QStringLiteral("Usage: %1 cert [OPTIONS]\n\nMakes a self-signed certificate and its key, for https and wss on this computer. "
                          "Clients trust it when they are told to: curl --cacert cert.pem.\n\n").arg(program) + optionsHelp(certOptions());
}

/// The private key is its owner's alone, from the first byte on.
bool writeFile(const QString &path, const QByteArray &bytes, QFile::Permissions permissions)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.setPermissions(permissions) && file.write(bytes) == bytes.size() && file.commit();
}

/// Names and addresses of the certificate; empty when one of `extra` is neither.
QStringList namesOf(const QString &extra)
{
    static const QRegularExpression form(QStringLiteral("^(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]+$"));
    QStringList names{QStringLiteral("localhost"), QStringLiteral("127.0.0.1"), QStringLiteral("::1")};
    for (const QString &part : extra.split(u',', Qt::SkipEmptyParts)) {
        const QString name = part.trimmed();
        if (name.size() > 253 || !form.match(name).hasMatch())
            return {};
        if (!names.contains(name))
            names << name;
    }
    return names;
}

int makeFiles(const Invocation &invocation, const Arguments &arguments)
{
    const auto refuse = [&](const QString &why) {
        printError(QStringLiteral("%1 cert: %2").arg(invocation.program, why));
        return int(ExitUsage);
    };
    bool isNumber = false;
    const int days = arguments.value(QStringLiteral("days"), QStringLiteral("365")).toInt(&isNumber);
    if (!isNumber || days < 1 || days > 3650)
        return refuse(QStringLiteral("--days is a whole number from 1 to 3650"));
    const QStringList names = namesOf(arguments.value(QStringLiteral("host")));
    if (names.isEmpty())
        return refuse(QStringLiteral("--host is a list of host names and addresses, with commas between"));
    const QDir dir(arguments.value(QStringLiteral("dir"), QStringLiteral(".")));
    const QString certificatePath = dir.filePath(QStringLiteral("cert.pem"));
    const QString keyPath = dir.filePath(QStringLiteral("key.pem"));
    for (const QString &path : {certificatePath, keyPath}) {
        if (QFileInfo::exists(path) && !arguments.has(QStringLiteral("force")))
            return refuse(QStringLiteral("%1 is there already; --force replaces it").arg(path));
    }
    const auto pair = makeSelfSigned(names, days);
    if (!pair)
        return refuse(pair.error().detail);
    constexpr QFile::Permissions owner = QFile::ReadOwner | QFile::WriteOwner;
    if (!QDir().mkpath(dir.path()) || !writeFile(keyPath, pair->key, owner)
        || !writeFile(certificatePath, pair->certificate, owner | QFile::ReadGroup | QFile::ReadOther))
        return refuse(QStringLiteral("cannot write %1 and %2").arg(certificatePath, keyPath));
    if (arguments.has(QStringLiteral("json"))) {
        const QJsonObject made{{QStringLiteral("certificate"), certificatePath}, {QStringLiteral("key"), keyPath},
                               {QStringLiteral("names"), QJsonArray::fromStringList(names)}, {QStringLiteral("days"), days}};
        return printJson(made) ? ExitFine : ExitCheckFailed;
    }
    printOut(QStringLiteral("%1\n%2\n").arg(certificatePath, keyPath));
    printError(QStringLiteral("For %1, %2 days. Next:").arg(names.join(QStringLiteral(", "))).arg(days));
    printError(QStringLiteral("  %1 serve --tls-cert %2 --tls-key %3").arg(invocation.program, certificatePath, keyPath));
    printError(QStringLiteral("  curl --cacert %1 https://localhost:8080/health").arg(certificatePath));
    return ExitFine;
}

} // namespace

int runCert(const Invocation &invocation)
{
    const QCoreApplication application(invocation.argc, invocation.argv);
    if (invocation.arguments.contains(QStringLiteral("--help")) || invocation.arguments.contains(QStringLiteral("-h"))) {
        printOut(help(invocation.program));
        return ExitFine;
    }
    const auto arguments = Arguments::parse(invocation.arguments, certOptions());
    if (!arguments) {
        printError(QStringLiteral("%1 cert: %2").arg(invocation.program, arguments.error().detail));
        return ExitUsage;
    }
    return makeFiles(invocation, *arguments);
}

} // namespace trunkline
