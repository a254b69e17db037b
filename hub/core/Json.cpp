// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/Json.h"

#include "hub/core/JsonTokens.h"

#include <simdjson.h>

namespace trunkline {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

/// A parser grows with the largest text it has seen; past this it is replaced after use.
constexpr qsizetype kKeepParserBytes = 512 * 1024;

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

QByteArrayView trimmedRight(const char *begin, const char *end)
{
    while (end > begin && isJsonSpace(end[-1]))
        --end;
    return {begin, end};
}

/// Where a string token that starts `text` is followed by another token; the size of `text` when nothing follows.
qsizetype endOfString(QByteArrayView text)
{
    if (text.front() != '"')
        return text.size();
    const char *end = text.data() + text.size();
    const char *at = text.data() + checkName(text.data() + 1, end).offset + 2;
    while (at < end && isJsonSpace(*at))
        ++at;
    return at - text.data();
}

} // namespace

struct JsonReader::Engine
{
    explicit Engine(int deepest) : maxDepth(deepest) { }

    const int maxDepth;
    ondemand::parser parser;
    ondemand::document document;
    const char *textEnd = nullptr;
    const char *mistake = nullptr;      ///< where the walk stopped
    const char *reason = "JSON is malformed";

    bool fail(const char *where, const char *why)
    {
        mistake = where;
        reason = why;
        return false;
    }

    const char *here()
    {
        const char *location = nullptr;
        return document.current_location().get(location) ? textEnd : location;
    }

    bool failHere(const char *why)
    {
        const char *where = here();
        return where < textEnd ? fail(where, why) : fail(textEnd, "Unexpected end of the JSON text");
    }

    /// Behind the bracket that closed an array or object. simdjson takes one that stands behind the text, too; it is then past
    /// its last token, and not at it.
    bool closed(JsonType type, const char *begin, JsonValue &out)
    {
        const char *next = nullptr;
        if (document.current_location().get(next))
            next = textEnd;
        else if (next >= textEnd)
            return failHere(nullptr);
        out = {type, trimmedRight(begin, next)};
        return true;
    }

    bool scalar(ondemand::value value, JsonValue &out)
    {
        const std::string_view token = value.raw_json_token();
        out.raw = trimmedRight(token.data(), token.data() + token.size());
        const TokenCheck check = checkScalar(out.raw);
        if (!check.ok)
            return fail(out.raw.data() + check.offset, check.reason);
        out.type = check.type;
        // Taken, not left for simdjson to skip: it takes a string with a colon behind it for a name and skips what follows, too.
        ondemand::raw_json_string taken;
        return check.type != JsonType::String || !value.get_raw_json_string().get(taken) || fail(out.raw.data(), "Invalid string");
    }

    bool array(ondemand::value value, int depth, JsonValue &out)
    {
        const char *begin = here();
        ondemand::array elements;
        if (value.get_array().get(elements))
            return fail(begin, "Expected an array");
        for (auto element : elements) {
            ondemand::value inner;
            if (element.get(inner))
                return failHere("Expected a value or the end of the array");
            JsonValue ignored;
            if (!any(inner, depth + 1, ignored, nullptr, nullptr))
                return false;
        }
        return closed(JsonType::Array, begin, out);
    }

    bool object(ondemand::value value, int depth, JsonValue &out, JsonMembers *members, JsonMembers *data)
    {
        const char *begin = here();
        ondemand::object fields;
        if (value.get_object().get(fields))
            return fail(begin, "Expected an object");
        if (members)
            members->clear();
        for (auto field : fields) {
            ondemand::field current;
            if (std::move(field).get(current))
                return failHere("Expected a member or the end of the object");
            if (here() >= textEnd)
                return failHere(nullptr);       // the colon stands behind the text
            JsonMember member;
            const char *name = current.key().raw();
            const TokenCheck key = checkName(name, textEnd);
            if (!key.ok)
                return fail(name + key.offset, key.reason);
            member.begin = name - 1;
            member.name = {name, key.offset};
            member.nameIsEscaped = key.escaped;
            JsonMembers *inside = data && member.is("data") ? data : nullptr;
            if (inside)
                inside->clear();
            if (!any(current.value(), depth + 1, member.value, inside, nullptr))
                return false;
            if (members)
                members->push_back(member);
        }
        return closed(JsonType::Object, begin, out);
    }

    bool any(ondemand::value value, int depth, JsonValue &out, JsonMembers *members, JsonMembers *data)
    {
        const std::string_view token = value.raw_json_token();
        // What stands behind an open text is not looked at: simdjson's last token has no length that means anything.
        if (token.data() >= textEnd)
            return fail(textEnd, "Unexpected end of the JSON text");
        if (depth > maxDepth)
            return fail(token.data(), "JSON is nested too deeply (MAX_JSON_DEPTH)");
        if (!token.empty() && token.front() == '{')
            return object(value, depth, out, members, data);
        if (!token.empty() && token.front() == '[')
            return array(value, depth, out);
        return scalar(value, out);
    }

    bool open(QByteArrayView text)
    {
        textEnd = text.data() + text.size();
        const auto size = static_cast<std::size_t>(text.size());
        const error_code error = parser.iterate(text.data(), size, size + simdjson::SIMDJSON_PADDING).get(document);
        if (!error)
            return true;
        const TextMistake found = findMistake(text);
        return fail(text.data() + found.offset, found.reason);
    }

