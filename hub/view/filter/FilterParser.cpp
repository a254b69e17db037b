// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/FilterNode.h"

#include <QCoreApplication>

#include <algorithm>

namespace trunkline::filter {

namespace {

using Kind = Token::Kind;
using NodeResult = tl::expected<Node, FilterError>;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

/// The cheap tests of an `and` run first.
int costOf(const Node &node)
{
    if (node.kind != Node::Kind::Test) {
        int cost = 0;
        for (const Node &child : node.children)
            cost += costOf(child);
        return cost;
    }
    const Test &test = node.test;
    const int factor = test.compare == Compare::Regex ? 20 : 1;
    switch (test.field) {
    case Field::Any:
    case Field::Text:
    case Field::Mention: return 40 * factor;
    case Field::Json: return 60 * factor;
    case Field::Gap:
    case Field::Owner: return 100;
    default: return test.patterns.empty() ? 1 : 3 * factor;
    }
}

class Parser
{
public:
    Parser(const QString &text, const std::vector<Token> &tokens) : m_text(text), m_tokens(tokens) {}

    NodeResult all()
    {
        if (m_tokens.empty())
            return Node{};
        NodeResult node = alternatives(0);
        if (!node || atEnd())
            return node;
        const Token &token = m_tokens[m_at];    // only a closing parenthesis is left
        return error(token.position, token.length, Words::tr("Nothing was opened for this “)”"));
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at == m_tokens.size(); }
    [[nodiscard]] bool is(Kind kind) const { return !atEnd() && m_tokens[m_at].kind == kind; }
    static tl::unexpected<FilterError> error(qsizetype position, qsizetype length, const QString &reason)
    {
        return tl::unexpected<FilterError>(FilterError{position, length, reason, {}});
    }

    NodeResult alternatives(int depth)
    {
        Node node{Node::Kind::Or};
        do {
            NodeResult child = sequence(depth);
            if (!child)
                return child;
            node.children.push_back(std::move(*child));
        } while (is(Kind::Or) && ++m_at);
        return node.children.size() == 1 ? std::move(node.children.front()) : std::move(node);
    }

    NodeResult sequence(int depth)
    {
        Node node{Node::Kind::And};
        for (bool more = true; more;) {
            NodeResult child = unary(depth);
            if (!child)
                return child;
            node.children.push_back(std::move(*child));
            if (is(Kind::And))
                ++m_at;
            else
                more = !atEnd() && !is(Kind::Or) && !is(Kind::Close);
        }
        if (node.children.size() == 1)
            return std::move(node.children.front());
        std::stable_sort(node.children.begin(), node.children.end(), [](const Node &a, const Node &b) { return costOf(a) < costOf(b); });
        return node;
    }

    NodeResult unary(int depth)
    {
        if (atEnd())
            return error(m_text.size(), 0, Words::tr("Something is missing at the end"));
        const Token &token = m_tokens[m_at];
        if (depth > kMaxFilterDepth)
            return error(token.position, token.length, Words::tr("Too many parentheses inside each other"));
        switch (token.kind) {
        case Kind::Not: {
            ++m_at;
            NodeResult inner = unary(depth + 1);
            if (!inner)
                return inner;
            Node node{Node::Kind::Not};
            node.children.push_back(std::move(*inner));
            return node;
        }
        case Kind::Open:
            return group(token, depth);
        case Kind::Close:
        case Kind::And:
        case Kind::Or:
            return error(token.position, token.length, Words::tr("Something is missing before “%1”").arg(m_text.sliced(token.position, token.length)));
        case Kind::Word:
        case Kind::Mention:
        case Kind::Term:
            break;
        }
        ++m_at;
        auto test = makeTest(token);
        if (!test)
            return tl::unexpected<FilterError>(test.error());
        return Node{Node::Kind::Test, {}, std::move(*test)};
    }

    NodeResult group(const Token &open, int depth)
    {
        ++m_at;
        NodeResult inner = alternatives(depth + 1);
        if (!inner)
            return inner;
        if (!is(Kind::Close))
            return error(open.position, open.length, Words::tr("This “(” is not closed"));
        ++m_at;
        return inner;
    }

    const QString &m_text;
    const std::vector<Token> &m_tokens;
    std::size_t m_at = 0;
};

} // namespace

NodeResult parseNode(const QString &text)
{
    if (text.size() > kMaxFilterLength)
        return tl::unexpected<FilterError>(FilterError{kMaxFilterLength, text.size() - kMaxFilterLength, Words::tr("The filter is too long"), {}});
    const FilterLexer lexer(text);
    if (lexer.error()) {
        // What stands before the mistake may be wrong as well; the first one counts.
        const NodeResult before = lexer.tokens().empty() ? NodeResult(Node{}) : Parser(text, lexer.tokens()).all();
        if (!before && before.error().length > 0 && before.error().replacement.size() > 0)
            return before;
        return tl::unexpected<FilterError>(*lexer.error());
    }
    return Parser(text, lexer.tokens()).all();
}

} // namespace trunkline::filter
