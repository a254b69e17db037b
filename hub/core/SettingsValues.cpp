// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SettingsValues.h"

#include "hub/core/LogFormat.h"
#include "hub/core/RedisUrl.h"
#include "hub/core/SettingsTable.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace trunkline {

namespace values {

namespace {

struct Unit
{
    QLatin1StringView suffix;
    double factor;
};

/// A decimal number followed by one of the units; nothing for anything else or for more than a qint64 holds.
template <std::size_t N>
std::optional<qint64> scaled(const QString &text, const std::array<Unit, N> &units, double bare)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]+(?:\\.[0-9]+)?)\\s*([A-Za-z]*)$"));
    const QRegularExpressionMatch match = form.match(text.trimmed());
    if (!match.hasMatch())
        return std::nullopt;
    double factor = bare;
    if (const QString suffix = match.captured(2); !suffix.isEmpty()) {
        factor = 0;
        for (const Unit &unit : units) {
            if (suffix.compare(unit.suffix, Qt::CaseInsensitive) == 0)
                factor = unit.factor;
        }
        if (factor == 0)
            return std::nullopt;
    }
    const double value = std::round(match.captured(1).toDouble() * factor);
    if (!(value < 9.0e15))      // beyond that a double no longer counts exactly
        return std::nullopt;
    return static_cast<qint64>(value);
}

} // namespace

