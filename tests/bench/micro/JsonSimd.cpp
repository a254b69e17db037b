// SPDX-License-Identifier: GPL-3.0-or-later
// simdjson three ways.
#include "JsonCandidates.h"
#include "JsonCandidatesAll.h"
#include "JsonTokens.h"

#include <simdjson.h>

namespace trunkline::bench {
namespace {

namespace od = simdjson::ondemand;
constexpr int MaxDepth = 500;

/// The string whose first byte after the quote is `at`, UTF-8 and control characters already checked by stage 1.
const char *stringEnd(const char *at, const char *end)
{
    while (true) {
        const char *quote = static_cast<const char *>(std::memchr(at, '"', size_t(end - at)));
        if (!quote)
            return nullptr;
        const char *slash = static_cast<const char *>(std::memchr(at, '\\', size_t(quote - at)));
        if (!slash)
            return quote + 1;
        at = escapeEnd(slash, end);
        if (!at)
            return nullptr;
    }
}

bool onlySpace(const char *at, const char *end)
{
    while (at < end && isSpace(*at))
        ++at;
    return at == end;
}

bool walk(od::value value, const char *end, int depth)
{
    if (depth > MaxDepth)
        return false;
    od::json_type type;
    if (value.type().get(type))
        return false;
    if (type == od::json_type::object) {
        od::object object;
        if (value.get_object().get(object))
            return false;
        for (auto field : object) {
            od::value member;
            od::raw_json_string key;
            if (field.key().get(key) || !stringEnd(key.raw(), end) || field.value().get(member)
                || !walk(member, end, depth + 1))
                return false;
        }
        return true;
    }
    if (type == od::json_type::array) {
        od::array array;
        if (value.get_array().get(array))
            return false;
        for (auto element : array) {
            od::value item;
            if (element.get(item) || !walk(item, end, depth + 1))
                return false;
        }
        return true;
    }
    std::string_view token;
    if (type == od::json_type::string) {
        token = value.raw_json_token();
        od::raw_json_string raw;
        if (!stringEnd(token.data() + 1, end) || value.get_raw_json_string().get(raw))
            return false;
        return true;
    }
    token = value.raw_json_token();
    const char *tokenEnd = atomEnd(token.data(), token.data() + token.size());
    if (!tokenEnd || !onlySpace(tokenEnd, token.data() + token.size()))
        return false;
    return type == od::json_type::null ? !value.is_null().error() : true;
}

od::parser &parser()
{
    static od::parser instance;
    return instance;
}

} // namespace

bool onDemandTwoMembers(const PaddedBody &body)
{
    od::document document;
    if (parser().iterate(body.data(), body.size(), body.size() + 64).get(document))
        return false;
    od::object object;
    if (document.get_object().get(object))
        return false;
    std::string_view user;
    if (object["user_id"].get_string().get(user))
        return false;
    std::string_view raw;
    od::object data;
    return !object["data"].get_object().get(data) && !data.raw_json().get(raw);
}

bool onDemandCheckedWalk(const PaddedBody &body)
{
    od::document document;
    const char *end = body.data() + body.size();
    if (parser().iterate(body.data(), body.size(), body.size() + 64).get(document))
        return false;
    od::value root;
    if (document.get_value().get(root) || !walk(root, end, 0))
        return false;
    const char *here = nullptr;                                     // 3.0.1 has no at_end()
    return document.current_location().get(here) == simdjson::OUT_OF_BOUNDS;
}

namespace {

/// The structural indexes of simdjson's stage 1, and a walk of our own over them.
class IndexWalk
{
public:
    IndexWalk(const PaddedBody &body, const uint32_t *indexes, uint32_t count)
        : m_text(body.data()), m_end(body.data() + body.size()), m_at(indexes), m_last(indexes + count) {}
    bool document() { return value(0) && m_at == m_last; }

private:
    [[nodiscard]] bool is(char c) const { return m_at < m_last && m_text[*m_at] == c; }
    bool take(char c) { return is(c) && (++m_at, true); }

    bool value(int depth)
    {
        if (m_at == m_last || depth > MaxDepth)
            return false;
        const char *token = m_text + *m_at++;
        switch (*token) {
        case '{': return object(depth + 1);
        case '[': return array(depth + 1);
        case '"': return string(token);
        default: {
            const char *tokenEnd = atomEnd(token, m_end);
            return tokenEnd && onlySpace(tokenEnd, m_at < m_last ? m_text + *m_at : m_end);
        }
        }
    }
    bool string(const char *token) const
    {
        return stringEnd(token + 1, m_at < m_last ? m_text + *m_at : m_end) != nullptr;
    }
    bool object(int depth)
    {
        if (take('}'))
            return true;
        do {
            if (!is('"'))
                return false;
            const char *token = m_text + *m_at++;
            if (!string(token) || !take(':') || !value(depth))
                return false;
        } while (take(','));
        return take('}');
    }
    bool array(int depth)
    {
        if (take(']'))
            return true;
        do {
            if (!value(depth))
                return false;
        } while (take(','));
        return take(']');
    }

    const char *m_text;
    const char *m_end;
    const uint32_t *m_at;
    const uint32_t *m_last;
};

} // namespace

bool structuralIndexWalk(const PaddedBody &body)
{
    static std::unique_ptr<simdjson::internal::dom_parser_implementation> stages;
    static size_t capacity = 0;
    if (capacity < body.size()) {
        capacity = body.size();
        if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, MaxDepth, stages))
            return false;
    }
    const auto *bytes = reinterpret_cast<const uint8_t *>(body.data());
    if (stages->stage1(bytes, body.size(), simdjson::stage1_mode::regular))
        return false;
    return IndexWalk(body, stages->structural_indexes.get(), stages->n_structural_indexes).document();
}

} // namespace trunkline::bench
