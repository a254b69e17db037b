// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/Format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <cmath>

namespace trunkline::format {

namespace {

constexpr qsizetype kMostParsed = 64 * 1024;    // a larger payload is summed up by its first bytes

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Format)
};

const QLocale &locale()
{
    static const QLocale english(QLocale::English, QLocale::UnitedStates);
    return english;
}

QString withoutZero(double value, int decimals)
{
    QString text = QString::number(value, 'f', decimals);
    if (text.endsWith(QLatin1StringView(".0")))
        text.chop(2);
    return text;
}

} // namespace

QString duration(std::chrono::microseconds value)
{
    const double ms = static_cast<double>(value.count()) / 1000.0;
    if (std::abs(ms) < 0.05)
        return value.count() == 0 ? Words::tr("0 ms") : Words::tr("%1 µs").arg(value.count());
    if (std::abs(ms) < 9.95)
        return Words::tr("%1 ms").arg(withoutZero(ms, 1));
    if (std::abs(ms) < 999.5)
        return Words::tr("%1 ms").arg(std::lround(ms));
    const double seconds = ms / 1000.0;
    if (seconds < 9.995)
        return Words::tr("%1 s").arg(seconds, 0, 'f', 2);
    if (seconds < 119.95)
        return Words::tr("%1 s").arg(seconds, 0, 'f', 1);
    const auto whole = static_cast<qint64>(seconds);
    return Words::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

QString count(quint64 value)
{
    return locale().toString(value);
}

QString bytes(qint64 value)
{
    if (value < 1024)
        return Words::tr("%1 B").arg(value);
    if (value < 1024 * 1024)
        return Words::tr("%1 KiB").arg(withoutZero(static_cast<double>(value) / 1024.0, value < 10 * 1024 ? 1 : 0));
    return Words::tr("%1 MiB").arg(withoutZero(static_cast<double>(value) / (1024.0 * 1024.0), value < 10 * 1024 * 1024 ? 1 : 0));
}

QString rate(double perSecond)
{
    if (perSecond > 0.0 && perSecond < 0.95)
        return Words::tr("%1/s").arg(perSecond, 0, 'f', 1);
    return Words::tr("%1/s").arg(count(static_cast<quint64>(std::llround(std::max(0.0, perSecond)))));
}

QString timeOfDay(std::chrono::milliseconds sinceEpoch)
{
    return QDateTime::fromMSecsSinceEpoch(sinceEpoch.count()).time().toString(QStringLiteral("HH:mm:ss.zzz"));
}

QString offset(std::chrono::milliseconds value)
{
    if (value.count() == 0)
        return QStringLiteral("0 s");
    const qint64 all = qAbs(static_cast<qint64>(value.count()));
    return QStringLiteral("%1%2.%3 s").arg(value.count() < 0 ? QChar(u'-') : QChar(u'+')).arg(all / 1000).arg(all % 1000, 3, 10, QChar(u'0'));
}

QString age(std::chrono::milliseconds value)
{
    const qint64 seconds = std::max<qint64>(0, value.count() / 1000);
    if (seconds < 60)
        return Words::tr("%1 s").arg(seconds);
    if (seconds < 3600)
        return Words::tr("%1 min").arg(seconds / 60);
    if (seconds < 86400)
        return Words::tr("%1 h").arg(seconds / 3600);
    return Words::tr("%1 d").arg(seconds / 86400);
}

QString summary(QByteArrayView payload)
{
    if (payload.size() <= kMostParsed && payload.startsWith('{')) {
        const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromRawData(payload.data(), payload.size())).object();
        const QJsonObject inner = object.value(QLatin1StringView("data")).toObject();
        for (const QJsonObject &where : {object, inner}) {
            for (const char *name : {"message", "text", "data", "content", "body", "chunk", "token", "error"}) {
                const QJsonValue value = where.value(QLatin1StringView(name));
                if (value.isString() && !value.toString().isEmpty())
                    return oneLine(value.toString().toUtf8());
            }
        }
    }
    return oneLine(payload);
}

QString oneLine(QByteArrayView bytes, qsizetype most)
{
    QString text = QString::fromUtf8(bytes.first(std::min(bytes.size(), most)));
    for (QChar &c : text) {
        if (c.unicode() < 0x20)
            c = QChar(c == u'\n' || c == u'\t' || c == u'\r' ? 0x20 : 0x2400 + c.unicode());
        else if (c.unicode() == 0x7f)
            c = QChar(0x2421);
    }
    return bytes.size() > most ? text + QChar(0x2026) : text;
}

} // namespace trunkline::format
