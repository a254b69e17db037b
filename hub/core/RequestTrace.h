// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <array>

namespace trunkline {

/// Bytes of an `X-Request-ID` that is kept.
inline constexpr qsizetype kMaxRequestIdBytes = 128;
/// Bytes of an id that the hub makes: hexadecimal digits.
inline constexpr qsizetype kMadeRequestIdBytes = 16;
/// Bytes of a `traceparent` (W3C Trace Context §3.2).
inline constexpr qsizetype kTraceparentBytes = 55;

/// Whether a sender's id is kept: 1 to 128 letters, digits and `-._~:/+=@#|`. Others could forge a line or a member.
[[nodiscard]] bool isRequestId(QByteArrayView text);
/// Whether it is a `traceparent` of version 00, or of a later one without additions: version, trace id, parent id, flags in lower-case
/// hexadecimal, neither id all zeros, version not ff (W3C Trace Context §3.2.2).
[[nodiscard]] bool isTraceparent(QByteArrayView text);

/// Makes ids that differ from each other and, by chance, from those of every other hub. Not thread-safe; no secret.
class RequestIdSource
{
public:
    RequestIdSource();
    explicit RequestIdSource(quint64 seed) : m_next(seed) { }
    /// Writes kMadeRequestIdBytes bytes.
    void make(char *out);

private:
    quint64 m_next;
};

/// What one request is known by. Memory of its own that is used again for the next request; nothing is allocated.
class RequestTrace
{
public:
    /// A new request: takes over what its fields say and is valid; null where there was no such field.
    void begin(QByteArrayView requestId, QByteArrayView traceparent)
    {
        m_id = m_parent = 0;
        if (!requestId.isNull() || !traceparent.isNull()) [[unlikely]]
            keep(requestId, traceparent);
    }
    /// A request whose head could not be read, or none.
    void begin() { m_id = m_parent = 0; }
    /// Makes the id unless there is one.
    void ensureId(RequestIdSource &source)
    {
        if (m_id == 0) {
            source.make(m_bytes.data());
            m_id = kMadeRequestIdBytes;
            m_made = true;
        }
    }

    /// Empty before ensureId() when the sender gave none.
    [[nodiscard]] QByteArrayView id() const { return {m_bytes.data(), m_id}; }
    /// The hub made it: kMadeRequestIdBytes bytes.
    [[nodiscard]] bool isMade() const { return m_id != 0 && m_made; }
    /// As a JSON string; empty when the sender gave none.
    [[nodiscard]] QByteArrayView traceparentJson() const { return {m_parentJson.data(), m_parent}; }

private:
    void keep(QByteArrayView requestId, QByteArrayView traceparent);

    std::array<char, kMaxRequestIdBytes> m_bytes;           ///< the first m_id are the id
    std::array<char, kTraceparentBytes + 2> m_parentJson;   ///< the first m_parent, quotes included
    quint8 m_id = 0;
    quint8 m_parent = 0;
    bool m_made = false;
};

} // namespace trunkline
