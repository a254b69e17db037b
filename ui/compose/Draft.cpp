// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/Draft.h"

#include "hub/view/filter/PayloadJson.h"
#include "ui/detail/PayloadText.h"

#include <QCoreApplication>

#include <algorithm>

namespace trunkline {

using filter::membersOf;
using filter::PayloadMember;
using Grade = DraftRemark::Grade;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Draft)
};

const PayloadMember *find(const std::vector<PayloadMember> &members, const char *name)
{
    const auto found = std::find_if(members.rbegin(), members.rend(), [name](const PayloadMember &member) { return member.name == name; });
    return found == members.rend() ? nullptr : &*found;
}

QByteArray quoted(const QByteArray &text)
{
    QByteArray out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (quint8(c) < 0x20)
            out += "\\u00" + QByteArray::number(quint8(c), 16).rightJustified(2, '0');
        else
            out += c;
    }
    return out + '"';
}

/// The mistakes that the hub answers with 422, of one message.
DraftRemark checkMessage(QByteArrayView message, QByteArrayView whole, const QString &prefix)
{
    const qsizetype at = message.data() - whole.data();
    if (message.isEmpty() || message.front() != '{')
        return {Grade::Wrong, prefix + Words::tr("A message is an object: {\"user_id\": …, \"data\": {…}}"), at};
    const auto members = membersOf(message);
    const PayloadMember *user = find(members, "user_id");
    if (!user)
        return {Grade::Wrong, prefix + Words::tr("“user_id” is missing"), at};
    if (user->value.front() != '"')
        return {Grade::Wrong, prefix + Words::tr("“user_id” must be a string"), user->value.data() - whole.data()};
    if (user->value.size() == 2)
        return {Grade::Wrong, prefix + Words::tr("“user_id” is empty"), user->value.data() - whole.data()};
    const PayloadMember *data = find(members, "data");
    if (!data)
        return {Grade::Wrong, prefix + Words::tr("“data” is missing"), at};
    if (data->value.front() != '{')
        return {Grade::Wrong, prefix + Words::tr("“data” must be an object"), data->value.data() - whole.data()};
    return {};
}

/// The mistakes that the hub answers with 422, of a broadcast; and what it says of one that is fine.
DraftRemark checkBroadcast(QByteArrayView body, QByteArrayView whole)
{
    const auto members = membersOf(body);
    const auto at = [whole](const PayloadMember *member) { return member->value.data() - whole.data(); };
    const PayloadMember *data = find(members, "data");
    if (!data)
        return {Grade::Wrong, Words::tr("“data” is missing"), body.data() - whole.data()};
    if (data->value.front() != '{')
        return {Grade::Wrong, Words::tr("“data” must be an object"), at(data)};
    if (const PayloadMember *user = find(members, "user_id"); user && user->value != "\"*\"")
        return {Grade::Wrong, Words::tr("A broadcast names its receivers in “users” or “prefix”"), at(user)};
    const PayloadMember *users = find(members, "users");
    const PayloadMember *prefix = find(members, "prefix");
    if (users && users->value.front() != '[')
        return {Grade::Wrong, Words::tr("“users” must be an array of strings"), at(users)};
    if (prefix && prefix->value.front() != '"')
        return {Grade::Wrong, Words::tr("“prefix” must be a string"), at(prefix)};
    if (users && prefix)
        return {Grade::Wrong, Words::tr("Give “users” or “prefix”, not both"), at(prefix)};
    if (!users)
        return {Grade::Fine, !prefix || prefix->value.size() == 2 ? Words::tr("To everybody who is connected") : Words::tr("To all whose name begins with it"), -1};
    const std::size_t count = filter::elementsOf(users->value).size();
    if (count == 0)
        return {Grade::Odd, Words::tr("An empty “users” reaches nobody"), at(users)};
    return {Grade::Fine, count == 1 ? Words::tr("To 1 user") : Words::tr("To %1 users").arg(count), -1};
}

/// What the hub writes into a payload before it delivers it.
bool isAdded(const QByteArray &name)
{
    return name == "user_id" || name == "original_sender" || name == "correlation_id";
}

/// The members of `data` again, without what the hub added.
QByteArray dataOf(const QByteArray &payload)
{
    QByteArray data;
    if (payload.trimmed().startsWith('{')) {
        for (const PayloadMember &member : membersOf(payload)) {
            if (!isAdded(member.name))
                data += (data.isEmpty() ? "" : ",") + quoted(member.name) + ':' + member.value.toByteArray();
        }
    } else {
        data = "\"message\":" + quoted(payload);
    }
    return '{' + data + '}';
}

QByteArray bodyFor(const QByteArray &user, const QByteArray &payload)
{
    return payloadtext::pretty(QByteArray("{\"user_id\":" + quoted(user) + ",\"data\":" + dataOf(payload) + '}')).toUtf8();
}

/// An empty prefix is left out: everybody.
QByteArray broadcastBodyFor(const QByteArray &prefix, const QByteArray &payload)
{
    const QByteArray head = prefix.isEmpty() ? QByteArray() : QByteArray("\"prefix\":" + quoted(prefix) + ',');
    return payloadtext::pretty(QByteArray('{' + head + "\"data\":" + dataOf(payload) + '}')).toUtf8();
}

} // namespace

