// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/LogFormat.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <array>

namespace trunkline {

namespace {

QString padded(qint64 number, int digits)
{
    return QStringLiteral("%1").arg(number, digits, 10, QChar(u'0'));
}

QString offsetText(const QDateTime &when, const QString &separator)
{
    const int minutes = when.offsetFromUtc() / 60;
    return (minutes < 0 ? QStringLiteral("-") : QStringLiteral("+")) + padded(qAbs(minutes) / 60, 2) + separator
         + padded(qAbs(minutes) % 60, 2);
}

int hour12(const QDateTime &when)
{
    const int hour = when.time().hour() % 12;
    return hour == 0 ? 12 : hour;
}

using Moment = std::pair<QDateTime, std::chrono::microseconds>;

struct TimeToken
{
    QLatin1StringView text;
    QString (*make)(const Moment &);
};

/// Longer tokens stand before those that they start with.
const std::array timeTokens{
    TimeToken{QLatin1StringView("YYYY"), [](const Moment &m) { return padded(m.first.date().year(), 4); }},
    TimeToken{QLatin1StringView("YY"), [](const Moment &m) { return padded(m.first.date().year() % 100, 2); }},
    TimeToken{QLatin1StringView("Q"), [](const Moment &m) { return QString::number((m.first.date().month() + 2) / 3); }},
    TimeToken{QLatin1StringView("MMMM"), [](const Moment &m) { return QLocale::c().monthName(m.first.date().month()); }},
    TimeToken{QLatin1StringView("MMM"),
              [](const Moment &m) { return QLocale::c().monthName(m.first.date().month(), QLocale::ShortFormat); }},
    TimeToken{QLatin1StringView("MM"), [](const Moment &m) { return padded(m.first.date().month(), 2); }},
    TimeToken{QLatin1StringView("M"), [](const Moment &m) { return QString::number(m.first.date().month()); }},
    TimeToken{QLatin1StringView("DDDD"), [](const Moment &m) { return padded(m.first.date().dayOfYear(), 3); }},
    TimeToken{QLatin1StringView("DDD"), [](const Moment &m) { return QString::number(m.first.date().dayOfYear()); }},
    TimeToken{QLatin1StringView("DD"), [](const Moment &m) { return padded(m.first.date().day(), 2); }},
    TimeToken{QLatin1StringView("D"), [](const Moment &m) { return QString::number(m.first.date().day()); }},
    TimeToken{QLatin1StringView("dddd"), [](const Moment &m) { return QLocale::c().dayName(m.first.date().dayOfWeek()); }},
    TimeToken{QLatin1StringView("ddd"),
              [](const Moment &m) { return QLocale::c().dayName(m.first.date().dayOfWeek(), QLocale::ShortFormat); }},
    TimeToken{QLatin1StringView("d"), [](const Moment &m) { return QString::number(m.first.date().dayOfWeek() - 1); }},
    TimeToken{QLatin1StringView("E"), [](const Moment &m) { return QString::number(m.first.date().dayOfWeek()); }},
    TimeToken{QLatin1StringView("HH"), [](const Moment &m) { return padded(m.first.time().hour(), 2); }},
    TimeToken{QLatin1StringView("H"), [](const Moment &m) { return QString::number(m.first.time().hour()); }},
    TimeToken{QLatin1StringView("hh"), [](const Moment &m) { return padded(hour12(m.first), 2); }},
    TimeToken{QLatin1StringView("h"), [](const Moment &m) { return QString::number(hour12(m.first)); }},
    TimeToken{QLatin1StringView("mm"), [](const Moment &m) { return padded(m.first.time().minute(), 2); }},
    TimeToken{QLatin1StringView("m"), [](const Moment &m) { return QString::number(m.first.time().minute()); }},
    TimeToken{QLatin1StringView("ss"), [](const Moment &m) { return padded(m.first.time().second(), 2); }},
    TimeToken{QLatin1StringView("s"), [](const Moment &m) { return QString::number(m.first.time().second()); }},
    TimeToken{QLatin1StringView("A"),
              [](const Moment &m) { return m.first.time().hour() < 12 ? QStringLiteral("AM") : QStringLiteral("PM"); }},
    TimeToken{QLatin1StringView("ZZ"), [](const Moment &m) { return offsetText(m.first, QString()); }},
    TimeToken{QLatin1StringView("Z"), [](const Moment &m) { return offsetText(m.first, QStringLiteral(":")); }},
    TimeToken{QLatin1StringView("zz"), [](const Moment &m) { return m.first.timeZoneAbbreviation(); }},
    TimeToken{QLatin1StringView("X"), [](const Moment &m) { return QString::number(m.second.count() / 1'000'000); }},
    TimeToken{QLatin1StringView("x"), [](const Moment &m) { return QString::number(m.second.count()); }},
};

/// The token at the start of `pattern`, made into text, and how many characters of the pattern it takes; 0 when there is none.
std::pair<QString, qsizetype> nextToken(QStringView pattern, const Moment &moment)
{
    qsizetype fraction = 0;
    while (fraction < 6 && fraction < pattern.size() && pattern[fraction] == u'S')
        ++fraction;
    if (fraction > 0)
        return {padded(moment.second.count() % 1'000'000, 6).left(fraction), fraction};
    if (pattern.startsWith(u'[')) {
        const qsizetype close = pattern.indexOf(u']');
        if (close > 0)
            return {pattern.mid(1, close - 1).toString(), close + 1};
    }
    for (const TimeToken &token : timeTokens) {
        if (pattern.startsWith(token.text))
            return {token.make(moment), token.text.size()};
    }
    return {QString(), 0};
}

} // namespace

QString LogFormat::timeText(std::chrono::microseconds time, const QString &pattern)
{
    const QLatin1StringView utcMark("!UTC");
    const bool utc = pattern.endsWith(utcMark);
    const QString inner = utc ? pattern.chopped(utcMark.size()) : pattern;
    const qint64 milliseconds = time.count() / 1000;
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(milliseconds);
    const Moment moment{utc ? local.toUTC() : local, time};
    QString text;
    for (qsizetype at = 0; at < inner.size();) {
        const auto [part, length] = nextToken(QStringView(inner).mid(at), moment);
        text += length > 0 ? part : QString(inner[at]);
        at += std::max<qsizetype>(length, 1);
    }
    return text;
}

} // namespace trunkline
