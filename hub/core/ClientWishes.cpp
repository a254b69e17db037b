// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/ClientWishes.h"

#include "hub/core/HttpMessage.h"

#include <algorithm>

namespace trunkline {

namespace {

quint64 placeFrom(QByteArrayView text)
{
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    bool fits = false;
    const quint64 number = text.toByteArray().toULongLong(&fits);
    return digits && fits ? number : ClientWishes::kUnknownPlace;
}

bool isOn(const QByteArray &text)
{
    const QByteArray word = text.toLower();
    return word == "1" || word == "true" || word == "yes" || word == "on";
}

} // namespace

ClientWishes wishesOf(QByteArrayView query, QByteArrayView lastEventId)
{
    ClientWishes wishes;
    QByteArray place = lastEventId.toByteArray();
    if (!query.isEmpty()) {
        wishes.sequence = isOn(queryValue(query, "sequence"));
        wishes.presence = isOn(queryValue(query, "presence"));
        if (place.isEmpty())
            place = queryValue(query, "last_event_id");
    }
    if (!place.isEmpty())
        wishes.after = placeFrom(place);
    return wishes;
}

} // namespace trunkline
