// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <cstddef>

struct redisReply;

namespace trunkline {

/// One answer of Redis (RESP 2). A view: valid during the call that brings it.
class RedisReply
{
public:
    explicit RedisReply(const redisReply *reply) : m_reply(reply) { }

    [[nodiscard]] bool isError() const;
    [[nodiscard]] bool isNull() const;
    [[nodiscard]] qint64 integer() const;           ///< 0 for what is no integer
    [[nodiscard]] QByteArrayView text() const;      ///< of a string, a status or an error; else empty
    [[nodiscard]] std::size_t size() const;         ///< elements of an array; 0 for what is none
    [[nodiscard]] RedisReply at(std::size_t index) const;

private:
    const redisReply *m_reply;
};

} // namespace trunkline
