// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/TextPattern.h"

#include "hub/view/filter/PayloadJson.h"
#include "hub/view/filter/RegexNeeds.h"

#include <algorithm>
#include <string_view>

namespace trunkline::filter {

namespace {

constexpr std::array<quint8, 256> makeFold()
{
    std::array<quint8, 256> fold{};
    for (int i = 0; i < 256; ++i)
        fold[std::size_t(i)] = quint8(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    return fold;
}
constexpr std::array<quint8, 256> kFold = makeFold();

quint8 folded(char c) { return kFold[quint8(c)]; }

bool hasBytesBeyondAscii(QByteArrayView bytes)
{
    quint8 seen = 0;
    for (const char c : bytes)          // all of them: the compiler takes many at a time then
        seen |= quint8(c);
    return seen >= 0x80;
}

} // namespace

bool TextPattern::asksForCase(QStringView text, bool isRegex)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (isRegex && text[i] == u'\\')
            ++i;
        else if (text[i].isUpper())
            return true;
    }
    return false;
}

TextPattern TextPattern::text(const QString &text, Extent extent, bool wildcards)
{
    TextPattern pattern;
    pattern.m_whole = extent == Extent::Whole;
    pattern.m_exactCase = asksForCase(text, false);
    const QString wanted = pattern.m_exactCase ? text : text.toCaseFolded();
    pattern.m_foldsUnicode = !pattern.m_exactCase
        && (wanted != text || std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() >= 0x80 && c.isLower(); }));
    const QStringList parts = wildcards ? wanted.split(u'*') : QStringList{wanted};
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool isEdge = i == 0 || i == parts.size() - 1;
        if (parts[i].isEmpty() && !(isEdge && pattern.m_whole))
            continue;
        pattern.addPiece(parts[i]);
    }
    return pattern;
}

void TextPattern::addPiece(const QString &text)
{
    Piece piece{text.toUtf8()};
    const qsizetype size = piece.bytes.size();
    piece.skip.fill(quint8(std::min<qsizetype>(size, 255)));
    for (qsizetype k = std::max<qsizetype>(0, size - 255); k + 1 < size; ++k)
        piece.skip[folded(piece.bytes[k])] = quint8(std::min<qsizetype>(size - 1 - k, 255));
    m_needed += size;
    m_pieces.push_back(std::move(piece));
}

TextPattern TextPattern::regex(QRegularExpression expression)
{
    TextPattern pattern;
    pattern.m_isRegex = true;
    pattern.m_exactCase = !expression.patternOptions().testFlag(QRegularExpression::CaseInsensitiveOption);
    for (const QString &needed : neededTexts(expression.pattern(), !pattern.m_exactCase))
        pattern.addPiece(needed);
    expression.optimize();
    pattern.m_regex = std::move(expression);
    return pattern;
}

bool TextPattern::equalAt(const char *at, const Piece &piece) const
{
    for (qsizetype i = 0; i < piece.bytes.size(); ++i) {
        if ((m_exactCase ? quint8(at[i]) : folded(at[i])) != quint8(piece.bytes[i]))
            return false;
    }
    return true;
}

qsizetype TextPattern::find(QByteArrayView bytes, const Piece &piece, qsizetype from) const
{
    const qsizetype size = piece.bytes.size();
    if (m_exactCase || size == 0) {
        const auto at = std::string_view(bytes.data(), std::size_t(bytes.size())).find(
            std::string_view(piece.bytes.constData(), std::size_t(size)), std::size_t(from));
        return at == std::string_view::npos ? -1 : qsizetype(at);
    }
    const quint8 last = quint8(piece.bytes.back());
    for (qsizetype at = from; at + size <= bytes.size();) {
        const quint8 end = folded(bytes[at + size - 1]);
        if (end == last && equalAt(bytes.data() + at, piece))
            return at;
        at += piece.skip[end];
    }
    return -1;
}

bool TextPattern::matchesBytes(QByteArrayView bytes) const
{
    if (bytes.size() < m_needed)
        return false;
    if (!m_whole)
        return findsPieces(bytes);
    const Piece &first = m_pieces.front();
    if (m_pieces.size() == 1)
        return bytes.size() == first.bytes.size() && equalAt(bytes.data(), first);
    const Piece &last = m_pieces.back();
    if (!equalAt(bytes.data(), first) || !equalAt(bytes.data() + bytes.size() - last.bytes.size(), last))
        return false;
    const QByteArrayView middle = bytes.first(bytes.size() - last.bytes.size());
    qsizetype at = first.bytes.size();
    for (std::size_t i = 1; i + 1 < m_pieces.size(); ++i) {
        at = find(middle, m_pieces[i], at);
        if (at < 0)
            return false;
        at += m_pieces[i].bytes.size();
    }
    return true;
}

bool TextPattern::findsPieces(QByteArrayView bytes) const
{
    qsizetype at = 0;
    for (const Piece &piece : m_pieces) {
        at = find(bytes, piece, at);
        if (at < 0)
            return false;
        at += piece.bytes.size();
    }
    return true;
}

bool TextPattern::matchesRegex(QByteArrayView utf8) const
{
    if (utf8.size() < m_needed || !findsPieces(utf8))
        return false;
    if (hasBytesBeyondAscii(utf8))
        return m_regex.match(QString::fromUtf8(utf8)).hasMatch();
    // One buffer a thread instead of an allocation a text.
    thread_local QString wide;
    constexpr qsizetype kKept = 64 * 1024;
    wide.resize(utf8.size());
    std::copy(utf8.begin(), utf8.end(), reinterpret_cast<char16_t *>(wide.data()));
    const bool found = m_regex.match(wide).hasMatch();
    if (wide.size() > kKept)
        wide = QString();
    return found;
}

bool TextPattern::matches(QByteArrayView utf8) const
{
    if (m_isRegex)
        return matchesRegex(utf8);
    if (!m_foldsUnicode)
        return matchesBytes(utf8);
    return hasBytesBeyondAscii(utf8) && matchesBytes(QString::fromUtf8(utf8).toCaseFolded().toUtf8());
}

bool TextPattern::matchesJson(QByteArrayView json) const
{
    if (matches(json))
        return true;
    return json.contains('\\') && matches(withoutEscapes(json));
}

} // namespace trunkline::filter
