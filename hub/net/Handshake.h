// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/AccessPolicy.h"
#include "hub/core/ClientWishes.h"
#include "hub/core/Ids.h"
#include "hub/core/RequestHead.h"

#include <optional>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace trunkline {

/// QWebSocketServer gives up on a header line of more than 8 KiB: a value of this size is left out.
inline constexpr qsizetype kQtHeadBytes = 8000;

/// Who comes in by a handshake.
struct HandshakeGuest
{
    UserId user{};
    std::optional<std::chrono::milliseconds> tokenEnds{};   ///< civil time; nullopt: never
    ReservationId reservation{};                            ///< to be given back when the session is there
};

/// What is wrong with a WebSocket handshake (RFC 6455 §4.2.1) before anything is upgraded; nullopt when nothing is: `guest` is
/// set then; its user stays null on kEchoPath, which knows no users. `bytesFollow`: the client sent more than the head. Puts a token of the query or of the subprotocol into `visitor`.
/// The bearer of a user's token (JWT) may leave user_id away; another one than its sub is 403.
std::optional<HttpResponse> refuseHandshake(const RequestHead &head, bool bytesFollow, const Settings &settings,
                                            const AccessPolicy &access, Visitor &visitor, HandshakeGuest &guest);

/// What the client asks for in a handshake that was not refused.
ClientWishes handshakeWishes(const RequestHead &head);

/// The handshake with no more than QWebSocketServer needs. It closes without an answer on an empty line before the request
/// line, on Upgrade or Connection as lists in several fields, and on long header lines.
QByteArray bareHandshake(const RequestHead &head, const QByteArray &path);

/// Puts `head` in the place of the first `size` bytes that wait to be read.
void replaceHead(QTcpSocket &socket, qsizetype size, const QByteArray &head);

} // namespace trunkline
