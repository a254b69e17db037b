// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/JsonTree.h"

#include <QRegularExpression>

namespace trunkline {

/// What a value has to look like: a JSON value that has to be in it (members may be missing in the pattern, elements not),
/// with the operators `{"$matches": REGEX}`, `{"$gt": N}`, `{"$lt": N}` and `{"$absent": true}`. A value; plain class.
class JsonPattern final
{
public:
    /// Matches everything.
    JsonPattern() = default;
    /// InvalidSetting: an operator that does not exist, or an expression that is none.
    [[nodiscard]] static Result<JsonPattern> parse(const QByteArray &json);

    /// Where and how `actual` (null: there is nothing) does not match; `path` is its own path.
    [[nodiscard]] std::vector<JsonDifference> mismatches(const JsonTree::Node *actual, const QByteArray &path = {}) const;
    [[nodiscard]] bool matches(const JsonTree::Node *actual) const { return mismatches(actual).empty(); }

private:
    enum class Kind { Anything, Literal, Object, Array, Operators };
    static Result<JsonPattern> fromNode(const JsonTree::Node &node);
    static Result<JsonPattern> fromOperators(const JsonTree::Node &node);
    void check(const JsonTree::Node *actual, const QByteArray &path, std::vector<JsonDifference> &out) const;
    [[nodiscard]] bool passesOperators(const JsonTree::Node *actual) const;

    Kind m_kind = Kind::Anything;
    QByteArray m_json;                  ///< as it was written
    std::vector<std::pair<QByteArray, JsonPattern>> m_members;
    std::optional<QRegularExpression> m_expression;
    std::optional<double> m_above;
    std::optional<double> m_below;
    std::optional<bool> m_absent;
};

} // namespace trunkline
