// SPDX-License-Identifier: GPL-3.0-or-later
// What /openapi.json says of the routes that carry messages and of the pages. docs/api.md says it for people.
#include "hub/api/BroadcastRoute.h"
#include "hub/api/EchoRoute.h"
#include "hub/api/OpenApiRoute.h"
#include "hub/api/PageRoute.h"
#include "hub/api/PushRoutes.h"
#include "hub/api/SendRoute.h"
#include "hub/api/StreamRoutes.h"
#include "hub/api/WebSocketHintRoute.h"

namespace trunkline {

namespace {

constexpr char kMessages[] = "Messages";
constexpr char kListeners[] = "Listeners";
constexpr char kPages[] = "Pages";
constexpr char kIdempotencyKey[] =
    R"({"name": "Idempotency-Key", "in": "header", "description": "A repeat with the same key gets the first answer again )"
    R"((IDEMPOTENCY_TTL).", "schema": {"type": "string"}})";
constexpr char kJson[] = "application/json";
constexpr char kReplayed[] = "Idempotency-Replayed";
constexpr char kListener[] =
    R"({"name": "user_id", "in": "query", "required": true, "description": "Who listens: 1 to 256 bytes of UTF-8, no control characters. )"
    R"(A user's own token (JWT) says it as well.", "schema": {"$ref": "#/components/schemas/UserId"}, "example": "alice"}, )";
constexpr char kSequence[] =
    R"({"name": "sequence", "in": "query", "description": "`1`: each message carries its number as `_seq`.", )"
    R"("schema": {"enum": ["1", "0"]}}, )";
constexpr char kResume[] =
    R"({"name": "Last-Event-ID", "in": "header", "description": "The last number that was seen: what came since follows, where )"
    R"(HISTORY_SIZE reaches. Browsers send it by themselves.", "schema": {"type": "string"}}, )"
    R"({"name": "last_event_id", "in": "query", "description": "The same; the field wins.", "schema": {"type": "string"}}, )"
    R"({"name": "presence", "in": "query", "description": "`1`: be told who comes and goes; with tokens it needs `observe`.", )"
    R"("schema": {"enum": ["1", "0"]}}, )"
    R"({"name": "token", "in": "query", "description": "A bearer token, for browsers, which cannot set a field here; a WebSocket may )"
    R"(name the subprotocols `bearer, TOKEN` instead.", "schema": {"type": "string"}})";
constexpr char kWaitParameters[] =
    R"({"name": "wait", "in": "query", "description": "`ack`: the answer comes when the client has acknowledged the message.", )"
    R"("schema": {"const": "ack"}}, {"name": "timeout", "in": "query", "description": "How long it may wait, instead of )"
    R"(PUSH_TIMEOUT.", "schema": {"type": "string"}, "examples": {"two": {"value": "2s"}}}, )"
    R"({"name": "Idempotency-Key", "in": "header", "description": "A repeat with the same key gets the first answer again )"
    R"((IDEMPOTENCY_TTL).", "schema": {"type": "string"}})";
constexpr char kMessageExample[] = R"({"user_id": "alice", "data": {"message": "hi"}})";

} // namespace

std::vector<OperationDoc> PushRoute::describe() const
{
    return {{.method = "POST", .id = "push", .tag = kMessages, .summary = "Send one message to one user",
             .description = "Delivered now to every session of the user, or not at all. A first `@name` in the text that is a "
                            "public account takes the place of `user_id`.",
             .parameters = kWaitParameters, .body = "Message", .example = kMessageExample,
             .responses = {{200, "Delivered, or `partial` when nobody is connected under that name.", "PushResult", kJson, kReplayed},
                           {422, "The body is not a message, or `wait` or `timeout` is wrong: `loc` says where.", "Unprocessable"},
                           {503, "The user reads too slowly, too many wait, STORE cannot be written, or the user may be on another hub and "
                                 "nothing is heard of it.", "Error"}}}};
}

