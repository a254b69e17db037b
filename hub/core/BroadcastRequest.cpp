// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/BroadcastRequest.h"

#include <algorithm>

namespace trunkline {

namespace {

bool given(const JsonMember *member) { return member && member->value.type != JsonType::Null; }

/// The text of a string; nullopt, with an issue, for anything else and for what can't be part of a user id.
std::optional<QByteArray> nameFrom(const JsonValue &value, const QByteArray &where, bool mayBeEmpty, BodyIssues &issues)
{
    const auto wrong = [&](const char *type, const char *text) {
        if (issues.size() < kMaxBodyIssues)
            issues.push_back({type, where, text});
        return std::nullopt;
    };
    if (value.type != JsonType::String)
        return wrong("string_type", "Input should be a valid string");
    bool lossy = false;
    const QByteArray name = decodeJsonString(value.raw, &lossy);
    if (name.isEmpty())
        return mayBeEmpty ? std::optional(name) : wrong("string_too_short", "String should have at least 1 character");
    if (name.size() > kMaxUserIdBytes)
        return wrong("string_too_long", "String should have at most 256 bytes");
    if (lossy || !isValidUserId(name))
        return wrong("string_pattern_mismatch", "String should not contain control characters");
    return name;
}

void takeUsers(const JsonMember &member, BroadcastRequest &request, BodyIssues &issues)
{
    request.named = true;
    if (member.value.type != JsonType::Array) {
        issues.push_back({"list_type", R"("users")", "Input should be a valid list"});
        return;
    }
    JsonReader reader;
    (void)reader.readEach(member.value.raw, 0, [&](qsizetype index, const JsonReader::Object &item) {
        const QByteArray where = R"("users", )" + QByteArray::number(index);
        if (auto name = nameFrom({item.type, item.raw}, where, false, issues))
            request.users.push_back(*std::move(name));
    });
    std::sort(request.users.begin(), request.users.end());
    request.users.erase(std::unique(request.users.begin(), request.users.end()), request.users.end());
}

} // namespace

std::optional<BroadcastRequest> BroadcastRequest::fromJson(const JsonReader::Object &body, BodyIssues &issues)
{
    const std::size_t before = issues.size();
    auto message = Message::fromJson(body, {}, issues, Message::Addressee::Many);
    if (!message)
        return std::nullopt;
    BroadcastRequest request{.message = *std::move(message)};
    const JsonMember *users = body.find("users");
    const JsonMember *prefix = body.find("prefix");
    if (given(users))
        takeUsers(*users, request, issues);
    if (given(prefix)) {
        if (auto name = nameFrom(prefix->value, R"("prefix")", true, issues))
            request.prefix = *std::move(name);
        if (request.named)
            issues.push_back({"value_error", R"("prefix")", "Give users or prefix, not both"});
    }
    if (issues.size() > before)
        return std::nullopt;
    return request;
}

} // namespace trunkline
