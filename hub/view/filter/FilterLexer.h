// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <vector>

namespace trunkline::filter {

/// Why a text is no filter. Positions count UTF-16 code units of the text.
struct FilterError
{
    qsizetype position = 0;
    qsizetype length = 0;       ///< of the part that is wrong; 0: something is missing there
    QString reason;             ///< one sentence without a full stop
    QString replacement;        ///< what probably belongs in its place; empty when nobody knows
};

enum class Compare { Is, IsNot, Regex, Less, LessEqual, Greater, GreaterEqual };

struct Value
{
    qsizetype position = 0;
    qsizetype length = 0;       ///< as it stands, with quotes
    QString text;               ///< without them
    bool quoted = false;        ///< wildcards are plain characters then
};

struct Token
{
    enum class Kind { Open, Close, And, Or, Not, Word, Mention, Term };
    Kind kind = Kind::Word;
    qsizetype position = 0;
    qsizetype length = 0;
    QString name;               ///< of a Term, as typed
    Compare compare = Compare::Is;
    std::vector<Value> values;  ///< one of a Word or Mention, one or more of a Term
};

/// Cuts a filter's text into tokens; up to the first mistake, which is kept.
class FilterLexer
{
public:
    explicit FilterLexer(const QString &text);
    [[nodiscard]] const std::vector<Token> &tokens() const { return m_tokens; }
    [[nodiscard]] const std::optional<FilterError> &error() const { return m_error; }

private:
    [[nodiscard]] QChar peek(qsizetype ahead = 0) const;
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    void skipSpace();
    void next();
    bool takeOperator(const QString &word, qsizetype begin);
    bool takeTerm();
    [[nodiscard]] qsizetype nameEnd() const;
    [[nodiscard]] qsizetype compareAt(qsizetype at, Compare &compare) const;
    void takeMention();
    void takeWord();
    Value takeValue(bool stopsAtComma, bool isWord);
    void add(Token::Kind kind, qsizetype begin);
    void fail(qsizetype position, qsizetype length, const QString &reason, const QString &replacement = {});

    const QString &m_text;
    qsizetype m_at = 0;
    std::vector<Token> m_tokens;
    std::optional<FilterError> m_error;
};

} // namespace trunkline::filter
