// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/AccessPolicy.h"
#include "hub/core/Endpoint.h"
#include "hub/core/HttpMessage.h"

#include <functional>
#include <optional>

namespace trunkline {

/// An open SSE response as a route sees it.
class OutgoingStream : public ReplyStream
{
public:
    /// Called once, when the peer hangs up before end(); not after end().
    virtual void onAborted(std::function<void()> callback) = 0;
    /// Called each time that older events made place for newer ones (SLOW_CONSUMER=drop-oldest), with how many.
    virtual void onDropped(std::function<void(int)> callback) { (void)callback; }
    /// Whole lines as they stand, an empty one at the end of an event. False when the peer is gone or too much waits for it: it
    /// is cut off then.
    virtual bool write(QByteArrayView lines) = 0;
    [[nodiscard]] virtual qint64 queuedBytes() const = 0;       ///< unsent
    /// Calls `received` once the peer has all that was written, as far as the system can tell; never when it goes before.
    virtual void whenReceived(std::function<void()> received) = 0;
    /// Whether that many bytes fit into what may wait.
    [[nodiscard]] virtual bool hasRoom(qsizetype bytes) = 0;
    /// Calls back whenever the peer has taken some of what waits.
    virtual void onRoom(std::function<void()> callback) = 0;
};

/// An answer that is given later. What came with the request is gone by then: keep what is needed.
class DeferredAnswer
{
public:
    virtual ~DeferredAnswer() = default;
    /// Answers; no call follows.
    virtual void respond(const HttpResponse &response) = 0;
    /// Answers with an event stream, as HttpExchange::startStream() does; no call follows.
    virtual OutgoingStream &startStream() = 0;
    /// Called once, when the peer hangs up before it was answered; no call may follow.
    virtual void onAborted(std::function<void()> callback) = 0;
};

/// One request that waits for its answer: exactly one of respond(), respondToPreflight(), startStream() and defer() is called,
/// before handle() returns.
class HttpExchange
{
public:
    virtual ~HttpExchange() = default;
    [[nodiscard]] virtual const HttpRequest &request() const = 0;
    /// Whether the sender may do what needs `role`; answers 401 or 403 itself when it may not.
    virtual bool authorized(Role role) = 0;
    /// Behind authorized(): the only user whom the bearer may speak and listen for (the sub of a JWT); empty: any.
    [[nodiscard]] virtual UserId tokenUser() const = 0;
    /// Why the sender's token does not give `role`: always demanded, on loopback and without AUTH_TOKENS too. Answers nothing.
    [[nodiscard]] virtual std::optional<HttpRefusal> refusalFor(Role role) = 0;
    /// No Origin, or the request's own scheme, host and port.
    [[nodiscard]] virtual bool isSameOrigin() const = 0;
    /// Why a page of another origin may not do this; nullopt when the request comes from no such page.
    [[nodiscard]] virtual std::optional<HttpRefusal> refusalForForeigner() const = 0;
    /// A bearer token from the query, for those that cannot set a field; before authorized().
    virtual void offerToken(const QByteArray &token) = 0;
    virtual void respond(const HttpResponse &response) = 0;
    /// Answers HEAD where GET opens an event stream.
    virtual void respondStreamHead() = 0;
    /// Answers OPTIONS, as a CORS preflight or plainly; `allow` is the route's Allow line.
    virtual void respondToPreflight(const QByteArray &allow) = 0;
    /// Writes the head of an event stream. The stream lives until end() or until it was aborted.
    virtual OutgoingStream &startStream() = 0;
    /// The answer comes later. It lives until it was given, or until the peer hung up. Requests that follow on the connection
    /// wait meanwhile.
    virtual DeferredAnswer &defer() = 0;
};

/// Who knows what requests mean. Implemented by hub/api.
class RequestHandler
{
public:
    virtual ~RequestHandler() = default;
    virtual void handle(HttpExchange &exchange) = 0;
    /// True when a complete request to this path may be answered without QtHttpServer: JSON in, JSON out.
    [[nodiscard]] virtual bool isFastPath(QByteArrayView path) const = 0;
};

} // namespace trunkline
