// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// Ends the run and names what did not hold; libFuzzer keeps the input.
#define FUZZ_CHECK(condition) \
    do { \
        if (!(condition)) { \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            std::abort(); \
        } \
    } while (false)

namespace trunkline::fuzz {

/// The input, taken from the front.
class Input
{
public:
    Input(const uint8_t *data, std::size_t size) : m_rest(reinterpret_cast<const char *>(data), qsizetype(size)) { }

    [[nodiscard]] bool isEmpty() const { return m_rest.isEmpty(); }
    uint8_t byte()
    {
        if (m_rest.isEmpty())
            return 0;
        const auto first = uint8_t(m_rest.front());
        m_rest = m_rest.sliced(1);
        return first;
    }
    QByteArrayView bytes(qsizetype count)
    {
        const QByteArrayView taken = m_rest.first(qMin(count, m_rest.size()));
        m_rest = m_rest.sliced(taken.size());
        return taken;
    }
    QByteArrayView rest() { return bytes(m_rest.size()); }

private:
    QByteArrayView m_rest;
};

/// True when `part` lies within `whole`.
inline bool isWithin(QByteArrayView part, QByteArrayView whole)
{
    return part.isEmpty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

} // namespace trunkline::fuzz
