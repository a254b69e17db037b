// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/StreamRoutes.h"

#include "hub/Hub.h"
#include "hub/api/PushRoutes.h"

#include <chrono>
#include <utility>

namespace trunkline {

namespace {

/// How long a browser whose stream was replaced waits before it comes back: two of them would otherwise push each other out.
constexpr std::chrono::hours kReplacedRetry{24};

/// A page of another site that can make a browser ask without an Origin, as an image does.
bool isAskedByAnotherSite(const HttpRequest &request)
{
    const QByteArrayView site = request.field("Sec-Fetch-Site");
    return request.field("Origin").isNull() && !site.isNull() && site != "same-origin" && site != "none";
}

/// One client on an event stream. Deletes itself when the stream is over.
class StreamClient final : public QObject, public ClientEndpoint
{
public:
    StreamClient(Hub &hub, OutgoingStream &stream, const ClientWishes &wishes, QObject *parent)
        : QObject(parent), m_hub(hub), m_stream(&stream), m_wishes(wishes)
    {
        stream.onAborted([this] { leave(); });
        stream.onDropped([this](int messages) {
            m_dropped += quint64(messages);
            m_hub.dropped(m_id, messages);
        });
    }

    void start(const UserId &user, const QByteArray &remote) { m_id = m_hub.opened(user, *this, remote); }

    bool deliver(const OutboundMessage &message) override
    {
        if (!m_stream)
            return false;
        const QByteArray event = message.event();
        // Who makes others wait is not cut off.
        const bool waits = m_hub.settings().slowConsumer == SlowConsumer::BlockPublisher;
        return (!waits || m_stream->hasRoom(event.size())) && m_stream->write(event);
    }
    [[nodiscard]] bool hasRoom(qsizetype bytes) override { return !m_stream || m_stream->hasRoom(bytes); }
    void watchRoom() override
    {
        if (m_stream && !std::exchange(m_watchesRoom, true))
            m_stream->onRoom([this] { m_hub.roomMade(m_id); });
    }
    [[nodiscard]] quint64 droppedMessages() const override { return m_dropped; }

    void close(CloseCode code, const QByteArray &reason) override
    {
        m_id = {};
        OutgoingStream *stream = std::exchange(m_stream, nullptr);
        if (!stream)
            return;
        QByteArray lines;
        if (code == CloseCode::Replaced)
            lines.append("retry: ").append(QByteArray::number(qint64(std::chrono::milliseconds(kReplacedRetry).count()))).append('\n');
        lines.append("event: close\ndata: {\"code\":").append(QByteArray::number(int(code)));
        lines.append(",\"reason\":").append(encodeJsonString(reason)).append("}\n\n");
        stream->write(lines);
        stream->end();
        deleteLater();
    }

    [[nodiscard]] ClientWishes wishes() const override { return m_wishes; }

    void greet(quint64 sequence) override
    {
        QByteArray lines;
        if (const auto retry = m_hub.settings().sseRetry; retry.count() > 0)
            lines.append("retry: ").append(QByteArray::number(qint64(retry.count()))).append('\n');
        // An event without data only sets the place from which the browser resumes (WHATWG HTML §9.2.6).
        if (sequence > 0)
            lines.append("id: ").append(QByteArray::number(sequence)).append('\n');
        if (m_stream && !lines.isEmpty())
            m_stream->write(lines.append('\n'));
    }

    void whenReceived(std::function<void()> received) override
    {
        if (m_stream)
            m_stream->whenReceived(std::move(received));
    }
    void whenDrained(std::function<void()> drained) override
    {
        if (m_stream)
            m_stream->whenDrained(std::move(drained));
    }
    [[nodiscard]] qint64 queuedBytes() const override { return m_stream ? m_stream->queuedBytes() : 0; }

private:
    /// The peer is gone.
    void leave()
    {
        m_stream = nullptr;
        if (const SessionId id = std::exchange(m_id, {}))
            m_hub.closed(id);
        deleteLater();
    }