QString nameOf(HubControl::Kind kind)
{
    switch (kind) {
    case HubControl::Kind::Push: return Words::tr("Push");
    case HubControl::Kind::Send: return Words::tr("Send");
    case HubControl::Kind::Batch: return Words::tr("Batch");
    case HubControl::Kind::Broadcast: return Words::tr("Broadcast");
    }
    return {};
}

DraftRemark checkDraft(const Draft &draft)
{
    const QByteArray trimmed = draft.body.trimmed();
    if (trimmed.isEmpty())
        return {Grade::Wrong, Words::tr("Write a message, or take a template"), -1};
    if (const auto mistake = filter::findJsonMistake(draft.body))
        return {Grade::Wrong, mistake->reason, mistake->offset};
    const bool isArray = trimmed.front() == '[';
    if (draft.kind != HubControl::Kind::Batch) {
        if (isArray)
            return {Grade::Wrong, Words::tr("An array of messages is a batch"), 0};
        const QByteArrayView body = QByteArrayView(draft.body).sliced(draft.body.indexOf(trimmed.front()));
        if (draft.kind == HubControl::Kind::Broadcast && trimmed.front() == '{')
            return checkBroadcast(body, draft.body);
        return checkMessage(body, draft.body, {});
    }
    if (!isArray)
        return {Grade::Wrong, Words::tr("A batch is an array of messages: [{…}, {…}]"), 0};
    const auto elements = filter::elementsOf(draft.body);
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const DraftRemark remark = checkMessage(elements[i], draft.body, Words::tr("Message %1: ").arg(i));
        if (remark.grade != Grade::Fine)
            return remark;
    }
    if (elements.empty())
        return {Grade::Odd, Words::tr("An empty batch delivers nothing"), -1};
    return {Grade::Fine, elements.size() == 1 ? Words::tr("1 message") : Words::tr("%1 messages").arg(elements.size()), -1};
}

std::optional<Draft> draftFrom(const ExchangeInfo &exchange)
{
    if (exchange.requestBytes > exchange.request.size())
        return std::nullopt;
    const QByteArray user = exchange.route.named.isEmpty() ? exchange.route.target : exchange.route.named;
    return Draft{HubControl::Kind::Send, bodyFor(user, exchange.request.isEmpty() ? QByteArray("{}") : exchange.request)};
}

std::optional<Draft> draftFrom(const JournalEntry &entry)
{
    if (entry.kind == EntryKind::Connect || entry.kind == EntryKind::Disconnect || entry.text.isEmpty() || entry.textBytes > entry.text.size())
        return std::nullopt;
    if (entry.kind == EntryKind::Broadcast)
        return Draft{HubControl::Kind::Broadcast, broadcastBodyFor(entry.user.chopped(entry.user.endsWith('*') ? 1 : 0), entry.text)};
    return Draft{entry.kind == EntryKind::Request ? HubControl::Kind::Send : HubControl::Kind::Push, bodyFor(entry.user, entry.text)};
}

std::vector<DraftTemplate> draftTemplates(const QByteArray &user)
{
    const auto draft = [&user](HubControl::Kind kind, QByteArray body) { return Draft{kind, body.replace("USER", quoted(user))}; };
    using Kind = HubControl::Kind;
    return {
        {Words::tr("Ask and wait for the stream"), draft(Kind::Send, "{\n  \"user_id\": USER,\n  \"data\": {\n    \"message\": \"ping\"\n  }\n}")},
        {Words::tr("Tell one user"), draft(Kind::Push, "{\n  \"user_id\": USER,\n  \"data\": {\n    \"message\": \"hello\"\n  }\n}")},
        {Words::tr("Mention a public account"),
         draft(Kind::Send, "{\n  \"user_id\": USER,\n  \"data\": {\n    \"message\": \"@ci_bot run tests on my branch\"\n  }\n}")},
        {Words::tr("With event type, id and time"),
         draft(Kind::Push, "{\n  \"user_id\": USER,\n  \"event_type\": \"order.confirmed\",\n  \"event_id\": \"evt_1\",\n"
                           "  \"timestamp\": 1719830000,\n  \"data\": {\n    \"order\": {\"id\": 8812}\n  }\n}")},
        {Words::tr("With a correlation id of your own"),
         draft(Kind::Send, "{\n  \"user_id\": USER,\n  \"data\": {\n    \"correlation_id\": \"req_1\",\n    \"message\": \"ping\"\n  }\n}")},
        {Words::tr("Tell everybody"), draft(Kind::Broadcast, "{\n  \"data\": {\n    \"message\": \"hello\"\n  }\n}")},
        {Words::tr("Tell a group"),
         draft(Kind::Broadcast, "{\n  \"prefix\": \"team-\",\n  \"data\": {\n    \"message\": \"hello\"\n  }\n}")},
        {Words::tr("Two messages at once"),
         draft(Kind::Batch, "[\n  {\"user_id\": USER, \"data\": {\"message\": \"first\"}},\n  {\"user_id\": USER, \"data\": {\"message\": \"second\"}}\n]")},
    };
}

QByteArray compactJson(QByteArrayView json)
{
    if (filter::findJsonMistake(json))
        return json.toByteArray();
    QByteArray out;
    out.reserve(json.size());
    bool quotedText = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (!quotedText && (c == ' ' || c == '\n' || c == '\r' || c == '\t'))
            continue;
        out += c;
        if (quotedText && c == '\\')
            out += json[++i];
        else if (c == '"')
            quotedText = !quotedText;
    }
    return out;
}

} // namespace trunkline
