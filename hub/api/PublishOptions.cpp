// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PublishOptions.h"

#include "hub/core/Json.h"
#include "hub/core/SettingsValues.h"

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds kMaxTimeout = std::chrono::minutes(10);

} // namespace

HttpResponse badQuery(const char *parameter, const char *type, QByteArrayView text)
{
    QByteArray json = R"({"detail": [{"type": ")";
    json.append(type).append(R"(", "loc": ["query", ")").append(parameter).append(R"("], "msg": )");
    HttpResponse response = HttpResponse::json(json.append(encodeJsonString(text)).append("}]}"));
    response.status = 422;
    return response;
}

std::optional<PublishOptions> publishOptions(QByteArrayView query, std::chrono::milliseconds defaultTimeout, HttpResponse &refusal)
{
    PublishOptions options{.timeout = defaultTimeout};
    if (const QByteArray wait = queryValue(query, "wait"); !wait.isNull()) {
        if (wait != "ack") {
            refusal = badQuery("wait", "literal_error", "Input should be 'ack'");
            return std::nullopt;
        }
        options.waitsForAck = true;
    }
    if (const QByteArray timeout = queryValue(query, "timeout"); !timeout.isNull()) {
        const auto duration = values::duration(QString::fromUtf8(timeout));
        if (!duration || duration->count() < 1 || *duration > kMaxTimeout) {
            refusal = badQuery("timeout", "duration_parsing",
                               "Input should be a duration from 1ms to 10m, such as 300ms, 2s or 5m; a bare number is seconds");
            return std::nullopt;
        }
        options.timeout = *duration;
    }
    return options;
}

} // namespace trunkline
