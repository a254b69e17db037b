// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>

#include <functional>

namespace trunkline {

/// One connected client. Numbers are never reused while the hub runs; 0 is nobody.
struct SessionId
{
    quint64 value = 0;
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const SessionId &, const SessionId &) = default;
};

/// One open `/sse/send` response.
struct StreamId
{
    quint64 value = 0;
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const StreamId &, const StreamId &) = default;
};

/// A place that is kept for a client that is about to become a session.
struct ReservationId
{
    quint64 value = 0;
    explicit operator bool() const { return value != 0; }
    friend auto operator<=>(const ReservationId &, const ReservationId &) = default;
};

/// Who a session belongs to: decoded UTF-8, 1 to kMaxUserIdBytes bytes, no control characters.
using UserId = QByteArray;
inline constexpr qsizetype kMaxUserIdBytes = 256;

/// True for what may be a user id.
bool isValidUserId(QByteArrayView utf8);

/// What ties a reply to its request. A JSON string or, as Python's clients may send it, a JSON number.
struct CorrelationId
{
    QByteArray key;     ///< decoded text; what is compared
    QByteArray json;    ///< the token as the sender wrote it
    friend bool operator==(const CorrelationId &a, const CorrelationId &b) { return a.key == b.key; }
};
inline constexpr qsizetype kMaxCorrelationIdBytes = 256;

/// A new UUID version 4 (RFC 9562 §5.4), lower case, no braces, on the stack.
class FreshCorrelation
{
public:
    FreshCorrelation();
    [[nodiscard]] QByteArrayView json() const { return {m_token, sizeof m_token}; }
    [[nodiscard]] QByteArrayView key() const { return {m_token + 1, sizeof m_token - 2}; }

private:
    char m_token[38];
};

/// The same as a value.
CorrelationId makeCorrelationId();

} // namespace trunkline

template <>
struct std::hash<trunkline::SessionId>
{
    std::size_t operator()(trunkline::SessionId id) const noexcept { return std::hash<quint64>{}(id.value); }
};
template <>
struct std::hash<trunkline::StreamId>
{
    std::size_t operator()(trunkline::StreamId id) const noexcept { return std::hash<quint64>{}(id.value); }
};
