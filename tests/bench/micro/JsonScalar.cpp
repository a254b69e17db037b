// SPDX-License-Identifier: GPL-3.0-or-later
// No library: one pass, a byte at a time, except that strings skip eight plain ASCII bytes at once.
#include "JsonCandidates.h"
#include "JsonCandidatesAll.h"
#include "JsonTokens.h"

#include <cstdint>

namespace trunkline::bench {
namespace {

constexpr int MaxDepth = 500;

class Scalar
{
public:
    explicit Scalar(const PaddedBody &body) : m_at(body.data()), m_end(body.data() + body.size()) {}
    bool document()
    {
        skip();
        return value(0) && (skip(), m_at == m_end);
    }

private:
    void skip()
    {
        while (m_at < m_end && isSpace(*m_at))
            ++m_at;
    }
    bool take(char c)
    {
        skip();
        return m_at < m_end && *m_at == c && (++m_at, true);
    }
    bool value(int depth)
    {
        if (m_at == m_end || depth > MaxDepth)
            return false;
        switch (*m_at) {
        case '{': return ++m_at, object(depth + 1);
        case '[': return ++m_at, array(depth + 1);
        case '"': return ++m_at, string();
        default: return (m_at = atomEnd(m_at, m_end)) != nullptr;
        }
    }
    bool object(int depth)
    {
        if (take('}'))
            return true;
        do {
            if (!take('"') || !string() || !take(':') || (skip(), !value(depth)))
                return false;
        } while (take(','));
        return take('}');
    }
    bool array(int depth)
    {
        if (take(']'))
            return true;
        do {
            skip();
            if (!value(depth))
                return false;
        } while (take(','));
        return take(']');
    }
    void skipPlain()
    {
        constexpr uint64_t Ones = 0x0101010101010101, Highs = 0x8080808080808080;
        while (m_end - m_at >= 8) {
            uint64_t word;
            std::memcpy(&word, m_at, 8);
            const uint64_t quote = word ^ (Ones * '"'), slash = word ^ (Ones * '\\');
            const uint64_t special = (word | (word - Ones * 0x20) | (quote - Ones) | (slash - Ones)) & Highs;
            if (special)
                return;
            m_at += 8;
        }
    }
    bool string()
    {
        while (true) {
            skipPlain();
            if (m_at == m_end)
                return false;
            const auto c = static_cast<unsigned char>(*m_at);
            if (c == '"')
                return ++m_at, true;
            if (c == '\\') {
                if (!(m_at = escapeEnd(m_at, m_end)))
                    return false;
            } else if (c < 0x20 || (c >= 0x80 && !multiByte(c))) {
                return false;
            } else if (c < 0x80) {
                ++m_at;
            }
        }
    }
    // RFC 3629 §4
    bool multiByte(unsigned char lead)
    {
        const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || m_end - m_at <= extra)
            return false;
        const auto second = static_cast<unsigned char>(m_at[1]);
        const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high)
            return false;
        for (int i = 2; i <= extra; ++i)
            if ((static_cast<unsigned char>(m_at[i]) & 0xC0) != 0x80)
                return false;
        m_at += extra + 1;
        return true;
    }

    const char *m_at;
    const char *m_end;
};

} // namespace

bool scalarWalk(const PaddedBody &body)
{
    return Scalar(body).document();
}

} // namespace trunkline::bench
