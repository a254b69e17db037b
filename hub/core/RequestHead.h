// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/HttpMessage.h"

#include <optional>
#include <vector>

namespace trunkline {

/// What a head may hold at most. 431 beyond that, 414 for the target.
struct HeadLimits
{
    qsizetype bytes = 16 * 1024;        ///< `MAX_HEAD_BYTES`: request line and fields, with the empty line
    std::size_t fields = 100;           ///< `MAX_HEADERS`
    qsizetype target = 16 * 1024;       ///< `MAX_URL_BYTES`
};

/// The head of a request, checked against RFC 9112 before anybody else sees a byte of it. Views into the bytes given.
struct RequestHead
{
    QByteArrayView method;
    QByteArrayView target;
    int minorVersion = 1;                       ///< of HTTP/1.x
    HeaderFields fields;
    qsizetype size = 0;                         ///< bytes of the head, leading empty lines included

    std::optional<qint64> contentLength;
    bool chunked = false;
    bool expectsContinue = false;
    bool closes = false;                        ///< the connection ends after the answer
    bool wantsWebSocket = false;                ///< `Upgrade: websocket` on a GET of HTTP/1.1
    QByteArrayView requestId{};                 ///< `X-Request-ID`, the first one; null when there is none
    QByteArrayView traceparent{};               ///< null when there is none; empty when there are several: none holds then

    [[nodiscard]] QByteArrayView field(QByteArrayView name) const { return findField(fields, name); }
    /// How many fields have that name (case-insensitive).
    [[nodiscard]] qsizetype count(QByteArrayView name) const;
};

/// Reads heads one after another, reusing its memory. Plain class.
class RequestHeadParser
{
public:
    enum class Outcome { NeedMore, Complete, Bad };

    explicit RequestHeadParser(const HeadLimits &limits = {}) : m_limits(limits) { }
    /// Looks at everything that has come so far. After Complete head() is valid while `bytes` is; after Bad refusal() is.
    Outcome parse(QByteArrayView bytes);
    [[nodiscard]] const RequestHead &head() const { return m_head; }
    [[nodiscard]] const HttpRefusal &refusal() const { return m_refusal; }

private:
    bool bad(int status, const QByteArray &detail);
    bool parseRequestLine(QByteArrayView line);
    bool parseField(QByteArrayView line);
    bool interpret();
    bool interpretField(const HeaderField &field);
    bool interpretConnection(QByteArrayView value);
    Outcome incomplete(qsizetype size, bool requestLine);

    HeadLimits m_limits;
    RequestHead m_head;
    HttpRefusal m_refusal;
    int m_hosts = 0;
    int m_lengths = 0;
    int m_encodings = 0;
    bool m_keepAlive = false;
    bool m_upgrades = false;
    bool m_webSocket = false;
};

/// Bytes of size lines and trailers that a chunked body may have beside what its data pays for.
inline constexpr qsizetype kMaxChunkOverhead = 16 * 1024;

/// The decoder of `Transfer-Encoding: chunked` (RFC 9112 §7.1). Extensions and trailers are read and dropped.
class ChunkedBody
{
public:
    enum class Outcome { NeedMore, Complete, Malformed, TooLarge };

    explicit ChunkedBody(qint64 maxBytes) : m_maxBytes(maxBytes) { }
    /// Takes bytes from the front of `bytes`; `taken` says how many belonged to the body.
    Outcome feed(QByteArrayView bytes, qsizetype &taken);
    [[nodiscard]] QByteArray takeBody() { return std::move(m_body); }

private:
    enum class State { Size, Data, DataEnd, Trailer, Done };
    std::optional<Outcome> line(QByteArrayView line);
    std::optional<Outcome> sizeLine(QByteArrayView line);

    qint64 m_maxBytes;
    State m_state = State::Size;
    QByteArray m_line;          ///< an unfinished size or trailer line
    QByteArray m_body;
    qint64 m_left = 0;          ///< of the current chunk
    qsizetype m_overhead = 0;   ///< bytes of extensions and trailers
};

} // namespace trunkline
