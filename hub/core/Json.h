// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace trunkline {

/// Deeper nesting than this is refused as malformed unless a reader is told otherwise (`MAX_JSON_DEPTH`).
inline constexpr int kMaxJsonDepth = 256;
/// Bytes that must be readable behind a text for it to be parsed in place; fewer means one copy.
inline constexpr qsizetype kJsonPadding = 64;

enum class JsonType { Object, Array, String, Number, Bool, Null };

/// A value inside a checked text. `raw` is its bytes as they stand, a string with its quotes.
struct JsonValue
{
    JsonType type = JsonType::Null;
    QByteArrayView raw;
};

/// A member of an object. Views into the text that was read.
struct JsonMember
{
    QByteArrayView name;            ///< between the quotes, escapes as they stand
    bool nameIsEscaped = false;
    const char *begin = nullptr;    ///< the opening quote of the name
    JsonValue value;

    [[nodiscard]] bool is(QByteArrayView wanted) const;
    [[nodiscard]] const char *end() const { return value.raw.data() + value.raw.size(); }
};

using JsonMembers = std::vector<JsonMember>;

/// Where and why a text is not JSON.
struct JsonError
{
    qsizetype offset = 0;           ///< bytes from the start of the text
    QByteArray message;
};

/// One strict pass over a text: all of it is validated (RFC 8259; integers of any length, a lone surrogate escape is
/// allowed), and the members that routing needs are noted: those of the root object and those of its member `data`.
/// Reuses its buffers from text to text. Not thread-safe. Views stay valid until the next read or until the text dies.
class JsonReader
{
public:
    /// `maxDepth` from 1 to 1000: what is nested deeper is malformed.
    explicit JsonReader(int maxDepth = kMaxJsonDepth);
    ~JsonReader();

    /// What an object of interest holds. Where a name stands twice the list keeps both; the last one counts (RFC 8259 §4
    /// leaves it open; Python, which the clients know, takes the last).
    struct Object
    {
        JsonType type = JsonType::Null;     ///< of the value itself; the lists are empty unless it is an object
        QByteArrayView raw;
        JsonMembers members;
        JsonMembers data;                   ///< members of the last `data`, empty unless that is an object
        [[nodiscard]] const JsonMember *find(QByteArrayView name) const { return findIn(members, name); }
        [[nodiscard]] const JsonMember *findInData(QByteArrayView name) const { return findIn(data, name); }
        static const JsonMember *findIn(const JsonMembers &members, QByteArrayView name);
    };

    /// Reads `text`, which has `padding` readable bytes behind its end. nullopt and error() set when it is malformed.
    const Object *read(QByteArrayView text, qsizetype padding = 0);

    /// Reads an array and calls `element` for each of its values in order. Returns the root's type; nullopt when
    /// malformed (elements before the mistake have been seen then: act only on success).
    std::optional<JsonType> readEach(QByteArrayView text, qsizetype padding,
                                     const std::function<void(qsizetype index, const Object &)> &element);

    [[nodiscard]] const JsonError &error() const { return m_error; }

private:
    struct Engine;
    QByteArrayView padded(QByteArrayView text, qsizetype padding);

    std::unique_ptr<Engine> m_engine;
    QByteArray m_copy;
    Object m_object;
    JsonError m_error;
};

/// The text of a raw string token (with quotes) as UTF-8. A lone surrogate becomes U+FFFD; `lossy` tells.
QByteArray decodeJsonString(QByteArrayView raw, bool *lossy = nullptr);
/// `utf8` as a string token, with quotes.
QByteArray encodeJsonString(QByteArrayView utf8);

} // namespace trunkline
