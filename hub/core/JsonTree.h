// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Json.h"
#include "hub/core/Result.h"

namespace trunkline {

/// A whole JSON text as a tree of views into it: nothing is decoded but the names of members, no digit is lost. A value;
/// for tests, bots and files, not for the message path.
class JsonTree final
{
public:
    struct Node
    {
        JsonType type = JsonType::Null;
        QByteArrayView raw{};               ///< its bytes in text(), a string with its quotes
        QByteArray name{};                  ///< decoded; empty for an element of an array
        std::vector<Node> children{};       ///< members or elements, in order; of members of one name the last one counts

        /// The member of that name, or the element of that number; null when there is none.
        [[nodiscard]] const Node *child(QByteArrayView step) const;
        /// `data.items.0.name`; the empty path is the node itself.
        [[nodiscard]] const Node *at(QByteArrayView path) const;
        [[nodiscard]] QByteArray text() const;      ///< a string decoded; the token of anything else
        [[nodiscard]] bool isString() const { return type == JsonType::String; }
        [[nodiscard]] bool isObject() const { return type == JsonType::Object; }
    };

    /// InvalidJson with the offset when `text` is not one JSON text.
    [[nodiscard]] static Result<JsonTree> parse(const QByteArray &text);

    [[nodiscard]] const Node &root() const { return m_root; }
    [[nodiscard]] const QByteArray &text() const { return m_text; }

private:
    QByteArray m_text;      ///< shared by all copies, so that the views stay good
    Node m_root;
};

/// Whether two values say the same: members in any order, strings by their text, numbers by value where a double holds
/// both exactly and by their digits where it does not.
[[nodiscard]] bool sameJson(const JsonTree::Node &a, const JsonTree::Node &b);

/// A place where two values differ.
struct JsonDifference
{
    QByteArray path;        ///< `data.items.0`; empty: the whole
    QByteArray expected;    ///< token; empty: there should be nothing
    QByteArray actual;      ///< token; empty: it is missing
    friend bool operator==(const JsonDifference &, const JsonDifference &) = default;
};

/// All places where `actual` is not `expected`, at most `max`. Members that only `actual` has count unless `subset`.
[[nodiscard]] std::vector<JsonDifference> differences(const JsonTree::Node &expected, const JsonTree::Node &actual,
                                                      bool subset = false, std::size_t max = 20);

} // namespace trunkline
