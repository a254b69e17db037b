// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/ClientWishes.h"
#include "hub/core/Ids.h"

#include <QByteArray>

#include <functional>

namespace trunkline {

class OutboundMessage;

/// Close codes that the hub sends (RFC 6455 §7.4.1; 4000 to 4999 are ours).
enum class CloseCode : quint16 {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    UnsupportedData = 1003,
    PolicyViolated = 1008,
    MessageTooBig = 1009,
    InternalError = 1011,
    TryAgainLater = 1013,
    Replaced = 4001,
    TokenExpired = 4401
};

enum class FrameKind : quint8 { Text, Binary };

/// Where a session's messages go: a WebSocket in the program, a list in a test.
class ClientEndpoint
{
public:
    virtual ~ClientEndpoint() = default;
    /// Queues the message. False when the endpoint can't take it any more (closing, or its queue is full).
    /// Never destroys the endpoint before it returns.
    virtual bool deliver(const OutboundMessage &message) = 0;
    /// Whether deliver() of that many bytes would fit into what may wait. For SLOW_CONSUMER=block-publisher.
    [[nodiscard]] virtual bool hasRoom(qsizetype bytes) { (void)bytes; return true; }
    /// From now on SessionHost::roomMade() is called whenever the client has taken some of what waits.
    virtual void watchRoom() { }
    /// Starts to close; the hub has forgotten the session already. `reason` at most 123 bytes of UTF-8.
    virtual void close(CloseCode code, const QByteArray &reason) = 0;
    /// Sends a message as it is, however much waits already; nothing more of the client is read until it has taken that.
    virtual void answer(FrameKind kind, QByteArrayView payload) { (void)kind, (void)payload; }

    [[nodiscard]] virtual ClientWishes wishes() const { return {}; }
    /// The client stands behind that number of its messages (0: where it said itself); before the first message.
    virtual void greet(quint64 sequence) { (void)sequence; }
    /// Calls `received` once the peer has all that was delivered so far, as far as the system can tell; never when the
    /// connection ends before.
    virtual void whenReceived(std::function<void()> received) { received(); }
    /// Nothing more is written, what comes is still read (RFC 9293 §3.6). A fault, never asked for otherwise.
    virtual void halfClose() { }

    // What only those who watch ask for. The defaults suit an endpoint without a socket.
    [[nodiscard]] virtual qint64 queuedBytes() const { return 0; }              ///< unsent
    [[nodiscard]] virtual int pingMicroseconds() const { return -1; }           ///< of the last ping; -1: not measured yet
    virtual void measurePing() { }                                              ///< sends a ping out of turn
    [[nodiscard]] virtual quint64 droppedMessages() const { return 0; }         ///< because the client read too slowly
    [[nodiscard]] virtual QByteArray closeText() const { return {}; }           ///< "1001 going away", as far as it is known
    /// Calls `drained` once the kernel has taken all that was delivered so far; never when the connection ends before.
    virtual void whenDrained(std::function<void()> drained) { (void)drained; }
};

/// Who is told what sessions do. Implemented by the hub.
class SessionHost
{
public:
    virtual ~SessionHost() = default;
    /// A client asks to come. 0: it may come at once. Otherwise `ready` is called once, later, when it may, unless the reservation is
    /// given back before; it is to be given back after opened(), or when the client went away.
    virtual ReservationId reserve(const UserId &user, std::function<void()> ready) { (void)user, (void)ready; return {}; }
    virtual void unreserve(ReservationId reservation) { (void)reservation; }
    /// A client came. Returns 0 when it was refused: close() has been called then, and closed() must not follow.
    virtual SessionId opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote) = 0;
    /// A whole text message came; `padding` bytes are readable behind it.
    virtual void received(SessionId session, QByteArrayView text, qsizetype padding) = 0;
    /// Whether binary messages are welcome; a client that sends one is closed with 1003 otherwise.
    [[nodiscard]] virtual bool acceptsBinary() const { return false; }
    /// A whole binary message came, from a client of a host that accepts them.
    virtual void receivedBinary(SessionId session, QByteArrayView bytes) { (void)session, (void)bytes; }
    virtual void pinged() { }       ///< a ping was sent
    virtual void ponged() { }       ///< a pong came
    /// The client is gone; harmless for a session that the hub closed itself.
    virtual void closed(SessionId session) = 0;
    /// Older messages that waited made place for newer ones (SLOW_CONSUMER=drop-oldest).
    virtual void dropped(SessionId session, int messages) { (void)session; (void)messages; }
    /// The client took some of what waited; asked for by ClientEndpoint::watchRoom().
    virtual void roomMade(SessionId session) { (void)session; }
};

/// Where the replies of one `/sse/send` request go.
class ReplyStream
{
public:
    virtual ~ReplyStream() = default;
    /// One event of one line; `json` holds no line break.
    virtual void event(QByteArrayView json) = 0;
    /// Ends the response. No call follows.
    virtual void end() = 0;
    /// Calls `drained` once the kernel has taken all that was written by the end of this turn of the event loop; never when
    /// the connection ends before. For those who watch.
    virtual void whenDrained(std::function<void()> drained) { (void)drained; }
};

} // namespace trunkline
