// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/Hub.h"
#include "support/FakeClock.h"
#include "support/FakeEndpoint.h"
#include "support/FakeStream.h"
#include "support/ParsedMessage.h"

#include <algorithm>

namespace trunkline {

inline QByteArray bodyFor(const QByteArray &user, const QByteArray &id = {}, const QByteArray &members = {})
{
    QByteArray data = members;
    if (!id.isEmpty())
        data += (data.isEmpty() ? "" : ",") + QByteArray(R"("correlation_id":)") + encodeJsonString(id);
    return R"({"user_id":")" + user + R"(","data":{)" + data + "}}";
}

inline QByteArray errorOf(const char *text, const QByteArray &id)
{
    return QByteArray(R"({"error": ")") + text + R"(", "correlation_id": ")" + id + "\"}";
}

/// A hub with its clock, without a socket.
class HubBench
{
public:
    explicit HubBench(Settings settings = {}) : wheel(clock), hub(settings, clock, wheel) { }

    SessionId connect(const QByteArray &user, FakeEndpoint &endpoint) { return hub.opened(user, endpoint, "127.0.0.1:1"); }
    Hub::Delivery push(const QByteArray &body) { return hub.push(*ParsedMessage(body)); }
    Hub::Opening open(const QByteArray &body, FakeStream &stream, StreamId *id = nullptr)
    {
        const StreamId fresh = hub.nextStreamId();
        if (id)
            *id = fresh;
        return hub.open(*ParsedMessage(body), fresh, stream);
    }
    void reply(SessionId session, const QByteArray &text) { hub.received(session, text, 0); }
    void turn(Clock::Duration by)
    {
        for (; by.count() > 0; by -= std::chrono::milliseconds(20)) {
            clock.advance(std::min<Clock::Duration>(by, std::chrono::milliseconds(20)));
            wheel.advance();
        }
    }
    [[nodiscard]] std::vector<JournalEntry> journal() const { return hub.journal().after(0, 1000).entries; }
    [[nodiscard]] EntryStatus lastStatus() const { return journal().back().status; }

    FakeClock clock;
    TimerWheel wheel;
    Hub hub;
};

inline Settings withPolicy(DuplicatePolicy policy)
{
    Settings settings;
    settings.duplicatePolicy = policy;
    return settings;
}

} // namespace trunkline
