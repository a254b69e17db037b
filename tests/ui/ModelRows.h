// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

#include <QAbstractItemModel>
#include <QStringList>

namespace trunkline {

// What the tests of the models fill them with, and how they read them.

inline ExchangeInfo exchange(quint64 number, ExchangeState state = ExchangeState::Done, const QByteArray &user = "bob")
{
    ExchangeInfo info;
    info.number = number;
    info.correlation = "c" + QByteArray::number(number);
    info.state = state;
    info.route.target = user;
    info.latency = std::chrono::milliseconds(number);
    info.request = R"({"message":"hello"})";
    return info;
}

inline JournalEntry entry(const QByteArray &user, const QByteArray &text = R"({"message":"hi"})", const QByteArray &correlation = {})
{
    JournalEntry made;
    made.user = user;
    made.text = text;
    made.correlation = correlation;
    return made;
}

inline SessionInfo session(quint64 id, const QByteArray &user, bool isPublic = false)
{
    SessionInfo info;
    info.id = {id};
    info.user = user;
    info.isPublic = isPublic;
    return info;
}

inline QStringList texts(const QAbstractItemModel &model, int column)
{
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row)
        found << model.index(row, column).data().toString();
    return found;
}

} // namespace trunkline
