// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/HubSettings.h"

#include "app/desktop/EnvText.h"
#include "hub/core/SettingsTable.h"
#include "hub/core/SettingsValues.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTemporaryDir>

namespace trunkline {

namespace {

/// The words that a setting may be, where it is one of a few: "reject, replace or allow".
QStringList choicesOf(const Setting &setting)
{
    static const QRegularExpression words(QStringLiteral("^[\\w-]+(, [\\w-]+)* or [\\w-]+$"));
    static const QRegularExpression between(QStringLiteral(", | or "));
    if (setting.isSwitch())
        return {QStringLiteral("true"), QStringLiteral("false")};
    const QString allowed = setting.allowed();
    return words.match(allowed).hasMatch() ? allowed.split(between) : QStringList();
}

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(HubSettings)
};

/// Setting::allowed() in the window's language.
QString allowedOf(const Setting &setting)
{
    using Kind = Setting::Kind;
    switch (setting.kind) {
    case Kind::Address: return Words::tr("an IPv4 or IPv6 address, or localhost");
    case Kind::Port:
    case Kind::Count: return Words::tr("a whole number from %1 to %2").arg(setting.least).arg(setting.most);
    case Kind::Switch: return Words::tr("true, false, yes, no, on, off, 1 or 0");
    case Kind::UrlPath: return Words::tr("a path that starts with / and has no space, ?, # or %");
    case Kind::Duration:
        return Words::tr("a duration from %1 to %2, such as 300ms, 2s or 5m; a bare number is seconds")
            .arg(values::durationText(Settings::Milliseconds(setting.least)), values::durationText(Settings::Milliseconds(setting.most)));
    case Kind::Bytes:
        return Words::tr("a number of bytes from %1 to %2, or with KiB, MiB or GiB").arg(values::bytesText(setting.least), values::bytesText(setting.most));
    case Kind::LogFormat: return Words::tr("json, or text with tokens such as {time:HH:mm:ss}, {level}, {name} and {message}");
    case Kind::Origins: return Words::tr("a list of origins such as http://localhost:3000, or *");
    case Kind::Accounts: return Words::tr("a list of names of letters, digits and _");
    case Kind::Tokens: return Words::tr("a list of TOKEN:ROLE[+ROLE]; roles are publish, subscribe, observe and admin");
    case Kind::Hosts: return Words::tr("a list of host names, or *");
    case Kind::File: return Words::tr("the path of a file, or nothing");
    case Kind::Secret: return Words::tr("at least 32 bytes (RFC 7518), or nothing");
    case Kind::Text: return Words::tr("text without control characters, or nothing");
    default: return setting.allowed();      // words that are the same in every language
    }
}

} // namespace

QList<SettingRow> HubSettings::rows() const
{
    // Read anew: the file may have changed since the hub started, and the dialog changes the file.
    const Result<LoadedSettings> read = loadForWindow(m_options.sources);
    const LoadedSettings &loaded = read ? *read : m_options.loaded;
    SettingSources none;
    const Result<LoadedSettings> standard = loadForWindow(none);
    QList<SettingRow> rows;
    for (const Setting &setting : settingsTable()) {
        const SettingOrigin origin = loaded.origin(setting.nameText());
        const QString value = setting.text(loaded.settings);
        rows << SettingRow{.group = QCoreApplication::translate("Settings", setting.group),
                           .name = setting.nameText(),
                           .value = setting.isSecret() ? QString() : value,
                           .standard = standard ? setting.text(standard->settings) : QString(),
                           .origin = origin.text,
                           .doc = QCoreApplication::translate("Settings", setting.doc),
                           .allowed = allowedOf(setting),
                           .choices = choicesOf(setting),
                           .isSecret = setting.isSecret(),
                           .isSet = setting.isSecret() ? !value.isEmpty() : origin.kind != SettingOrigin::Kind::Default,
                           .isFixed = origin.kind == SettingOrigin::Kind::Flag || origin.kind == SettingOrigin::Kind::Environment};
    }
    return rows;
}

QString HubSettings::file() const
{
    return QDir::toNativeSeparators(QFileInfo(m_options.sources.envFile).absoluteFilePath());
}

Result<QByteArray> HubSettings::changed(const QHash<QString, QString> &changes) const
{
    QFile file(m_options.sources.envFile);
    QByteArray text;
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly))
            return failure(ErrorCode::Io, file.errorString());
        text = file.readAll();
    }
    for (auto change = changes.cbegin(); change != changes.cend(); ++change)
        text = withSetting(text, change.key(), change.value());
    return text;
}

/// The changed text is read as the next start would read it.
QString HubSettings::check(const QHash<QString, QString> &changes) const
{
    const Result<QByteArray> text = changed(changes);
    if (!text)
        return text.error().detail;
    const QTemporaryDir folder;
    SettingSources sources = m_options.sources;
    sources.envFile = folder.filePath(QFileInfo(sources.envFile).fileName());
    QFile copy(sources.envFile);
    if (!copy.open(QIODevice::WriteOnly | QIODevice::NewOnly) || copy.write(*text) != text->size())
        return Words::tr("The change cannot be tried: %1").arg(copy.errorString());
    copy.close();
    const Result<LoadedSettings> loaded = loadForWindow(sources);
    return loaded ? QString() : loaded.error().detail;
}

QString HubSettings::save(const QHash<QString, QString> &changes)
{
    if (const QString problem = check(changes); !problem.isEmpty())
        return problem;
    const Result<QByteArray> text = changed(changes);
    if (!text)
        return text.error().detail;
    const bool isNew = !QFile::exists(m_options.sources.envFile);
    QSaveFile file(m_options.sources.envFile);
    if (!file.open(QIODevice::WriteOnly) || file.write(*text) != text->size())
        return Words::tr("%1 cannot be written: %2").arg(this->file(), file.errorString());
    if (isNew)      // it may hold tokens one day
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return file.commit() ? QString() : Words::tr("%1 cannot be written: %2").arg(this->file(), file.errorString());
}

} // namespace trunkline
