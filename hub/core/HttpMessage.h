// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace trunkline {

/// One header field; views into the request.
struct HeaderField
{
    QByteArrayView name;
    QByteArrayView value;       ///< without white space around it
};
using HeaderFields = std::vector<HeaderField>;

/// The value of the first field of that name (case-insensitive); a null view when there is none.
QByteArrayView findField(const HeaderFields &fields, QByteArrayView name);
/// True when `value` holds `token` as an element of a comma list (case-insensitive).
bool listHasToken(QByteArrayView value, QByteArrayView token);
/// Case-insensitive comparison of ASCII.
bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b);

/// Why a request is answered with an error before it reaches a route.
struct HttpRefusal
{
    int status = 400;
    QByteArray detail;
    QByteArray extraFields{};   ///< whole lines, each with its CRLF
};

/// What a route gets, whichever lane it came by. Views are valid during the call.
struct HttpRequest
{
    QByteArrayView method;
    QByteArray path;            ///< percent-decoded
    QByteArrayView query;       ///< as sent
    const HeaderFields *fields = nullptr;
    QByteArrayView body;
    qsizetype bodyPadding = 0;  ///< readable bytes behind the body
    QByteArray remote;          ///< address:port
    Clock::Instant received{};  ///< when its last byte was read; 0 on the fast lane, which asks no clock
    QByteArrayView id{};        ///< what the answer says in X-Request-ID; valid until the answer was given
    QByteArrayView traceparent{};   ///< W3C Trace Context, as a JSON string; empty when the sender gave none; valid as long as `id`

    [[nodiscard]] QByteArrayView field(QByteArrayView name) const { return findField(*fields, name); }
};

/// A complete answer.
struct HttpResponse
{
    int status = 200;
    QByteArray body;
    QByteArray contentType{"application/json"};
    QByteArray extraFields{};   ///< whole lines, each with its CRLF
    QByteArray prebuilt{};      ///< prebuild(), where a route keeps the answer; else empty

    static HttpResponse json(QByteArray body) { return {200, std::move(body)}; }
    /// `{"detail": "text"}`
    static HttpResponse error(int status, QByteArrayView detail, QByteArray extraFields = {});
    /// The same; a 401 says which scheme is wanted (RFC 9110 §11.6.1).
    static HttpResponse error(const HttpRefusal &refusal);
};

/// The text that error() was given; empty for any other answer.
QByteArray errorDetail(const HttpResponse &response);

QByteArrayView reasonPhrase(int status);

/// What the bytes of an answer depend on besides the answer.
struct ResponseFraming
{
    bool headOnly = false;          ///< the request was HEAD
    bool close = false;             ///< `Connection: close`
    bool announceKeepAlive = false; ///< an HTTP/1.0 client that asked for it
    QByteArrayView corsFields{};    ///< whole lines
    QByteArrayView requestId{};     ///< empty: no X-Request-ID
};

QByteArray encodeResponse(const HttpResponse &response, const ResponseFraming &framing);
/// Where prebuild() has the kMadeRequestIdBytes bytes of an id that are still to be written.
inline constexpr qsizetype kPrebuiltIdOffset = QByteArrayView("HTTP/1.1 200 OK\r\nX-Request-ID: ").size();
/// The bytes of an answer with status 200 in plain framing.
QByteArray prebuild(const HttpResponse &response);
/// Head of a Server-Sent Events answer; `chunked` for HTTP/1.1.
QByteArray encodeStreamHead(bool chunked, const ResponseFraming &framing);

/// Splits `target` (origin-form or absolute-form) into a decoded path and the query as it stands.
/// False when the path has a broken percent escape or a NUL.
bool splitTarget(QByteArrayView target, QByteArray &path, QByteArrayView &query);
/// The value of `name` in a query, decoded (`+` is a space), the last one where it stands twice, as FastAPI takes it; null when
/// it is missing. `ok` is false when that value has a broken escape.
QByteArray queryValue(QByteArrayView query, QByteArrayView name, bool *ok = nullptr);

} // namespace trunkline
