// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/demo/DemoScript.h"

#include "hub/core/Json.h"

#include <QString>

namespace trunkline::demo {

using namespace std::chrono_literals;

const std::vector<Token> &script()
{
    static const std::vector<Token> tokens{{60ms, "Twelve "}, {40ms, "tokens, "}, {40ms, "one "},     {40ms, "slow: "},
                                           {700ms, "you "},   {40ms, "waited "},  {40ms, "longest "}, {40ms, "for "},
                                           {40ms, "the "},    {40ms, "fifth "},   {40ms, "of "},      {40ms, "them."}};
    return tokens;
}

QByteArray requestBody()
{
    return QByteArray(R"({"user_id":")") + kBotName
        + R"(","event_type":"demo","data":{"message":"Say something in twelve tokens, and take your time over one of them."}})";
}

QByteArray reply(std::size_t index, const QByteArray &correlation)
{
    const bool last = index + 1 == script().size();
    return R"({"correlation_id":)" + correlation + R"(,"data":{"token":)" + encodeJsonString(script()[index].text) + R"(,"index":)"
        + QByteArray::number(index + 1) + (last ? R"(},"is_final":true})" : R"(},"is_final":false})");
}

QByteArray correlationToken(const QByteArray &message)
{
    JsonReader reader;
    const JsonReader::Object *object = reader.read(message);
    const JsonMember *id = object ? object->find("correlation_id") : nullptr;
    return id ? id->value.raw.toByteArray() : QByteArray();
}

QByteArray userName(int index) { return "demo_user_" + QByteArray::number(index + 1).rightJustified(5, '0'); }

QByteArray burstBatch(int users, int index)
{
    const qint64 first = qint64(index) * kBatchSize;
    const qint64 end = qMin(first + kBatchSize, qint64(users) * kBurstMessages);
    if (first >= end)
        return {};
    QByteArray batch = "[";
    for (qint64 message = first; message < end; ++message) {
        if (message > first)
            batch.append(',');
        batch.append(R"({"user_id":")").append(userName(int(message % users)));
        batch.append(R"(","event_type":"demo.burst","data":{"message":"Part of a burst","round":)");
        batch.append(QByteArray::number(message / users + 1)).append("}}");
    }
    return batch.append(']');
}

} // namespace trunkline::demo
