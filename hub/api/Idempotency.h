// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"
#include "hub/core/IdempotencyTable.h"

#include <memory>
#include <unordered_map>

namespace trunkline {

/// Carries out a POST with an `Idempotency-Key` once: its repeats get the same answer. A key belongs to one path and one
/// `Authorization`. One a hub, on its thread.
class Idempotency final
{
public:
    explicit Idempotency(Hub &hub);
    ~Idempotency();

    [[nodiscard]] bool isOn() const { return m_on; }
    /// Answers a repeat, or a bad key; else lets `route` answer and remembers it.
    void handle(HttpExchange &exchange, Route &route, QByteArrayView key);
    [[nodiscard]] const IdempotencyTable &table() const { return m_table; }

private:
    class Elsewhere;
    struct Asking
    {
        virtual ~Asking() = default;
    };
    void askOthers(HttpExchange &exchange, Route &route, const QByteArray &key, const QByteArray &fingerprint);
    void answerOthers(const QByteArray &key, const HttpResponse &response);
    class Recording;
    class Answer;
    void run(HttpExchange &exchange, Route &route, const QByteArray &key);
    void replay(HttpExchange &exchange, const QByteArray &key);
    void waitFor(HttpExchange &exchange, const QByteArray &key);
    void complete(const QByteArray &key, const HttpResponse &response);

    Hub &m_hub;
    const bool m_on;
    IdempotencyTable m_table;
    std::unordered_map<QByteArray, QByteArray> m_claims;                ///< fingerprints of keys that other hubs leave to this one
    std::unordered_map<Asking *, std::unique_ptr<Asking>> m_elsewhere;    ///< requests of which other hubs are asked
    std::unordered_map<Answer *, std::unique_ptr<Answer>> m_answers;    ///< that the routes will give later
};

} // namespace trunkline
