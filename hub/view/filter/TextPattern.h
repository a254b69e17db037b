// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QRegularExpression>

#include <array>
#include <vector>

namespace trunkline::filter {

/// What a value of a filter is compared with: a text with wildcards, or a regular expression. Upper case in it makes it
/// case-sensitive. Immutable once made; any number of threads may match at a time. Bytes that are no UTF-8 never match by accident.
class TextPattern
{
public:
    enum class Extent : quint8 { Whole, Part };

    /// `wildcards`: each * stands for any number of characters.
    static TextPattern text(const QString &text, Extent extent, bool wildcards);
    /// `pattern` must be valid; matches any part.
    static TextPattern regex(QRegularExpression pattern);
    /// True when `text` holds a letter that its lower case does not; in a regular expression, letters behind a backslash
    /// do not count.
    static bool asksForCase(QStringView text, bool isRegex);

    [[nodiscard]] bool matches(QByteArrayView utf8) const;
    /// The same on a JSON text: its escapes are read as well ("\u4f60" is found as 你).
    [[nodiscard]] bool matchesJson(QByteArrayView json) const;
    [[nodiscard]] bool isRegex() const { return m_isRegex; }

private:
    struct Piece
    {
        QByteArray bytes;                       // folded when case does not matter
        std::array<quint8, 256> skip{};         // Horspool's table; used when case does not matter
    };
    void addPiece(const QString &text);
    [[nodiscard]] bool matchesRegex(QByteArrayView utf8) const;
    [[nodiscard]] bool matchesBytes(QByteArrayView bytes) const;
    [[nodiscard]] bool findsPieces(QByteArrayView bytes) const;
    [[nodiscard]] bool equalAt(const char *at, const Piece &piece) const;
    [[nodiscard]] qsizetype find(QByteArrayView bytes, const Piece &piece, qsizetype from) const;

    /// Between the wildcards; the first and the last may be empty. Of a regular expression: what it cannot match without.
    std::vector<Piece> m_pieces;
    qsizetype m_needed = 0;                     // bytes of all pieces
    QRegularExpression m_regex;
    bool m_isRegex = false;
    bool m_whole = false;
    bool m_exactCase = false;
    bool m_foldsUnicode = false;                // letters beyond ASCII whose case does not matter
};

} // namespace trunkline::filter
