// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/HttpMessage.h"

#include "hub/core/Json.h"
#include "hub/core/RequestTrace.h"

#include <optional>

namespace trunkline {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; }

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum class Plus { IsPlus, IsSpace };

std::optional<QByteArray> percentDecoded(QByteArrayView text, Plus plus)
{
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::IsSpace) {
            out.append(' ');
        } else if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return std::nullopt;
            out.append(char(high * 16 + low));
            i += 2;
        } else {
            out.append(text[i]);
        }
    }
    return out;
}

QByteArrayView trimmedBlank(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

void appendRequestId(QByteArray &out, const ResponseFraming &framing)
{
    if (!framing.requestId.isEmpty())
        out.append("X-Request-ID: ").append(framing.requestId).append("\r\n");
}

void appendConnection(QByteArray &out, const ResponseFraming &framing)
{
    if (framing.close)
        out.append("Connection: close\r\n");
    else if (framing.announceKeepAlive)
        out.append("Connection: keep-alive\r\n");
}

} // namespace

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    for (qsizetype i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

QByteArrayView findField(const HeaderFields &fields, QByteArrayView name)
{
    for (const HeaderField &field : fields) {
        if (equalsIgnoringCase(field.name, name))
            return field.value.isNull() ? QByteArrayView("") : field.value;
    }
    return {};
}

bool listHasToken(QByteArrayView value, QByteArrayView token)
{
    while (!value.isEmpty()) {
        const qsizetype comma = value.indexOf(',');
        if (equalsIgnoringCase(trimmedBlank(comma < 0 ? value : value.first(comma)), token))
            return true;
        value = comma < 0 ? QByteArrayView() : value.sliced(comma + 1);
    }
    return false;
}

HttpResponse HttpResponse::error(int status, QByteArrayView detail, QByteArray extraFields)
{
    QByteArray body = R"({"detail": )";
    body.append(encodeJsonString(detail)).append('}');
    return {status, std::move(body), "application/json", std::move(extraFields), {}};
}

HttpResponse HttpResponse::error(const HttpRefusal &refusal)
{
    QByteArray fields = refusal.extraFields;
    if (refusal.status == 401)
        fields.append("WWW-Authenticate: Bearer\r\n");
    return error(refusal.status, refusal.detail, std::move(fields));
}

QByteArray errorDetail(const HttpResponse &response)
{
    constexpr QByteArrayView prefix = R"({"detail": ")";
    if (!response.body.startsWith(prefix) || !response.body.endsWith("\"}"))
        return {};
    return decodeJsonString(QByteArrayView(response.body).sliced(prefix.size() - 1).chopped(1));
}

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

QByteArray encodeResponse(const HttpResponse &response, const ResponseFraming &framing)
{
    QByteArray out;
    out.reserve(208 + framing.requestId.size() + response.extraFields.size() + framing.corsFields.size() + response.body.size());
    out.append("HTTP/1.1 ").append(QByteArray::number(response.status)).append(' ').append(reasonPhrase(response.status));
    out.append("\r\n");
    appendRequestId(out, framing);
    out.append("Content-Type: ").append(response.contentType);
    out.append("\r\nContent-Length: ").append(QByteArray::number(response.body.size())).append("\r\n");
    out.append(response.extraFields).append(framing.corsFields);
    appendConnection(out, framing);
    out.append("\r\n");
    if (!framing.headOnly)
        out.append(response.body);
    return out;
}

QByteArray prebuild(const HttpResponse &response)
{
    Q_ASSERT(response.status == 200);
    return encodeResponse(response, {.requestId = QByteArray(kMadeRequestIdBytes, '0')});
}

QByteArray encodeStreamHead(bool chunked, const ResponseFraming &framing)
{
    QByteArray out = "HTTP/1.1 200 OK\r\n";
    appendRequestId(out, framing);
    out.append("Content-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n");
    if (chunked)
        out.append("Transfer-Encoding: chunked\r\n");
    out.append(framing.corsFields);
    appendConnection(out, framing);
    return out.append("\r\n");
}

bool splitTarget(QByteArrayView target, QByteArray &path, QByteArrayView &query)
{
    // absolute-form, RFC 9112 §3.2.2
    if (target.startsWith("http://") || target.startsWith("https://")) {
        target = target.sliced(target.indexOf(':') + 3);
        const qsizetype slash = target.indexOf('/');
        const qsizetype question = target.indexOf('?');
        const bool noPath = slash < 0 || (question >= 0 && question < slash);
        query = question < 0 ? QByteArrayView() : target.sliced(question + 1);
        if (noPath) {
            path = "/";
            return true;
        }
        target = target.sliced(slash);
    }
    const qsizetype question = target.indexOf('?');
    query = question < 0 ? QByteArrayView() : target.sliced(question + 1);
    if (question >= 0)
        target = target.first(question);
    if (!target.contains('%')) {
        path = target.toByteArray();
        return true;
    }
    const auto decoded = percentDecoded(target, Plus::IsPlus);
    if (!decoded || decoded->contains('\0'))
        return false;
    path = *decoded;
    return true;
}

QByteArray queryValue(QByteArrayView query, QByteArrayView name, bool *ok)
{
    QByteArray found;
    bool readable = true;
    while (!query.isEmpty()) {
        const qsizetype ampersand = query.indexOf('&');
        const QByteArrayView pair = ampersand < 0 ? query : query.first(ampersand);
        query = ampersand < 0 ? QByteArrayView() : query.sliced(ampersand + 1);
        const qsizetype equals = pair.indexOf('=');
        const auto key = percentDecoded(equals < 0 ? pair : pair.first(equals), Plus::IsSpace);
        if (!key || *key != name)
            continue;
        const auto value = percentDecoded(equals < 0 ? QByteArrayView() : pair.sliced(equals + 1), Plus::IsSpace);
        readable = value.has_value();
        found = !value ? QByteArray() : value->isNull() ? QByteArray("") : *value;
    }
    if (ok)
        *ok = readable;
    return found;
}

} // namespace trunkline
