// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

#include <QString>

#include <optional>
#include <vector>

namespace trunkline {

/// A message that is being written: where it goes and its JSON.
struct Draft
{
    HubControl::Kind kind = HubControl::Kind::Send;
    QByteArray body{};
    friend bool operator==(const Draft &, const Draft &) = default;
};

/// What is wrong with a draft, or what the hub would say.
struct DraftRemark
{
    enum class Grade : quint8 { Fine, Odd, Wrong };
    Grade grade = Grade::Fine;
    QString text{};             ///< one sentence
    qsizetype offset = -1;      ///< bytes into the body; -1: no place
};
/// Wrong: no JSON, or the hub answers 422. Odd: it is taken, but probably not what was meant.
[[nodiscard]] DraftRemark checkDraft(const Draft &draft);

/// The same request again, to the same user, without what the hub added: a new correlation id, no sender. Nothing when the payload
/// was too large to be kept.
[[nodiscard]] std::optional<Draft> draftFrom(const ExchangeInfo &exchange);
/// A message of the journal again. Nothing for connects, disconnects and payloads that were not kept. A reply cannot be sent
/// for somebody; it becomes a push to them.
[[nodiscard]] std::optional<Draft> draftFrom(const JournalEntry &entry);

struct DraftTemplate
{
    QString name;
    Draft draft;
};
/// To start from; `user` is put in where a user is wanted.
[[nodiscard]] std::vector<DraftTemplate> draftTemplates(const QByteArray &user);

/// JSON without the white space between its tokens; anything else as it stands.
[[nodiscard]] QByteArray compactJson(QByteArrayView json);
/// "Push", "Send", "Batch", "Broadcast".
[[nodiscard]] QString nameOf(HubControl::Kind kind);

} // namespace trunkline
