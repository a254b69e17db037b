// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/DemoScript.h"

#include <QtGlobal>

namespace trunkline::demo {

QByteArray botsFile()
{
    return R"(
bots:
  demo_bot:
    - reply:
        after: 60ms
        every: 40ms
        tokens: ["Twelve ", "tokens, ", "one ", "slow: ", {text: "you ", after: 700ms}, "waited ", "longest ", "for ",
                 "the ", "fifth ", "of ", "them."]
)";
}

QByteArray requestBody()
{
    return QByteArray(R"({"user_id":")") + kBotName
        + R"(","event_type":"demo","data":{"message":"Say something in twelve tokens, and take your time over one of them."}})";
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
