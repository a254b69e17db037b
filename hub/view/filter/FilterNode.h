// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/filter/FilterFields.h"
#include "hub/view/filter/FilterLexer.h"
#include "hub/view/filter/PayloadJson.h"
#include "hub/view/filter/TextPattern.h"

#include <tl/expected.hpp>

#include <vector>

namespace trunkline::filter {

/// One comparison, ready to run.
struct Test
{
    Field field = Field::Any;
    Compare compare = Compare::Is;
    std::vector<TextPattern> patterns{};    ///< any of them; of names, content, mentions, JSON
    std::vector<double> numbers{};          ///< any of them; microseconds, bytes or a count; of JSON, beside `patterns`
    quint32 words = 0;                      ///< any of these bits
    JsonPath path{};
    bool anyMention = false;                ///< mention:*
};

struct Node
{
    enum class Kind : quint8 { And, Or, Not, Test };
    Kind kind = Kind::And;                  ///< And without children passes everything
    std::vector<Node> children{};
    Test test{};
};

inline constexpr qsizetype kMaxFilterLength = 4096;
inline constexpr int kMaxFilterDepth = 64;

/// Reads `text`: or binds weaker than and, a space is an and, not binds to what follows it.
[[nodiscard]] tl::expected<Node, FilterError> parseNode(const QString &text);
/// Makes the test of one term, word or mention.
[[nodiscard]] tl::expected<Test, FilterError> makeTest(const Token &token);

} // namespace trunkline::filter
