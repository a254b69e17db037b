// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/Handshake.h"

#include <QTcpSocket>

namespace trunkline {

namespace {

/// The user that the query names; null when it names none and may leave that to the token.
std::optional<HttpResponse> readUser(QByteArrayView query, UserId &user)
{
    bool readable = true;
    user = queryValue(query, "user_id", &readable);
    if (!readable || (!user.isNull() && !isValidUserId(user)))
        return HttpResponse::error(400, "user_id must be 1 to 256 bytes of UTF-8 without control characters");
    return std::nullopt;
}

HttpResponse userIsMissing(const QByteArray &path)
{
    return HttpResponse::error(400, QByteArray("user_id is required: " + path + "?user_id=NAME"));
}

} // namespace

std::optional<HttpResponse> refuseHandshake(const RequestHead &head, bool bytesFollow, const Settings &settings,
                                            const AccessPolicy &access, Visitor &visitor, HandshakeGuest &guest)
{
    QByteArray path;
    QByteArrayView query;
    if (!splitTarget(head.target, path, query))
        return HttpResponse::error(400, "The path holds a broken percent escape");
    const bool echo = settings.echoEndpoint && path == kEchoPath;
    if (path != settings.wsPath && !echo)
        return HttpResponse::error(404, "Not Found");
    if (head.method != "GET")
        return HttpResponse::error(405, "Method Not Allowed", "Allow: GET\r\n");
    if (head.field("Sec-WebSocket-Version") != "13")
        return HttpResponse::error(426, "Only WebSocket version 13 is spoken here",
                                   "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    for (const QByteArrayView name : {"Sec-WebSocket-Version", "Sec-WebSocket-Key"}) {
        if (head.count(name) > 1)
            return HttpResponse::error(400, QByteArray("More than one ").append(name));     // RFC 6455 §11.3
    }
    const QByteArray key = head.field("Sec-WebSocket-Key").toByteArray();
    const auto decoded = QByteArray::fromBase64Encoding(key, QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok || decoded.decoded.size() != 16 || key.size() != 24)
        return HttpResponse::error(400, "Sec-WebSocket-Key is not 16 bytes in base64");
    if (head.chunked || head.contentLength.value_or(0) > 0)
        return HttpResponse::error(400, "A WebSocket handshake has no body");
    if (bytesFollow)
        return HttpResponse::error(400, "Bytes came before the handshake was answered");
    if (!echo) {
        if (auto refused = readUser(query, guest.user))
            return refused;
        if (guest.user.isNull() && !access.needsTokens())
            return userIsMissing(path);
    }
    visitor.token = queryValue(query, "token");
    const QByteArrayView protocols = head.field("Sec-WebSocket-Protocol");
    if (visitor.token.isEmpty() && listHasToken(protocols, "bearer"))
        visitor.token = protocols.sliced(protocols.lastIndexOf(',') + 1).toByteArray().trimmed();
    Pass pass;
    if (const auto refusal = access.authorize(visitor, Role::Subscribe, &pass))
        return HttpResponse::error(*refusal);
    guest.tokenEnds = pass.expiresAt;
    if (echo)
        return std::nullopt;
    if (guest.user.isNull())
        guest.user = pass.user;
    if (guest.user.isEmpty())
        return userIsMissing(path);
    if (!pass.user.isEmpty() && guest.user != pass.user)
        return HttpResponse::error(403, "The token's sub is another user than user_id names; leave user_id away, or name that one");
    // Who comes and goes is no business of a mere listener.
    if (const auto refusal = wishesOf(query, {}).presence ? access.authorize(visitor, Role::Observe) : std::nullopt)
        return HttpResponse::error(*refusal);
    return std::nullopt;
}

ClientWishes handshakeWishes(const RequestHead &head)
{
    const qsizetype question = head.target.indexOf('?');
    return wishesOf(question < 0 ? QByteArrayView() : head.target.sliced(question + 1), head.field("Last-Event-ID"));
}

QByteArray bareHandshake(const RequestHead &head, const QByteArray &path)
{
    QByteArray bytes = "GET " + path + " HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    for (const char *name : {"Host", "Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"}) {
        const QByteArrayView value = head.field(name);
        if (!value.isNull() && value.size() < kQtHeadBytes)
            bytes.append(name).append(": ").append(value).append("\r\n");
    }
    return bytes.append("\r\n");
}

void replaceHead(QTcpSocket &socket, qsizetype size, const QByteArray &head)
{
    socket.skip(size);
    for (auto byte = head.crbegin(); byte != head.crend(); ++byte)
        socket.ungetChar(*byte);
}

} // namespace trunkline