std::vector<OperationDoc> BatchRoute::describe() const
{
    return {{.method = "POST", .id = "pushBatch", .tag = kMessages, .summary = "Send an array of messages, in order",
             .description = "One message that is invalid fails the whole batch with 422, and none is delivered.",
             .parameters = kWaitParameters, .body = "Batch",
             .example = R"([{"user_id": "alice", "data": {"n": 1}}, {"user_id": "bob", "data": {"n": 2}}])",
             .responses = {{200, "One result for each message, in order.", "BatchResult", kJson, kReplayed},
                           {413, "The body is larger than MAX_BODY_BYTES, or the array longer than MAX_BATCH_MESSAGES.", "Error"},
                           {422, "A message is wrong, or `wait` or `timeout`: `loc` says where.", "Unprocessable"},
                           {503, "Too many wait, or STORE cannot be written.", "Error"}}}};
}

std::vector<OperationDoc> BroadcastRoute::describe() const
{
    return {{.method = "POST", .id = "broadcast", .tag = kMessages, .summary = "Send one message to many users",
             .description = "To everybody, to the `users` named, or to those whose name begins with `prefix`. Receivers that read "
                            "too slowly are left out and counted.",
             .parameters = kIdempotencyKey, .body = "Broadcast", .example = R"({"prefix": "team-", "data": {"message": "standup"}})",
             .responses = {{200, "How many it reached; `partial` when nobody.", "BroadcastResult", kJson, kReplayed},
                           {422, "The body is not a broadcast: `loc` says where.", "Unprocessable"},
                           {503, "Other hubs cannot be reached, or STORE cannot be written.", "Error"}}}};
}

