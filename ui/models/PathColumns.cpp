// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PathColumns.h"

#include "hub/view/filter/Filter.h"
#include "hub/view/filter/PayloadJson.h"
#include "ui/models/Format.h"

namespace trunkline {

namespace {

/// "data.items[3].id" -> data, items, 3, id.
filter::JsonPath partsOf(const QString &path)
{
    filter::JsonPath parts;
    QString plain = path;
    plain.replace(u'[', u'.').remove(u']');
    for (const QString &part : plain.split(u'.', Qt::SkipEmptyParts))
        parts << part.toUtf8();
    return parts;
}

} // namespace

QString valueAt(QByteArrayView payload, const QString &path)
{
    QString value;
    (void)filter::anyValueAt(payload, partsOf(path), [&value](QByteArrayView token) {
        value = format::oneLine(filter::tokenText(token), PathColumns::kMostLetters);
        return true;
    });
    return value;
}

QString filterOn(const QString &path, const QString &value)
{
    if (value.isEmpty())
        return {};
    QString name = path.startsWith(QLatin1StringView("data.")) ? path : QString(QStringLiteral("data.") % path);
    name.replace(u'[', u'.').remove(u']');
    return name % u':' % filterValue(value);
}

bool PathColumns::add(const QString &path)
{
    const qsizetype parts = partsOf(path).size();
    if (parts == 0 || parts > filter::kMaxPathParts || m_paths.size() >= kMost || m_paths.contains(path))
        return false;
    m_paths << path;
    return true;
}

QString PathColumns::value(QByteArrayView payload, int index) const
{
    return valueAt(payload, m_paths.at(index));
}

} // namespace trunkline