    /// Later versions of simdjson refuse a root whose last byte does not close it before they look at anything else. With that
    /// byte added the walk finds the mistake itself; when it finds none, the end was missing.
    bool failUnclosed(QByteArrayView text, QByteArrayView root)
    {
        QByteArray closed;
        closed.reserve(text.size() + 1 + kJsonPadding);
        closed.append(text).append(root.front() == '{' ? '}' : ']');
        const QByteArrayView whole(closed.constData(), closed.size());
        ondemand::value value;
        JsonValue ignored;
        JsonMembers members;
        JsonMembers data;
        const char *const end = text.data() + text.size();
        if (!open(whole) || document.get_value().get(value) || (any(value, 1, ignored, &members, &data) && atEnd()))
            return fail(end, "Unexpected end of the JSON text");
        return fail(text.data() + qMin<qsizetype>(mistake - whole.data(), text.size()), reason);
    }

    /// After the root value nothing but white space may follow.
    bool atEnd()
    {
        const char *location = nullptr;
        return document.current_location().get(location) || failHere("Extra data after the JSON text");
    }
};

bool JsonMember::is(QByteArrayView wanted) const
{
    if (!nameIsEscaped)
        return name == wanted;
    return decodeJsonString({begin, name.size() + 2}) == wanted;
}

const JsonMember *JsonReader::Object::findIn(const JsonMembers &members, QByteArrayView name)
{
    for (auto it = members.rbegin(); it != members.rend(); ++it) {
        if (it->is(name))
            return &*it;
    }
    return nullptr;
}

JsonReader::JsonReader(int maxDepth) : m_engine(std::make_unique<Engine>(maxDepth)) { }
JsonReader::~JsonReader() = default;

QByteArrayView JsonReader::padded(QByteArrayView text, qsizetype padding)
{
    if (m_engine->parser.capacity() > std::size_t(kKeepParserBytes)) {
        m_engine = std::make_unique<Engine>(m_engine->maxDepth);
        m_copy = {};
    }
    if (padding >= kJsonPadding)
        return text;
    m_copy.resize(0);
    m_copy.reserve(text.size() + kJsonPadding);
    m_copy.append(text);
    return {m_copy.constData(), text.size()};
}

const JsonReader::Object *JsonReader::read(QByteArrayView text, qsizetype padding)
{
    text = padded(text, padding);
    m_object.members.clear();
    m_object.data.clear();
    const QByteArrayView inner = trimJson(text);
    m_object.raw = inner;
    m_error = {};
    const auto failed = [&](qsizetype offset, const char *reason) {
        m_error = {offset, reason};
        return nullptr;
    };
    if (inner.isEmpty())
        return failed(text.size(), "Expecting a value");
    if (inner.front() != '{' && inner.front() != '[') {
        const TextMistake found = findMistake(text);
        if (found.reason)
            return failed(found.offset, found.reason);
        const TokenCheck check = checkScalar(inner);
        if (!check.ok)
            return failed(inner.data() - text.data() + check.offset, check.reason);
        if (const qsizetype behind = endOfString(inner); behind < inner.size())
            return failed(inner.data() - text.data() + behind, "Extra data after the JSON text");
        m_object.type = check.type;
        return &m_object;
    }
    ondemand::value root;
    JsonValue value;
    const bool fine = m_engine->open(text)
        && (!m_engine->document.get_value().get(root) || m_engine->failUnclosed(text, inner))
        && m_engine->any(root, 1, value, &m_object.members, &m_object.data) && m_engine->atEnd();
    if (!fine)
        return failed(m_engine->mistake - text.data(), m_engine->reason);
    m_object.type = value.type;
    return &m_object;
}

std::optional<JsonType> JsonReader::readEach(QByteArrayView text, qsizetype padding,
                                             const std::function<void(qsizetype, const Object &)> &element)
{
    text = padded(text, padding);
    const QByteArrayView inner = trimJson(text);
    if (inner.isEmpty() || inner.front() != '[') {
        const Object *object = read(text, kJsonPadding);
        return object ? std::optional(object->type) : std::nullopt;
    }
    m_error = {};
    // As a value, not as the document's array: that looks at the last byte first and cannot say where the mistake is.
    ondemand::value root;
    ondemand::array elements;
    bool fine = m_engine->open(text)
        && ((!m_engine->document.get_value().get(root) && !root.get_array().get(elements))
            || m_engine->failUnclosed(text, inner));
    qsizetype index = 0;
    if (fine) {
        for (auto item : elements) {
            ondemand::value value;
            JsonValue out;
            m_object.members.clear();
            m_object.data.clear();
            if (item.get(value))
                fine = m_engine->failHere("Expected a value or the end of the array");
            else
                fine = m_engine->any(value, 2, out, &m_object.members, &m_object.data);
            if (!fine)
                break;
            m_object.type = out.type;
            m_object.raw = out.raw;
            element(index++, m_object);
        }
    }
    if (!fine || !m_engine->atEnd()) {
        m_error = {m_engine->mistake - text.data(), m_engine->reason};
        return std::nullopt;
    }
    return JsonType::Array;
}

} // namespace trunkline
