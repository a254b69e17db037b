// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Clock.h"
#include "hub/core/HttpMessage.h"

#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

namespace trunkline {

/// Answers to requests that carried an Idempotency-Key, so that a repeat is answered without being carried out again.
/// Bounded in bytes and in time. Not thread-safe; lives on the hub's thread.
class IdempotencyTable
{
public:
    enum class Fate {
        First,          ///< carry it out, then call complete()
        Running,        ///< the first one has no answer yet: wait()
        Answered,       ///< answer() has it
        Mismatch        ///< the key was used for something else
    };

    IdempotencyTable(const Clock &clock, Clock::Duration ttl, qint64 maxBytes)
        : m_clock(clock), m_ttl(ttl), m_maxBytes(maxBytes) { }

    /// `fingerprint` tells what is asked for; the same one means the same request.
    Fate begin(const QByteArray &key, const QByteArray &fingerprint);
    /// The answer to the first. Null when it was too large to be kept: that it was carried out is still known.
    [[nodiscard]] const HttpResponse *answer(const QByteArray &key) const;
    /// Calls back with the answer to the first; returns a number for leave().
    quint64 wait(const QByteArray &key, std::function<void(const HttpResponse &)> answered);
    void leave(const QByteArray &key, quint64 waiter);
    /// The first has its answer: kept when it is a success, else forgotten so that the key may be used again.
    void complete(const QByteArray &key, const HttpResponse &response);

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &bytes) const noexcept { return qHash(bytes); }
    };
    struct Waiter
    {
        quint64 number;
        std::function<void(const HttpResponse &)> answered;
    };
    struct Entry
    {
        QByteArray fingerprint;
        bool answered = false;
        bool kept = false;              ///< the response is there
        HttpResponse response{};
        qint64 bytes = 0;
        std::vector<Waiter> waiters{};
    };
    struct Age
    {
        QByteArray key;
        Clock::Instant answered;
    };
    void forgetOldest();
    void forgetExpired();

    const Clock &m_clock;
    Clock::Duration m_ttl;
    qint64 m_maxBytes;
    qint64 m_bytes = 0;
    quint64 m_lastWaiter = 0;
    std::unordered_map<QByteArray, Entry, Hash> m_entries;
    std::deque<Age> m_ages;             ///< of those that are answered, oldest first
};

} // namespace trunkline
