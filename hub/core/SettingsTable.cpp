// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SettingsTable.h"

#include "hub/core/SettingsValues.h"

#include <QtGlobal>

#include <array>
#include <vector>

namespace trunkline {

namespace {

using Kind = Setting::Kind;
using S = Settings;

constexpr qint64 day = 86'400'000;
constexpr qint64 mebi = 1024 * 1024;
constexpr qint64 gibi = 1024 * mebi;

constexpr const char *network = QT_TRANSLATE_NOOP("Settings", "Network");
constexpr const char *access = QT_TRANSLATE_NOOP("Settings", "Who may come in");
constexpr const char *websocket = QT_TRANSLATE_NOOP("Settings", "WebSocket");
constexpr const char *sse = QT_TRANSLATE_NOOP("Settings", "Server-Sent Events");
constexpr const char *routing = QT_TRANSLATE_NOOP("Settings", "Routing");
constexpr const char *delivery = QT_TRANSLATE_NOOP("Settings", "Delivery");
constexpr const char *logging = QT_TRANSLATE_NOOP("Settings", "Logging");
constexpr const char *limits = QT_TRANSLATE_NOOP("Settings", "Limits");
constexpr const char *keeping = QT_TRANSLATE_NOOP("Settings", "History and offline queue");
constexpr const char *cluster = QT_TRANSLATE_NOOP("Settings", "Several hubs");
constexpr const char *machinery = QT_TRANSLATE_NOOP("Settings", "Machinery");

const std::array table{
    Setting{network, "HOST", &S::host, Kind::Address, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Address to listen on; anything but loopback also needs AUTH_TOKENS or PROTECTED_MODE=no to serve others.")},
    Setting{network, "PORT", &S::port, Kind::Port, 0, 65535, QT_TRANSLATE_NOOP("Settings", "Port for HTTP and WebSocket; 0 takes any free one and says which.")},
    Setting{network, "TLS_CERT", &S::tlsCert, Kind::File, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "PEM file with the certificate and its chain; with TLS_KEY it turns http into https and ws into wss.")},
    Setting{network, "TLS_KEY", &S::tlsKey, Kind::File, 0, 0, QT_TRANSLATE_NOOP("Settings", "PEM file with the certificate's private key.")},

    Setting{access, "CORS_ORIGINS", &S::corsOrigins, Kind::Origins, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Origins whose pages may use the hub; an origin of this computer without a port means any port, * means all.")},
    Setting{access, "ALLOWED_HOSTS", &S::allowedHosts, Kind::Hosts, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Names that a request's Host may carry; empty means loopback names on loopback and any name elsewhere.")},
    Setting{access, "PROTECTED_MODE", &S::protectedMode, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Serve only this computer as long as AUTH_TOKENS is empty, whatever HOST says.")},
    Setting{access, "AUTH_TOKENS", &S::authTokens, Kind::Tokens, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Bearer tokens and what each may do, for example s3cret:publish+subscribe; a secret.")},
    Setting{access, "AUTH_TOKENS_FILE", &S::authTokensFile, Kind::File, 0, 0, QT_TRANSLATE_NOOP("Settings", "File with one AUTH_TOKENS entry a line.")},
    Setting{access, "JWT_SECRET", &S::jwtSecret, Kind::Secret, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Users come with JSON Web Tokens signed by HS256 with this secret: sub is the user_id; exp, nbf and aud are heeded.")},
    Setting{access, "JWT_PUBLIC_KEY", &S::jwtPublicKey, Kind::File, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "The same for RS256 or ES256: PEM file with the public key; both settings may be used together.")},
    Setting{access, "JWT_AUDIENCE", &S::jwtAudience, Kind::Text, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "What aud must name in a JSON Web Token; empty accepts only tokens without aud.")},

    Setting{websocket, "WS_PATH", &S::wsPath, Kind::UrlPath, 0, 0, QT_TRANSLATE_NOOP("Settings", "Where WebSocket clients connect, with ?user_id=NAME.")},
    Setting{websocket, "DUPLICATE_POLICY", &S::duplicatePolicy, Kind::Policy, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "What a second connection of the same user does: it is refused, it replaces the first, or both stay.")},
    Setting{websocket, "WS_PING_INTERVAL", &S::wsPingInterval, Kind::Duration, 0, day, QT_TRANSLATE_NOOP("Settings", "Time between pings to a client; 0 sends none.")},
    Setting{websocket, "WS_PING_TIMEOUT", &S::wsPingTimeout, Kind::Duration, 1, day, QT_TRANSLATE_NOOP("Settings", "How long the answer to a ping may take.")},
    Setting{websocket, "WS_MAX_MESSAGE_BYTES", &S::wsMaxMessageBytes, Kind::Bytes, 125, gibi,
            QT_TRANSLATE_NOOP("Settings", "Largest message a WebSocket client may send; a larger one closes the connection with 1009.")},

    Setting{sse, "SSE_PATH", &S::ssePath, Kind::UrlPath, 0, 0, QT_TRANSLATE_NOOP("Settings", "Where one message is posted.")},
    Setting{sse, "SSE_BATCH_PATH", &S::sseBatchPath, Kind::UrlPath, 0, 0, QT_TRANSLATE_NOOP("Settings", "Where an array of messages is posted.")},
    Setting{sse, "SSE_SEND_PATH", &S::sseSendPath, Kind::UrlPath, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Where a message is posted whose replies come back as a stream of events.")},
    Setting{sse, "SSE_BROADCAST_PATH", &S::sseBroadcastPath, Kind::UrlPath, 0, 0, QT_TRANSLATE_NOOP("Settings", "Where one message for many users is posted.")},
    Setting{sse, "SSE_RESPONSE_TIMEOUT", &S::sseResponseTimeout, Kind::Duration, 1, day,
            QT_TRANSLATE_NOOP("Settings", "How long a stream waits for a reply; each reply starts that time anew.")},
    Setting{sse, "SSE_KEEPALIVE", &S::sseKeepalive, Kind::Duration, 0, day,
            QT_TRANSLATE_NOOP("Settings", "A silent stream gets a comment line this often, so that proxies keep it; 0 sends none.")},
    Setting{sse, "SSE_EVENT_IDS", &S::sseEventIds, Kind::Switch, 0, 0, QT_TRANSLATE_NOOP("Settings", "Number the events of a stream with id: lines.")},
    Setting{sse, "SSE_STREAM_PATH", &S::sseStreamPath, Kind::UrlPath, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Where a user listens with an EventSource instead of a WebSocket, with ?user_id=NAME.")},
    Setting{sse, "SSE_REPLY_PATH", &S::sseReplyPath, Kind::UrlPath, 0, 0, QT_TRANSLATE_NOOP("Settings", "Where such a user posts its replies.")},
    Setting{sse, "SSE_RETRY", &S::sseRetry, Kind::Duration, 0, day,
            QT_TRANSLATE_NOOP("Settings", "How long an EventSource is told to wait before it connects again; 0 leaves that to the browser.")},

    Setting{routing, "PUBLIC_ACCOUNTS", &S::publicAccounts, Kind::Accounts, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Accounts that anyone reaches by writing @name in the text of a message.")},
    Setting{routing, "PUBLIC_ACCOUNTS_DEFAULTS", &S::publicAccountsDefaults, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Also have ci_bot, email_bot, notification_bot and system_bot as public accounts.")},
    Setting{routing, "PUSH_TO_ALL", &S::pushToAll, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Let a push to the user * reach everybody who is connected; otherwise it is refused with 422.")},

    Setting{delivery, "PUSH_TIMEOUT", &S::pushTimeout, Kind::Duration, 1, 600'000,
            QT_TRANSLATE_NOOP("Settings", "How long a POST waits for an acknowledgement or for room, unless it says timeout= itself.")},
    Setting{delivery, "SLOW_CONSUMER", &S::slowConsumer, Kind::SlowPolicy, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "What happens when SEND_QUEUE_BYTES wait for a receiver that does not read: it is closed, its oldest messages are "
            "dropped, or the POST waits.")},
    Setting{delivery, "IDEMPOTENCY_TTL", &S::idempotencyTtl, Kind::Duration, 0, day,
            QT_TRANSLATE_NOOP("Settings", "How long the answer to a POST with an Idempotency-Key is kept for its repeats; 0 ignores such keys.")},
    Setting{delivery, "IDEMPOTENCY_BYTES", &S::idempotencyBytes, Kind::Bytes, 4096, 64 * gibi,
            QT_TRANSLATE_NOOP("Settings", "Memory for those keys and answers; the oldest are forgotten first.")},
    Setting{delivery, "PRESENCE_WATCHERS", &S::presenceWatchers, Kind::Count, 0, 10'000,
            QT_TRANSLATE_NOOP("Settings", "Sessions that may ask for presence events at a time; more are closed with 1013.")},

    Setting{logging, "LOG_LEVEL", &S::logLevel, Kind::Level, 0, 0, QT_TRANSLATE_NOOP("Settings", "The least important messages that are still logged.")},
    Setting{logging, "LOG_FORMAT", &S::logFormat, Kind::LogFormat, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "How a log line looks: tokens in braces as loguru has them, or json for one object a line.")},
    Setting{logging, "DEBUG", &S::debug, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "true means LOG_LEVEL=DEBUG, unless LOG_LEVEL comes from a place that wins over this one.")},

    Setting{limits, "MAX_BODY_BYTES", &S::maxBodyBytes, Kind::Bytes, 1, gibi, QT_TRANSLATE_NOOP("Settings", "Largest request body; more is answered with 413.")},
    Setting{limits, "MAX_CONNECTIONS", &S::maxConnections, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Most connections at a time; 0 means as many as the system's limit of open files allows.")},
    Setting{limits, "MAX_CONNECTIONS_PER_ADDRESS", &S::maxConnectionsPerAddress, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Most connections from one address (IPv6: from one /64); 0 means no such limit.")},
    Setting{limits, "MAX_SESSIONS_PER_USER", &S::maxSessionsPerUser, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Most sessions of one user where DUPLICATE_POLICY=allow; 0 means no such limit.")},
    Setting{limits, "MAX_OPEN_CORRELATIONS", &S::maxOpenCorrelations, Kind::Count, 1, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Most requests that wait for replies at a time; more are answered with 503.")},
    Setting{limits, "MAX_HEAD_BYTES", &S::maxHeadBytes, Kind::Bytes, 1024, 48 * 1024,
            QT_TRANSLATE_NOOP("Settings", "Largest request head, request line included; more is answered with 431.")},
    Setting{limits, "MAX_HEADERS", &S::maxHeaders, Kind::Count, 10, 1000, QT_TRANSLATE_NOOP("Settings", "Most header fields of a request; more are answered with 431.")},
    Setting{limits, "MAX_URL_BYTES", &S::maxUrlBytes, Kind::Bytes, 128, 48 * 1024,
            QT_TRANSLATE_NOOP("Settings", "Longest path and query of a request; longer ones are answered with 414.")},
    Setting{limits, "MAX_JSON_DEPTH", &S::maxJsonDepth, Kind::Count, 2, 1000, QT_TRANSLATE_NOOP("Settings", "Deepest nesting of JSON; deeper is answered with 422.")},
    Setting{limits, "MAX_BATCH_MESSAGES", &S::maxBatchMessages, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Most messages of one batch; more are answered with 413, 0 means no such limit.")},
    Setting{limits, "RATE_REQUESTS_PER_ADDRESS", &S::rateRequestsPerAddress, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Requests a second from one address (IPv6: from one /64); more are answered with 429, 0 means no limit.")},
    Setting{limits, "RATE_REQUESTS_PER_USER", &S::rateRequestsPerUser, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "Requests a second with one user's or one token's rights; more are answered with 429, 0 means no limit.")},
    Setting{limits, "RATE_MESSAGES_PER_ADDRESS", &S::rateMessagesPerAddress, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "WebSocket messages a second from one address; more close the connection with 1008, 0 means no limit.")},
    Setting{limits, "RATE_MESSAGES_PER_USER", &S::rateMessagesPerUser, Kind::Count, 0, 10'000'000,
            QT_TRANSLATE_NOOP("Settings", "WebSocket messages a second from one user; more close the connection with 1008, 0 means no limit.")},
    Setting{limits, "RATE_BURST", &S::rateBurst, Kind::Duration, 100, 3'600'000,
            QT_TRANSLATE_NOOP("Settings", "How much of a rate may come at once: with 2s and a rate of 50, 100 in one moment.")},
    Setting{limits, "SEND_QUEUE_BYTES", &S::sendQueueBytes, Kind::Bytes, 1024, gibi,
            QT_TRANSLATE_NOOP("Settings", "Bytes that may wait for one slow receiver before it is closed.")},
    Setting{limits, "JOURNAL_ENTRIES", &S::journalEntries, Kind::Count, 0, 100'000'000, QT_TRANSLATE_NOOP("Settings", "Most entries that the journal keeps.")},
    Setting{limits, "JOURNAL_BYTES", &S::journalBytes, Kind::Bytes, 0, 64 * gibi, QT_TRANSLATE_NOOP("Settings", "Most bytes that the journal keeps.")},

    Setting{keeping, "HISTORY_SIZE", &S::historySize, Kind::Count, 0, 1'000'000,
            QT_TRANSLATE_NOOP("Settings", "Messages of each user that are kept for clients that come back with Last-Event-ID; 0 keeps none.")},
    Setting{keeping, "HISTORY_TTL", &S::historyTtl, Kind::Duration, 0, 365 * day,
            QT_TRANSLATE_NOOP("Settings", "How long they are kept; 0 means as long as there is room.")},
    Setting{keeping, "HISTORY_BYTES", &S::historyBytes, Kind::Bytes, 1024, 64 * gibi,
            QT_TRANSLATE_NOOP("Settings", "Bytes of all users' history; the user who got nothing for the longest time loses it first.")},
    Setting{keeping, "OFFLINE_QUEUE", &S::offlineQueue, Kind::Count, 0, 1'000'000,
            QT_TRANSLATE_NOOP("Settings", "Messages that wait for each user who is not connected; 0 drops them, and a full queue takes no more.")},
    Setting{keeping, "OFFLINE_TTL", &S::offlineTtl, Kind::Duration, 0, 365 * day,
            QT_TRANSLATE_NOOP("Settings", "How long a message waits for its user; 0 means until it is delivered.")},
    Setting{keeping, "OFFLINE_BYTES", &S::offlineBytes, Kind::Bytes, 1024, 64 * gibi, QT_TRANSLATE_NOOP("Settings", "Bytes of all messages that wait.")},
    Setting{keeping, "STORE", &S::store, Kind::File, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "SQLite file that keeps history and waiting messages over a restart, kill -9 included; empty keeps them in memory.")},

    Setting{cluster, "REDIS_URL", &S::redisUrl, Kind::RedisPlace, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Redis through which several hubs share their users; empty means that this hub stands alone. May hold a password.")},
    Setting{cluster, "REDIS_PREFIX", &S::redisPrefix, Kind::Word, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "What the names of keys and channels in Redis begin with; hubs with the same one belong together.")},
    Setting{cluster, "REDIS_CA", &S::redisCa, Kind::File, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "PEM file with the certificates that a rediss:// server is checked against; empty means those of the system.")},
    Setting{cluster, "REDIS_TIMEOUT", &S::redisTimeout, Kind::Duration, 100, 60'000,
            QT_TRANSLATE_NOOP("Settings", "How long Redis, or the hub that holds a user, may take; then the request gets 503 and Redis counts as lost.")},
    Setting{cluster, "HUB_NAME", &S::hubName, Kind::Text, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "What this hub is called in presence, metrics and the window; empty means the computer's name and the process id.")},
    Setting{cluster, "REUSE_PORT", &S::reusePort, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Linux: let several hubs of one computer listen on PORT; the system spreads connections over them. serve --workers sets it.")},

    Setting{machinery, "WEB_PAGES", &S::webPages, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Serve the playground at / and the API page at /docs; both are part of the program and load nothing else.")},
    Setting{machinery, "ECHO_ENDPOINT", &S::echoEndpoint, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Serve /echo, a WebSocket and an HTTP endpoint that send back what they get, for testing clients and proxies.")},
    Setting{machinery, "FAST_LANE", &S::fastLane, Kind::Switch, 0, 0,
            QT_TRANSLATE_NOOP("Settings", "Answer complete push and batch requests without a detour through Qt's HTTP server.")},
    Setting{machinery, "EPOLL", &S::epoll, Kind::Switch, 0, 0, QT_TRANSLATE_NOOP("Settings", "Linux: use the hub's own event loop instead of Qt's.")},
};

} // namespace

std::span<const Setting> settingsTable()
{
    return table;
}

const Setting *findSetting(const QString &name)
{
    for (const Setting &setting : table) {
        if (name == QLatin1StringView(setting.name))
            return &setting;
    }
    return nullptr;
}

QStringList settingNames()
{
    QStringList names;
    for (const Setting &setting : table)
        names << setting.nameText();
    return names;
}

QString Setting::flag() const
{
    return nameText().toLower().replace(u'_', u'-');
}

QString Setting::allowed() const
{
    switch (kind) {
    case Kind::Address: return QStringLiteral("an IPv4 or IPv6 address, or localhost");
    case Kind::Port:
    case Kind::Count: return QStringLiteral("a whole number from %1 to %2").arg(least).arg(most);
    case Kind::Switch: return QStringLiteral("true, false, yes, no, on, off, 1 or 0");
    case Kind::UrlPath: return QStringLiteral("a path that starts with / and has no space, ?, # or %");
    case Kind::Duration:
        return QStringLiteral("a duration from %1 to %2, such as 300ms, 2s or 5m; a bare number is seconds")
            .arg(values::durationText(Settings::Milliseconds(least)), values::durationText(Settings::Milliseconds(most)));
    case Kind::Bytes:
        return QStringLiteral("a number of bytes from %1 to %2, or with KiB, MiB or GiB")
            .arg(values::bytesText(least), values::bytesText(most));
    case Kind::Policy: return QStringLiteral("reject, replace or allow");
    case Kind::SlowPolicy: return QStringLiteral("close, drop-oldest or block-publisher");
    case Kind::Level: return QStringLiteral("DEBUG, INFO, WARNING, ERROR or CRITICAL");
    case Kind::LogFormat: return QStringLiteral("json, or text with tokens such as {time:HH:mm:ss}, {level}, {name} and {message}");
    case Kind::Origins: return QStringLiteral("a list of origins such as http://localhost:3000, or *");
    case Kind::Accounts: return QStringLiteral("a list of names of letters, digits and _");
    case Kind::Tokens: return QStringLiteral("a list of TOKEN:ROLE[+ROLE]; roles are publish, subscribe, observe and admin");
    case Kind::Hosts: return QStringLiteral("a list of host names, or *");
    case Kind::File: return QStringLiteral("the path of a file, or nothing");
    case Kind::Secret: return QStringLiteral("at least 32 bytes (RFC 7518), or nothing");
    case Kind::RedisPlace: return QStringLiteral("redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], the same with rediss:// for TLS, or nothing");
    case Kind::Word: return QStringLiteral("1 to 64 letters, digits, hyphens, dots or underscores");
    case Kind::Text: return QStringLiteral("text without control characters, or nothing");
    }
    Q_UNREACHABLE();
}

Result<void> checkTogether(const Settings &settings)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    if (settings.tlsCert.isEmpty() != settings.tlsKey.isEmpty())
        return bad(QStringLiteral("TLS_CERT and TLS_KEY: set both or neither"));

    if (!settings.redisUrl.isEmpty() && !settings.store.isEmpty())
        return bad(QStringLiteral("STORE and REDIS_URL: with REDIS_URL history and queue are kept in Redis; leave STORE empty"));

    const std::vector<std::pair<const char *, QByteArray>> paths{
        {"/health", "/health"}, {"/metrics", "/metrics"}, {"/ready", "/ready"}, {"/presence", "/presence"},
        {"WS_PATH", settings.wsPath}, {"SSE_PATH", settings.ssePath},
        {"SSE_BATCH_PATH", settings.sseBatchPath}, {"SSE_SEND_PATH", settings.sseSendPath},
        {"SSE_BROADCAST_PATH", settings.sseBroadcastPath},
        {"SSE_STREAM_PATH", settings.sseStreamPath}, {"SSE_REPLY_PATH", settings.sseReplyPath},
        {"ECHO_ENDPOINT", settings.echoEndpoint ? kEchoPath : ""}};
    for (std::size_t i = 0; i < paths.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (paths[i].second == paths[j].second) {
                return bad(QStringLiteral("%1: \"%2\" is already taken by %3; every path needs a place of its own")
                               .arg(QString::fromLatin1(paths[i].first), QString::fromUtf8(paths[i].second),
                                    QString::fromLatin1(paths[j].first)));
            }
        }
    }
    return {};
}

} // namespace trunkline
