// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SettingsLoader.h"

#include "hub/core/EnvFile.h"
#include "hub/core/NearestName.h"
#include "hub/core/SettingsDocs.h"
#include "hub/core/SettingsTable.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <optional>

namespace trunkline {

namespace {

const QString prefix = QStringLiteral("TRUNKLINE_");

/// Names that start with TRUNKLINE_ and are read by the programs themselves.
bool isProgramName(const QString &name)
{
    static const QStringList names{QStringLiteral("TRUNKLINE_HUB"), QStringLiteral("TRUNKLINE_TOKEN"),
                                   QStringLiteral("TRUNKLINE_COMMAND")};
    return names.contains(name);
}

QString withoutPrefix(const QString &name)
{
    return name.startsWith(prefix) ? name.mid(prefix.size()) : name;
}

QString shown(const Setting &setting, const QString &value)
{
    constexpr qsizetype longest = 80;
    if (setting.isSecret())
        return QStringLiteral("(hidden)");
    QString line = value.size() > longest ? value.left(longest) + QStringLiteral("…") : value;
    for (QChar &c : line) {
        if (!c.isPrint())
            c = u' ';       // the message stays one line
    }
    return u'"' + line + u'"';
}

class Loader
{
public:
    explicit Loader(const SettingSources &sources) : m_sources(sources) {}

    Result<LoadedSettings> load()
    {
        return readFile()
            .and_then([this] { return assignAll(); })
            .and_then([this] { return checkTogether(m_loaded.settings); })
            .map([this] {
                applyDebug();
                return m_loaded;
            });
    }

private:
    struct Found
    {
        QString value;
        SettingOrigin origin;
    };

    Result<void> readFile()
    {
        if (m_sources.envFile.isEmpty() || (!m_sources.envFileMustExist && !QFileInfo::exists(m_sources.envFile)))
            return {};
        const auto file = EnvFile::read(m_sources.envFile, m_sources.environment);
        if (!file)
            return tl::unexpected(file.error());
        const QString name = QFileInfo(m_sources.envFile).fileName();
        for (const QString &warning : file->warnings())
            m_loaded.warnings << name + QStringLiteral(": ") + warning;
        for (const EnvFile::Entry &entry : file->entries()) {
            const QString where = QStringLiteral("%1 line %2").arg(name).arg(entry.line);
            if (!isProgramName(entry.name) && !findSetting(withoutPrefix(entry.name)))
                warnUnknown(entry.name, where);
            m_file.insert(entry.name, Found{entry.value, {SettingOrigin::Kind::EnvFile, where}});
        }
        return {};
    }

    void warnUnknown(const QString &name, const QString &where)
    {
        const QString nearest = nearestName(withoutPrefix(name), settingNames());
        const QString hint = nearest.isEmpty() ? QString() : QStringLiteral("; did you mean %1?").arg(nearest);
        m_loaded.warnings << QStringLiteral("%1: unknown setting %2%3").arg(where, name, hint);
    }

    Result<void> assignAll()
    {
        for (auto it = m_sources.environment.cbegin(); it != m_sources.environment.cend(); ++it) {
            if (it.key().startsWith(prefix) && !isProgramName(it.key()) && !findSetting(withoutPrefix(it.key())))
                warnUnknown(it.key(), QStringLiteral("environment"));
        }
        for (const Setting &setting : settingsTable()) {
            const auto assigned = assign(setting);
            if (!assigned)
                return assigned;
        }
        return {};
    }

    Result<void> assign(const Setting &setting)
    {
        const QString name = setting.nameText();
        for (const auto &find : {&Loader::fromFlags, &Loader::fromEnvironment, &Loader::fromFile}) {
            const std::optional<Found> found = (this->*find)(name);
            if (!found)
                continue;
            const auto assigned = setting.assign(m_loaded.settings, found->value);
            if (assigned) {
                m_loaded.origins.insert(name, found->origin);
                return {};
            }
            const QString complaint = QStringLiteral("%1: %2 (from %3) is not allowed; allowed: %4")
                                          .arg(name, shown(setting, found->value), found->origin.text, assigned.error().detail);
            // Other tools export DEBUG and HOST for purposes of their own; only the bare names are theirs.
            const bool othersExportIt = name == u"DEBUG" || name == u"HOST";
            if (!othersExportIt || found->origin.text != QStringLiteral("environment ") + name)
                return failure(ErrorCode::InvalidSetting, complaint);
            m_loaded.warnings << complaint + QStringLiteral("; it is ignored");
        }
        return {};
    }

    std::optional<Found> fromFlags(const QString &name) const
    {
        std::optional<Found> found;
        for (const auto &[flagged, value] : m_sources.flags) {
            if (flagged == name)
                found = Found{value, {SettingOrigin::Kind::Flag, QStringLiteral("flag --") + findSetting(name)->flag()}};
        }
        return found;
    }

    std::optional<Found> fromEnvironment(const QString &name) const
    {
        for (const QString &key : {QString(prefix + name), name}) {
            const auto it = m_sources.environment.constFind(key);
            if (it != m_sources.environment.cend())
                return Found{*it, {SettingOrigin::Kind::Environment, QStringLiteral("environment ") + key}};
        }
        return std::nullopt;
    }

    std::optional<Found> fromFile(const QString &name) const
    {
        for (const QString &key : {QString(prefix + name), name}) {
            const auto it = m_file.constFind(key);
            if (it != m_file.cend())
                return *it;
        }
        return std::nullopt;
    }

    /// DEBUG=true is LOG_LEVEL=DEBUG, unless LOG_LEVEL comes from a stronger place.
    void applyDebug()
    {
        const SettingOrigin debug = m_loaded.origin(QStringLiteral("DEBUG"));
        const QString level = QStringLiteral("LOG_LEVEL");
        if (!m_loaded.settings.debug || debug.kind < m_loaded.origin(level).kind)
            return;
        m_loaded.settings.logLevel = LogLevel::Debug;
        m_loaded.origins.insert(level, {debug.kind, QStringLiteral("DEBUG=true, ") + debug.text});
    }

    const SettingSources &m_sources;
    QHash<QString, Found> m_file;
    LoadedSettings m_loaded;
};

} // namespace

Result<LoadedSettings> loadSettings(const SettingSources &sources)
{
    return Loader(sources).load();
}

namespace {

/// As it may be shown.
QString shownValue(const Setting &setting, const Settings &settings)
{
    const QString value = setting.text(settings);
    return setting.isSecret() && !value.isEmpty() ? QStringLiteral("********") : value;
}

} // namespace

QByteArray settingsJson(const LoadedSettings &loaded)
{
    QJsonObject object;
    for (const Setting &setting : settingsTable()) {
        object.insert(setting.nameText(), QJsonObject{{QStringLiteral("value"), shownValue(setting, loaded.settings)},
                                                      {QStringLiteral("origin"), loaded.origin(setting.nameText()).text}});
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

QString describeSettings(const LoadedSettings &loaded)
{
    QStringList lines;
    for (const Setting &setting : settingsTable()) {
        lines << setting.nameText() + u'=' + envQuoted(shownValue(setting, loaded.settings))
                     + QStringLiteral("  # ") + loaded.origin(setting.nameText()).text;
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace trunkline