    Hub &m_hub;
    OutgoingStream *m_stream;       ///< null once it is over
    ClientWishes m_wishes;
    SessionId m_id;
    quint64 m_dropped = 0;
    bool m_watchesRoom = false;
};

HttpResponse answerTo(Hub::ReplyFate fate)
{
    switch (fate) {
    case Hub::ReplyFate::Forwarded: return HttpResponse::json(R"({"status": "success", "message": "Reply forwarded"})");
    case Hub::ReplyFate::Acknowledged: return HttpResponse::json(R"({"status": "success", "message": "Acknowledged"})");
    case Hub::ReplyFate::Late: return HttpResponse::error(409, "The request with that correlation_id has ended");
    case Hub::ReplyFate::Orphan: return HttpResponse::error(404, "No request has that correlation_id");
    case Hub::ReplyFate::Refused: return HttpResponse::error(403, "Another user was asked");
    case Hub::ReplyFate::NoStream: return HttpResponse::error(409, "user_id has no open event stream");
    case Hub::ReplyFate::NoId:
    case Hub::ReplyFate::Malformed: break;
    }
    return unprocessable({{"missing", R"("correlation_id")", "Field required"}});
}

/// Whoever has a user's token is that user and nobody else.
std::optional<HttpResponse> refusalOfUser(const HttpExchange &exchange, const UserId &user)
{
    const UserId own = exchange.tokenUser();
    if (own.isEmpty() || own == user)
        return std::nullopt;
    return HttpResponse::error(403, "The token's sub is another user than user_id names");
}

/// The user of a reply; answers 422 itself when there is none.
std::optional<UserId> userOf(const JsonReader::Object &body, HttpExchange &exchange)
{
    const JsonMember *member = body.find("user_id");
    if (body.type != JsonType::Object) {
        exchange.respond(unprocessable({{"model_attributes_type", {}, "Input should be a valid dictionary or object to extract fields from"}}));
    } else if (!member) {
        exchange.respond(unprocessable({{"missing", R"("user_id")", "Field required"}}));
    } else if (member->value.type != JsonType::String) {
        exchange.respond(unprocessable({{"string_type", R"("user_id")", "Input should be a valid string"}}));
    } else {
        bool lossy = false;
        UserId user = decodeJsonString(member->value.raw, &lossy);
        if (!lossy && isValidUserId(user))
            return user;
        exchange.respond(unprocessable({{"string_pattern_mismatch", R"("user_id")", "String should be 1 to 256 bytes without control characters"}}));
    }
    return std::nullopt;
}

} // namespace

ReplyRoute::ReplyRoute(Hub &hub) : m_hub(hub), m_reader(hub.settings().maxJsonDepth) { }

void StreamRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    if (const auto refusal = exchange.refusalForForeigner())
        return exchange.respond(HttpResponse::error(*refusal));
    if (isAskedByAnotherSite(request))
        return exchange.respond(HttpResponse::error(403, "Pages of another site use an EventSource or fetch, which say where they come from"));
    bool readable = true;
    UserId user = queryValue(request.query, "user_id", &readable);
    if (user.isNull() && readable && !exchange.tokenUser().isEmpty())
        user = exchange.tokenUser();
    if (user.isNull() && readable)
        return exchange.respond(HttpResponse::error(400, QByteArray("user_id is required: " + request.path + "?user_id=NAME")));
    if (!readable || !isValidUserId(user))
        return exchange.respond(HttpResponse::error(400, "user_id must be 1 to 256 bytes of UTF-8 without control characters"));
    if (const auto refusal = refusalOfUser(exchange, user))
        return exchange.respond(*refusal);
    if (request.method == "HEAD")
        return exchange.respondStreamHead();
    if (m_hub.isStopping())
        return exchange.respond(HttpResponse::error(503, "Server shutting down"));
    ClientWishes wishes = wishesOf(request.query, request.field("Last-Event-ID"));
    if (wishes.presence && !exchange.authorized(Role::Observe))
        return;
    wishes.eventStream = true;
    const QByteArray remote = request.remote;
    if (m_hub.isShared())
        return startWhenReserved(exchange, user, wishes, remote);
    auto *client = new StreamClient(m_hub, exchange.startStream(), wishes, &m_clients);
    client->start(user, remote);
}

void StreamRoute::startWhenReserved(HttpExchange &exchange, const UserId &user, const ClientWishes &wishes, const QByteArray &remote)
{
    DeferredAnswer &later = exchange.defer();
    const auto reservation = std::make_shared<ReservationId>();
    *reservation = m_hub.reserve(user, [this, &later, reservation, user, wishes, remote] {
        later.onAborted({});
        auto *client = new StreamClient(m_hub, later.startStream(), wishes, &m_clients);
        client->start(user, remote);
        m_hub.unreserve(*reservation);
    });
    later.onAborted([this, reservation] { m_hub.unreserve(*reservation); });
}

void ReplyRoute::handle(HttpExchange &exchange)
{
    const HttpRequest &request = exchange.request();
    const JsonReader::Object *body = m_reader.read(request.body, request.bodyPadding);
    if (!body)
        return exchange.respond(malformedJson(m_reader.error()));
    const auto user = userOf(*body, exchange);
    if (!user)
        return;
    if (const auto refusal = refusalOfUser(exchange, *user))
        return exchange.respond(*refusal);
    const Hub::ReplyFate fate = m_hub.receivedFrom(*user, request.body, request.bodyPadding);
    if (fate != Hub::ReplyFate::NoStream || !m_hub.isShared())
        return exchange.respond(answerTo(fate));
    // The stream may be another hub's.
    DeferredAnswer &later = exchange.defer();
    const quint64 post = m_hub.sayElsewhere(*user, request.body, [&later](std::optional<Hub::ReplyFate> there) {
        later.respond(there ? answerTo(*there) : backplaneUnavailable());
    });
    later.onAborted([hub = &m_hub, post] { hub->forgetPost(post); });
}

} // namespace trunkline
