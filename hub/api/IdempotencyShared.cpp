// SPDX-License-Identifier: GPL-3.0-or-later
// Idempotency-Keys that several hubs share: one of them carries the request out, the others give its answer.
#include "hub/api/Idempotency.h"

#include "hub/Hub.h"
#include "hub/api/LaterExchange.h"
#include "hub/api/PublishOptions.h"
#include "hub/cluster/Backplane.h"

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds kPoll{50};      ///< how often the one that carries it out is looked at
constexpr char kRunning = 'P';
constexpr char kDone = 'D';

/// How long the one that carries a request out may take.
std::chrono::milliseconds patienceOf(const Hub &hub, QByteArrayView query)
{
    HttpResponse refusal;
    const auto options = publishOptions(query, hub.settings().pushTimeout, refusal);
    return (options ? options->timeout : hub.settings().pushTimeout) + 2 * hub.settings().redisTimeout;
}

QByteArray claimName(const QByteArray &key) { return "key:" + key.toHex(); }

/// `D`, the fingerprint, status, type and body.
QByteArray encodeAnswer(const QByteArray &fingerprint, const HttpResponse &response)
{
    QByteArray value(1, kDone);
    value.append(fingerprint).append(QByteArray::number(response.status)).append('\n');
    return value.append(response.contentType).append('\n').append(response.body);
}

HttpResponse decodeAnswer(QByteArrayView value)
{
    const qsizetype first = value.indexOf('\n');
    const qsizetype second = first < 0 ? -1 : value.indexOf('\n', first + 1);
    if (second < 0)
        return HttpResponse::error(503, "Another hub has carried this out; its answer cannot be read");
    HttpResponse response;
    response.status = value.first(first).toByteArray().toInt();
    response.contentType = value.sliced(first + 1, second - first - 1).toByteArray();
    response.body = value.sliced(second + 1).toByteArray();
    return response;
}

} // namespace

/// One request whose key other hubs may have.
class Idempotency::Elsewhere final : public Asking, private WheelTimer
{
public:
    Elsewhere(Idempotency &owner, Route &route, HttpExchange &exchange, QByteArray key, QByteArray fingerprint)
        : m_owner(owner), m_route(route), m_kept(exchange.request(), exchange.tokenUser()), m_key(std::move(key)),
          m_fingerprint(std::move(fingerprint)), m_later(&exchange.defer()),
          m_patience(patienceOf(owner.m_hub, exchange.request().query)), m_end(owner.m_hub.clock().now() + m_patience)
    {
        m_later->onAborted([this] { m_later = nullptr; });
    }

    void ask()
    {
        Hub &hub = m_owner.m_hub;
        // No longer than it can take: when this hub dies, the key is free again.
        hub.backplane()->claim(claimName(m_key), QByteArray(1, kRunning) + m_fingerprint, m_patience,
                               [this, alive = std::weak_ptr<int>(m_alive)](std::optional<bool> taken, const QByteArray &value) {
            if (!alive.expired())
                take(taken, value);
        });
    }

protected:
    void expired() override { ask(); }

private:
    void take(std::optional<bool> taken, const QByteArray &value)
    {
        if (taken.value_or(true))
            return carryOut(taken.has_value());
        if (value.isEmpty())
            return ask();       // it was given back in between
        Hub &hub = m_owner.m_hub;
        if (QByteArrayView(value).sliced(1, std::min<qsizetype>(value.size() - 1, m_fingerprint.size())) != m_fingerprint) {
            ++hub.counters().idempotencyConflicts;
            return end(HttpResponse::error(422, "This Idempotency-Key was used with another body"));
        }
        if (value.front() == kDone) {
            ++hub.counters().idempotentReplays;
            return end(decodeAnswer(QByteArrayView(value).sliced(1 + m_fingerprint.size())));
        }
        if (hub.clock().now() >= m_end)
            return end(HttpResponse::error(409, "Another hub has not carried this out yet", "Retry-After: 1\r\n"));
        hub.wheel().arm(*this, kPoll);
    }
    /// Nobody else has the key, or nobody can be asked.
    void carryOut(bool claimed)
    {
        Idempotency &owner = m_owner;
        if (claimed)
            owner.m_claims.insert_or_assign(m_key, m_fingerprint);
        const auto self = owner.m_elsewhere.extract(this);
        DeferredAnswer *later = m_later;
        if (!later)     // its sender has hung up before anything was done
            return owner.complete(m_key, HttpResponse::error(503, "The sender hung up"));
        later->onAborted({});
        LaterExchange exchange(m_kept, *later);
        owner.run(exchange, m_route, m_key);
    }
    void end(const HttpResponse &response)
    {
        Idempotency &owner = m_owner;
        const auto self = owner.m_elsewhere.extract(this);
        owner.m_table.complete(m_key, response);
        if (!m_later)
            return;
        HttpResponse answer = response;
        if (answer.status < 300)
            answer.extraFields.append("Idempotency-Replayed: true\r\n");
        m_later->respond(answer);
    }

    Idempotency &m_owner;
    Route &m_route;
    const LaterExchange::Kept m_kept;
    const QByteArray m_key;
    const QByteArray m_fingerprint;
    DeferredAnswer *m_later;            ///< null once the sender hung up
    const std::chrono::milliseconds m_patience;
    const Clock::Instant m_end;
    const std::shared_ptr<int> m_alive = std::make_shared<int>(0);
};

void Idempotency::askOthers(HttpExchange &exchange, Route &route, const QByteArray &key, const QByteArray &fingerprint)
{
    auto asked = std::make_unique<Elsewhere>(*this, route, exchange, key, fingerprint);
    Elsewhere *place = asked.get();
    m_elsewhere.emplace(place, std::move(asked));
    place->ask();
}

/// What other hubs will answer to repeats: a success is kept, after anything else the key may be used again.
void Idempotency::answerOthers(const QByteArray &key, const HttpResponse &response)
{
    const auto claim = m_claims.find(key);
    if (claim == m_claims.end())
        return;
    const bool kept = response.status < 300;
    m_hub.backplane()->settleClaim(claimName(key), kept ? encodeAnswer(claim->second, response) : QByteArray(), m_hub.settings().idempotencyTtl);
    m_claims.erase(claim);
}

} // namespace trunkline