std::vector<OperationDoc> SendRoute::describe() const
{
    return {{.method = "POST", .id = "send", .tag = kMessages, .summary = "Send a message, stream the replies back",
             .description = "The head comes at once; each reply is one event of exactly one line. The stream ends with a reply "
                            "that has `is_final: true`, or with an `error` event: `User not connected`, `User disconnected`, "
                            "`Timeout waiting for response`, `Server shutting down`, with several hubs `Backplane unavailable`. Comments "
                            "`: keep-alive` fill silence.",
             .body = "Message", .example = kMessageExample,
             .responses = {{200, "A stream of Server-Sent Events.", nullptr, "text/event-stream"},
                           {409, "The correlation_id is already open.", "Error"},
                           {503, "Too many open requests, or the user may be on another hub that cannot be reached.", "Error"}},
             .more = R"(, "x-sse": {"data": {"$ref": "#/components/schemas/ReplyEvent"}})"}};
}

std::vector<OperationDoc> WebSocketHintRoute::describe() const
{
    static const QByteArray parameters = QByteArray(kListener) + kSequence + kResume;
    return {{.method = "GET", .id = "connect", .tag = kListeners, .summary = "Listen as a user, and reply (WebSocket)",
             .description = "Upgrade to WebSocket. The hub sends text frames with a `Delivery`, a `Gap` or `PresenceNews`; a text frame "
                            "with a `Reply` goes to the open stream of its `correlation_id`, one with an `Ack` to who waits for it. Close "
                            "codes: 1001 the hub stops, 1002 a rule of WebSocket was broken, 1003 a binary frame, 1007 not UTF-8, 1008 "
                            "`User already connected` or a rate, 1009 too large, 1011 `keepalive ping timeout`, 1013 reads too slowly or "
                            "too many watch presence, 4001 replaced by a newer connection, 4401 the token has expired.",
             .parameters = parameters.constData(),
             .responses = {{101, "A WebSocket.", nullptr, nullptr, "Upgrade Sec-WebSocket-Accept Sec-WebSocket-Protocol"},
                           {400, "The user_id is missing or bad, or the handshake is not what RFC 6455 wants.", "Error"},
                           {426, "Asked without a WebSocket upgrade, or for another version than 13.", "Error", kJson,
                            "Upgrade Sec-WebSocket-Version"}},
             .gateRole = "subscribe",
             .more = R"(, "x-websocket": {"receive": {"$ref": "#/components/schemas/Received"}, )"
                     R"("send": {"$ref": "#/components/schemas/Said"}})"}};
}

std::vector<OperationDoc> StreamRoute::describe() const
{
    static const QByteArray parameters = QByteArray(kListener) + kResume;
    return {{.method = "GET", .id = "stream", .tag = kListeners, .summary = "Listen as a user with an EventSource",
             .description = "A session like one on the WebSocket path. `id:` is the message's number, `event:` its `event_type`; the "
                            "hub's own events are `gap`, `presence` and `close`. Comments `: keep-alive` fill silence.",
             .parameters = parameters.constData(),
             .responses = {{200, "A stream of Server-Sent Events.", nullptr, "text/event-stream"},
                           {400, "The user_id is missing or bad.", "Error"},
                           {503, "The hub stops.", "Error"}},
             .more = R"(, "x-sse": {"data": {"$ref": "#/components/schemas/Delivery"}, )"
                     R"("events": {"gap": {"$ref": "#/components/schemas/Gap"}, )"
                     R"("presence": {"$ref": "#/components/schemas/PresenceNews"}, "close": {"$ref": "#/components/schemas/Close"}}})"}};
}

std::vector<OperationDoc> ReplyRoute::describe() const
{
    return {{.method = "POST", .id = "reply", .tag = kListeners, .summary = "Reply as a user who listens with an EventSource",
             .description = "With `\"type\": \"ack\"` it acknowledges the message of that id.",
             .body = "PostedReply", .example = R"({"user_id": "alice", "correlation_id": "order-7", "text": "hello", "is_final": true})",
             .responses = {{200, "It went to the open stream, or to who waits for the acknowledgement.", "ReplyResult"},
                           {403, "Another user was asked, a token without the role or of another user, a foreign Origin, protected mode.",
                            "Error"},
                           {404, "No request has that correlation_id.", "Error"},
                           {409, "The request has ended, or user_id has no open event stream.", "Error"},
                           {503, "The stream may be another hub's, and nothing is heard of it.", "Error"}}}};
}

std::vector<OperationDoc> EchoRoute::describe() const
{
    std::vector<OperationDoc> operations;
    for (const auto &[method, id] : {std::pair("GET", "echoGet"), {"POST", "echoPost"}, {"PUT", "echoPut"}, {"PATCH", "echoPatch"},
                                     {"DELETE", "echoDelete"}}) {
        const bool hasBody = QByteArrayView(method) != "GET" && QByteArrayView(method) != "DELETE";
        operations.push_back({.method = method, .id = id, .tag = "Testing", .summary = "Get the body back",
                              .description = "For testing clients and proxies (ECHO_ENDPOINT). Answers with the body and its type.",
                              .body = hasBody ? "" : nullptr, .example = hasBody ? R"("hello")" : nullptr,
                              .responses = {{200, "The body of the request.", nullptr, "*/*",
                                             "Content-Security-Policy X-Content-Type-Options"}}});
    }
    return operations;
}

std::vector<OperationDoc> OpenApiRoute::describe() const
{
    return {{.method = "GET", .id = "openapi", .tag = kPages, .summary = "This document",
             .responses = {{200, "OpenAPI 3.1, made from the hub's table of routes.", "Document", kJson, "Cache-Control"}}}};
}

std::vector<OperationDoc> PageRoute::describe() const
{
    const bool playground = m_page == Page::Playground;
    return {{.method = "GET", .id = playground ? "playground" : "docs", .tag = kPages,
             .summary = playground ? "The playground: listen, send and watch in a browser" : "This API as a page",
             .description = "One page without anything from elsewhere. WEB_PAGES=off switches it off.",
             .responses = {{200, "A page.", nullptr, "text/html",
                            "Cache-Control Content-Security-Policy X-Content-Type-Options Referrer-Policy Cross-Origin-Opener-Policy "
                            "Cross-Origin-Resource-Policy"}}}};
}

} // namespace trunkline
