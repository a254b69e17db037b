// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/Idempotency.h"

#include "hub/Hub.h"

#include <QCryptographicHash>

namespace trunkline {

namespace {

constexpr qsizetype kMaxKeyBytes = 255;

QByteArray digest(std::initializer_list<QByteArrayView> parts)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArrayView part : parts) {
        hash.addData(QByteArray::number(part.size()).append(':').append(part));
    }
    return hash.result();
}

bool isGoodKey(QByteArrayView key)
{
    for (const char c : key) {
        if (c < ' ' || c > '~')
            return false;
    }
    return !key.isEmpty() && key.size() <= kMaxKeyBytes;
}

HttpResponse replayed(HttpResponse response)
{
    response.prebuilt.clear();
    response.extraFields.append("Idempotency-Replayed: true\r\n");
    return response;
}

} // namespace

/// The answer to the first request, given later. Its sender may have hung up by then: it is remembered all the same, since its
/// messages are on their way.
class Idempotency::Answer final : public DeferredAnswer
{
public:
    Answer(Idempotency &owner, QByteArray key, DeferredAnswer &inner) : m_owner(owner), m_key(std::move(key)), m_inner(&inner)
    {
        inner.onAborted([this] { m_inner = nullptr; });
    }
    void respond(const HttpResponse &response) override
    {
        if (DeferredAnswer *inner = std::exchange(m_inner, nullptr))
            inner->respond(response);
        Idempotency &owner = m_owner;
        const QByteArray key = m_key;
        owner.m_answers.erase(this);
        owner.complete(key, response);
    }
    OutgoingStream &startStream() override
    {
        Q_UNREACHABLE();    // no repeatable route streams
        return m_inner->startStream();
    }
    void onAborted(std::function<void()>) override { }

private:
    Idempotency &m_owner;
    QByteArray m_key;
    DeferredAnswer *m_inner;
};

/// The first request as its route sees it.
class Idempotency::Recording final : public HttpExchange
{
public:
    Recording(Idempotency &owner, HttpExchange &inner, const QByteArray &key) : m_owner(owner), m_inner(inner), m_key(key) { }
    const HttpRequest &request() const override { return m_inner.request(); }
    bool authorized(Role role) override { return m_inner.authorized(role); }
    UserId tokenUser() const override { return m_inner.tokenUser(); }
    std::optional<HttpRefusal> refusalFor(Role role) override { return m_inner.refusalFor(role); }
    bool isSameOrigin() const override { return m_inner.isSameOrigin(); }
    std::optional<HttpRefusal> refusalForForeigner() const override { return m_inner.refusalForForeigner(); }
    void offerToken(const QByteArray &token) override { m_inner.offerToken(token); }
    void respondStreamHead() override { m_inner.respondStreamHead(); }
    void respond(const HttpResponse &response) override
    {
        m_inner.respond(response);
        m_owner.complete(m_key, response);
    }
    void respondToPreflight(const QByteArray &allow) override { m_inner.respondToPreflight(allow); }
    OutgoingStream &startStream() override { return m_inner.startStream(); }
    DeferredAnswer &defer() override
    {
        auto answer = std::make_unique<Answer>(m_owner, m_key, m_inner.defer());
        Answer *key = answer.get();
        m_owner.m_answers.emplace(key, std::move(answer));
        return *key;
    }

private:
    Idempotency &m_owner;
    HttpExchange &m_inner;
    const QByteArray m_key;
};

Idempotency::Idempotency(Hub &hub)
    : m_hub(hub), m_on(hub.settings().idempotencyTtl.count() > 0),
      m_table(hub.clock(), hub.settings().idempotencyTtl, hub.settings().idempotencyBytes)
{
}

Idempotency::~Idempotency() = default;

void Idempotency::handle(HttpExchange &exchange, Route &route, QByteArrayView name)
{
    const HttpRequest &request = exchange.request();
    if (!isGoodKey(name))
        return exchange.respond(HttpResponse::error(400, "Idempotency-Key takes 1 to 255 printable ASCII characters"));
    const QByteArray key = digest({request.path, request.field("Authorization"), name});
    const QByteArray fingerprint = digest({request.query, request.body});
    switch (m_table.begin(key, fingerprint)) {
    case IdempotencyTable::Fate::First: {
        if (m_hub.isShared())
            return askOthers(exchange, route, key, fingerprint);
        return run(exchange, route, key);
    }
    case IdempotencyTable::Fate::Running:
        return waitFor(exchange, key);
    case IdempotencyTable::Fate::Answered:
        return replay(exchange, key);
    case IdempotencyTable::Fate::Mismatch:
        ++m_hub.counters().idempotencyConflicts;
        return exchange.respond(HttpResponse::error(422, "This Idempotency-Key was used with another body"));
    }
}

void Idempotency::run(HttpExchange &exchange, Route &route, const QByteArray &key)
{
    Recording recording(*this, exchange, key);
    route.handle(recording);
}

void Idempotency::replay(HttpExchange &exchange, const QByteArray &key)
{
    ++m_hub.counters().idempotentReplays;
    if (const HttpResponse *response = m_table.answer(key))
        return exchange.respond(replayed(*response));
    exchange.respond(HttpResponse::error(409, "This was carried out; its answer was too large to be kept (IDEMPOTENCY_BYTES)"));
}

void Idempotency::waitFor(HttpExchange &exchange, const QByteArray &key)
{
    ++m_hub.counters().idempotentReplays;
    DeferredAnswer &later = exchange.defer();
    const quint64 waiter = m_table.wait(key, [&later](const HttpResponse &response) { later.respond(replayed(response)); });
    later.onAborted([this, key, waiter] { m_table.leave(key, waiter); });
}

void Idempotency::complete(const QByteArray &key, const HttpResponse &response)
{
    if (!m_claims.empty())
        answerOthers(key, response);
    m_table.complete(key, response);
}

} // namespace trunkline