std::optional<std::chrono::milliseconds> duration(const QString &text)
{
    static constexpr std::array<Unit, 4> units{{{QLatin1StringView("ms"), 1}, {QLatin1StringView("s"), 1000},
                                                {QLatin1StringView("m"), 60'000}, {QLatin1StringView("h"), 3'600'000}}};
    const auto count = scaled(text, units, 1000);
    return count ? std::optional(std::chrono::milliseconds(*count)) : std::nullopt;
}

QString durationText(std::chrono::milliseconds duration)
{
    const qint64 count = duration.count();
    if (count == 0)
        return QStringLiteral("0");
    if (count % 3'600'000 == 0)
        return QString::number(count / 3'600'000) + QStringLiteral("h");
    if (count % 60'000 == 0)
        return QString::number(count / 60'000) + QStringLiteral("m");
    if (count % 1000 == 0)
        return QString::number(count / 1000) + QStringLiteral("s");
    return QString::number(count) + QStringLiteral("ms");
}

std::optional<qint64> bytes(const QString &text)
{
    static constexpr double k = 1024;
    static constexpr std::array<Unit, 7> units{{{QLatin1StringView("b"), 1},
                                                {QLatin1StringView("kib"), k}, {QLatin1StringView("k"), k},
                                                {QLatin1StringView("mib"), k * k}, {QLatin1StringView("m"), k * k},
                                                {QLatin1StringView("gib"), k * k * k}, {QLatin1StringView("g"), k * k * k}}};
    return scaled(text, units, 1);
}

QString bytesText(qint64 bytes)
{
    static constexpr std::array<std::pair<qint64, QLatin1StringView>, 3> units{
        {{1024LL * 1024 * 1024, QLatin1StringView("GiB")}, {1024LL * 1024, QLatin1StringView("MiB")}, {1024, QLatin1StringView("KiB")}}};
    for (const auto &[size, suffix] : units) {
        if (bytes >= size && bytes % size == 0)
            return QString::number(bytes / size) + suffix;
    }
    return QString::number(bytes);
}

std::optional<bool> boolean(const QString &text)
{
    const QString word = text.trimmed().toLower();
    if (word == u"true" || word == u"yes" || word == u"on" || word == u"1")
        return true;
    if (word == u"false" || word == u"no" || word == u"off" || word == u"0")
        return false;
    return std::nullopt;
}

std::optional<qint64> wholeNumber(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[+-]?[0-9]+$"));
    const QString trimmed = text.trimmed();
    bool fits = false;
    const qint64 value = trimmed.toLongLong(&fits);
    return fits && form.match(trimmed).hasMatch() ? std::optional(value) : std::nullopt;
}

std::optional<QStringList> list(const QString &text)
{
    QStringList items;
    if (text.trimmed().startsWith(u'[')) {
        QJsonParseError problem;
        const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &problem);
        if (problem.error != QJsonParseError::NoError || !document.isArray())
            return std::nullopt;
        for (const QJsonValue &value : document.array()) {
            if (!value.isString())
                return std::nullopt;
            items << value.toString().trimmed();
        }
    } else {
        for (const QString &item : text.split(u','))
            items << item.trimmed();
    }
    items.removeAll(QString());
    return items;
}

namespace {

constexpr std::array<std::pair<LogLevel, QLatin1StringView>, 5> levels{
    {{LogLevel::Debug, QLatin1StringView("DEBUG")}, {LogLevel::Info, QLatin1StringView("INFO")},
     {LogLevel::Warning, QLatin1StringView("WARNING")}, {LogLevel::Error, QLatin1StringView("ERROR")},
     {LogLevel::Critical, QLatin1StringView("CRITICAL")}}};
constexpr std::array<std::pair<DuplicatePolicy, QLatin1StringView>, 3> policies{
    {{DuplicatePolicy::Reject, QLatin1StringView("reject")}, {DuplicatePolicy::Replace, QLatin1StringView("replace")},
     {DuplicatePolicy::Allow, QLatin1StringView("allow")}}};
constexpr std::array<std::pair<SlowConsumer, QLatin1StringView>, 3> slowPolicies{
    {{SlowConsumer::Close, QLatin1StringView("close")}, {SlowConsumer::DropOldest, QLatin1StringView("drop-oldest")},
     {SlowConsumer::BlockPublisher, QLatin1StringView("block-publisher")}}};

template <typename E, std::size_t N>
std::optional<E> fromWord(const std::array<std::pair<E, QLatin1StringView>, N> &words, const QString &text)
{
    for (const auto &[value, word] : words) {
        if (text.trimmed().compare(word, Qt::CaseInsensitive) == 0)
            return value;
    }
    return std::nullopt;
}

template <typename E, std::size_t N>
QString toWord(const std::array<std::pair<E, QLatin1StringView>, N> &words, E value)
{
    for (const auto &[known, word] : words) {
        if (known == value)
            return word;
    }
    return {};
}

} // namespace

QString levelText(LogLevel level)
{
    return toWord(levels, level);
}

} // namespace values

namespace {

using Kind = Setting::Kind;

std::optional<QString> address(const QString &text)
{
    QString host = text.trimmed();
    if (host.compare(QLatin1StringView("localhost"), Qt::CaseInsensitive) == 0)
        return QStringLiteral("127.0.0.1");
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    // QHostAddress also reads "1" and "10.1" as addresses, which nobody means.
    static const QRegularExpression dotted(QStringLiteral("^[0-9]+(\\.[0-9]+){3}$"));
    if (!host.contains(u':') && !dotted.match(host).hasMatch())
        return std::nullopt;
    return QHostAddress().setAddress(host) ? std::optional(host) : std::nullopt;
}

std::optional<QString> plainText(Kind kind, const QString &text)
{
    if (kind == Kind::Address)
        return address(text);
    if (kind == Kind::LogFormat && !LogFormat::parse(text))
        return std::nullopt;
    constexpr qsizetype leastSecretBytes = 32;      // RFC 7518 §3.2: as long as the hash
    if (kind == Kind::Secret && !text.isEmpty() && text.toUtf8().size() < leastSecretBytes)
        return std::nullopt;
    if (kind == Kind::RedisPlace && !text.isEmpty() && !RedisUrl::parse(text))
        return std::nullopt;
    static const QRegularExpression word(QStringLiteral("^[A-Za-z0-9._-]{1,64}$"));
    if (kind == Kind::Word && !word.match(text).hasMatch())
        return std::nullopt;
    if (kind == Kind::Text && std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; }))
        return std::nullopt;
    return text.contains(QChar(u'\0')) ? std::nullopt : std::optional(text);
}

std::optional<QByteArray> urlPath(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^/[!-~]*$"));
    static const QRegularExpression special(QStringLiteral("[?#%\"<>\\\\^`{|}]"));
    if (!form.match(text).hasMatch() || special.match(text).hasMatch())
        return std::nullopt;
    return text.toLatin1();
}

bool isAllowedItem(Kind kind, const QString &item)
{
    static const QRegularExpression account(QStringLiteral("^[A-Za-z0-9_]+$"));
    static const QRegularExpression origin(QStringLiteral("^(\\*|null|[A-Za-z][A-Za-z0-9+.-]*://[^/?#@\\s]+)$"));
    static const QRegularExpression token(QStringLiteral("^[!-~]+:(publish|subscribe|observe|admin)(\\+(publish|subscribe|observe|admin))*$"));
    static const QRegularExpression host(QStringLiteral("^[^/?#@\\s]+$"));
    switch (kind) {
    case Kind::Accounts: return account.match(item).hasMatch();
    case Kind::Origins: return origin.match(item).hasMatch();
    case Kind::Tokens: return token.match(item).hasMatch();
    default: return host.match(item).hasMatch();
    }
}

std::optional<QByteArrayList> checkedList(Kind kind, const QString &text)
{
    const auto items = values::list(text);
    if (!items)
        return std::nullopt;
    QByteArrayList checked;
    for (QString item : *items) {
        if (kind == Kind::Accounts && item.startsWith(u'@'))
            item.remove(0, 1);
        if (kind == Kind::Origins && item.endsWith(u'/'))
            item.chop(1);       // as copied from an address bar
        if (!isAllowedItem(kind, item))
            return std::nullopt;
        checked << item.toUtf8();
    }
    return checked;
}

template <typename T>
std::optional<T> readValue(const Setting &setting, const QString &text)
{
    const auto between = [&setting](std::optional<qint64> value) -> std::optional<T> {
        if constexpr (std::is_constructible_v<T, qint64>)
            return value && *value >= setting.least && *value <= setting.most ? std::optional(static_cast<T>(*value)) : std::nullopt;
        else
            return std::nullopt;
    };
    if constexpr (std::is_same_v<T, bool>)
        return values::boolean(text);
    else if constexpr (std::is_same_v<T, DuplicatePolicy>)
        return values::fromWord(values::policies, text);
    else if constexpr (std::is_same_v<T, SlowConsumer>)
        return values::fromWord(values::slowPolicies, text);
    else if constexpr (std::is_same_v<T, LogLevel>)
        return values::fromWord(values::levels, text);
    else if constexpr (std::is_same_v<T, QByteArrayList>)
        return checkedList(setting.kind, text);
    else if constexpr (std::is_same_v<T, QByteArray>)
        return urlPath(text);
    else if constexpr (std::is_same_v<T, QString>)
        return plainText(setting.kind, text);
    else if constexpr (std::is_same_v<T, Settings::Milliseconds>) {
        const auto value = values::duration(text);
        return between(value ? std::optional<qint64>(value->count()) : std::nullopt);
    } else
        return between(setting.kind == Kind::Bytes ? values::bytes(text) : values::wholeNumber(text));
}

} // namespace

Result<void> Setting::assign(Settings &settings, const QString &text) const
{
    const bool assigned = std::visit([&](auto member) {
        using T = std::remove_cvref_t<decltype(settings.*member)>;
        auto value = readValue<T>(*this, text);
        if (value)
            settings.*member = std::move(*value);
        return value.has_value();
    }, field);
    if (!assigned)
        return failure(ErrorCode::InvalidSetting, allowed());
    return {};
}

QString Setting::text(const Settings &settings) const
{
    return std::visit([&](auto member) -> QString {
        const auto &value = settings.*member;
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool>)
            return value ? QStringLiteral("true") : QStringLiteral("false");
        else if constexpr (std::is_same_v<T, DuplicatePolicy>)
            return values::toWord(values::policies, value);
        else if constexpr (std::is_same_v<T, SlowConsumer>)
            return values::toWord(values::slowPolicies, value);
        else if constexpr (std::is_same_v<T, LogLevel>)
            return values::levelText(value);
        else if constexpr (std::is_same_v<T, QByteArrayList>)
            return QString::fromUtf8(value.join(','));
        else if constexpr (std::is_same_v<T, QByteArray>)
            return QString::fromUtf8(value);
        else if constexpr (std::is_same_v<T, QString>)
            return value;
        else if constexpr (std::is_same_v<T, Settings::Milliseconds>)
            return values::durationText(value);
        else
            return kind == Kind::Bytes ? values::bytesText(value) : QString::number(value);
    }, field);
}

} // namespace trunkline
