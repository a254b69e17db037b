// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/ReadyFile.h"

#include "app/trunkline/Platform.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QStandardPaths>

#include <utility>

namespace trunkline {

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

QByteArray toJson(const ReadyInfo &info)
{
    const QJsonObject object{{QStringLiteral("pid"), info.pid},
                             {QStringLiteral("port"), info.port},
                             {QStringLiteral("url"), info.url.toString(QUrl::FullyEncoded)},
                             {QStringLiteral("ws_url"), info.webSocketUrl.toString(QUrl::FullyEncoded)},
                             {QStringLiteral("token"), QString::fromLatin1(info.token)}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

Result<ReadyFile> ReadyFile::write(const QString &path, const ReadyInfo &info)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QSaveFile file(absolute);
    // The permissions come before the token.
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(ownerOnly) || file.write(toJson(info)) < 0 || !file.commit())
        return failure(ErrorCode::Io, QStringLiteral("cannot write %1: %2").arg(path, file.errorString()));
    return ReadyFile(absolute, info.pid);
}

ReadyFile::ReadyFile(ReadyFile &&other) noexcept : m_path(std::exchange(other.m_path, QString())), m_pid(other.m_pid)
{
}

ReadyFile::~ReadyFile()
{
    remove();
}

void ReadyFile::remove()
{
    const QString path = std::exchange(m_path, QString());
    if (path.isEmpty())
        return;
    const auto info = read(path);
    if (info && info->pid == m_pid)
        QFile::remove(path);
}

QString ReadyFile::directory()
{
    const QString runtime = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (runtime.isEmpty())
        return {};
    const QString path = runtime + QStringLiteral("/trunkline");
    QDir().mkpath(path);
    QFile::setPermissions(path, ownerOnly | QFileDevice::ExeOwner);
    return path;
}

QString ReadyFile::defaultPath(qint64 pid)
{
    const QString folder = directory();
    return folder.isEmpty() ? QString() : folder + QStringLiteral("/hub-%1.json").arg(pid);
}

std::optional<ReadyInfo> ReadyFile::read(const QString &path)
{
    constexpr qint64 largest = 64 * 1024;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QJsonObject object = QJsonDocument::fromJson(file.read(largest)).object();
    ReadyInfo info{.pid = object.value(QStringLiteral("pid")).toInteger(),
                   .port = static_cast<quint16>(object.value(QStringLiteral("port")).toInt()),
                   .url = QUrl(object.value(QStringLiteral("url")).toString()),
                   .webSocketUrl = QUrl(object.value(QStringLiteral("ws_url")).toString()),
                   .token = object.value(QStringLiteral("token")).toString().toLatin1()};
    if (info.pid <= 0 || !info.url.isValid() || info.url.isEmpty())
        return std::nullopt;
    return info;
}

QList<ReadyInfo> ReadyFile::live()
{
    QList<ReadyInfo> found;
    const QString folder = directory();
    if (folder.isEmpty())
        return found;
    for (const QFileInfo &file : QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files, QDir::Time)) {
        const auto info = read(file.filePath());
        if (info && platform::isProcessAlive(info->pid))
            found << *info;
    }
    return found;
}

void ReadyFile::sweep()
{
    const QString folder = directory();
    if (folder.isEmpty())
        return;
    for (const QFileInfo &file : QDir(folder).entryInfoList({QStringLiteral("*.json")}, QDir::Files)) {
        const auto info = read(file.filePath());
        if (info && !platform::isProcessAlive(info->pid))
            QFile::remove(file.filePath());
    }
}

} // namespace trunkline
