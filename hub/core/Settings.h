// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <chrono>
#include <cstdint>
#include <optional>

namespace trunkline {

/// What happens to a second connection of the same user.
enum class DuplicatePolicy { Reject, Replace, Allow };
/// What happens when a receiver does not take what is sent to it and SEND_QUEUE_BYTES wait.
enum class SlowConsumer { Close, DropOldest, BlockPublisher };
enum class LogLevel { Debug, Info, Warning, Error, Critical };

/// Where messages and bodies come back unchanged, with ECHO_ENDPOINT.
inline constexpr char kEchoPath[] = "/echo";

/// Every setting of the hub, with its default. The table in SettingsTable.cpp names, documents and parses each one.
struct Settings
{
    using Milliseconds = std::chrono::milliseconds;

    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 8080;                                    ///< 0: any free port
    bool debug = false;

    QByteArray wsPath = "/ws";
    Milliseconds wsPingInterval{30'000};                    ///< 0: no pings
    Milliseconds wsPingTimeout{10'000};
    qint64 wsMaxMessageBytes = 1024 * 1024;
    DuplicatePolicy duplicatePolicy = DuplicatePolicy::Reject;

    QByteArray ssePath = "/sse/push";
    QByteArray sseBatchPath = "/sse/push/batch";
    QByteArray sseSendPath = "/sse/send";
    QByteArray sseBroadcastPath = "/sse/broadcast";
    Milliseconds sseResponseTimeout{30'000};
    Milliseconds sseKeepalive{15'000};
    bool sseEventIds = false;
    QByteArray sseStreamPath = "/sse/stream";
    QByteArray sseReplyPath = "/sse/reply";
    Milliseconds sseRetry{2'000};                           ///< 0: no `retry:` line

    LogLevel logLevel = LogLevel::Info;
    QString logFormat = QStringLiteral("{time:YYYY-MM-DD HH:mm:ss} | {level} | {message}");

    QByteArrayList corsOrigins{"http://localhost", "http://127.0.0.1", "https://localhost", "https://127.0.0.1"};
    QByteArrayList publicAccounts;
    bool publicAccountsDefaults = true;
    bool pushToAll = false;                                 ///< `"user_id": "*"` reaches everybody

    Milliseconds pushTimeout{5'000};                        ///< of a POST that waits, unless it says `timeout=`
    SlowConsumer slowConsumer = SlowConsumer::Close;
    Milliseconds idempotencyTtl{600'000};                   ///< 0: Idempotency-Key is ignored
    qint64 idempotencyBytes = 8LL * 1024 * 1024;
    int presenceWatchers = 100;                             ///< sessions that may ask for presence events; 0: none

    QByteArrayList authTokens;                              ///< entries TOKEN:ROLE[+ROLE]
    QString authTokensFile;
    QString jwtSecret;                                      ///< HS256; empty: none
    QString jwtPublicKey;                                   ///< path of a PEM file, RS256 or ES256; empty: none
    QString jwtAudience;                                    ///< what `aud` must name; empty: tokens with an `aud` are refused
    bool protectedMode = true;
    QByteArrayList allowedHosts;
    QString tlsCert;
    QString tlsKey;

    qint64 maxBodyBytes = 4 * 1024 * 1024;
    int maxConnections = 0;                                 ///< 0: as many as the system has descriptors for
    int maxConnectionsPerAddress = 0;                       ///< 0: no limit of its own, as in every limit below that is 0
    int maxSessionsPerUser = 0;
    int maxOpenCorrelations = 100'000;
    qint64 maxHeadBytes = 16 * 1024;                        ///< request line and fields, with the empty line
    int maxHeaders = 100;
    qint64 maxUrlBytes = 16 * 1024;                         ///< the request target as sent
    int maxJsonDepth = 256;
    int maxBatchMessages = 0;
    int rateRequestsPerAddress = 0;                         ///< a second
    int rateRequestsPerUser = 0;
    int rateMessagesPerAddress = 0;
    int rateMessagesPerUser = 0;
    Milliseconds rateBurst{1'000};                          ///< so many seconds' worth may come at once
    qint64 sendQueueBytes = 1024 * 1024;                    ///< unsent bytes of one session or stream before it is closed
    int journalEntries = 10'000;
    qint64 journalBytes = 8LL * 1024 * 1024;

    int historySize = 0;                                    ///< messages kept of each user for those who resume; 0: none
    Milliseconds historyTtl{3'600'000};                     ///< 0: as long as there is room
    qint64 historyBytes = 64LL * 1024 * 1024;               ///< of all users
    int offlineQueue = 0;                                   ///< messages that wait for each absent user; 0: they are dropped
    Milliseconds offlineTtl{86'400'000};                    ///< 0: until they are delivered
    qint64 offlineBytes = 64LL * 1024 * 1024;               ///< of all users
    QString store;                                          ///< SQLite file for both; empty: memory only

    QString redisUrl;                                       ///< where hubs share their users; empty: this hub stands alone
    QString redisPrefix = QStringLiteral("trunkline");      ///< what keys and channels begin with
    QString redisCa;                                        ///< PEM file that rediss:// is checked against; empty: the system's
    Milliseconds redisTimeout{2'000};                       ///< for an answer of Redis, or of another hub
    QString hubName;                                        ///< empty: made from the computer's name and the process id
    bool reusePort = false;                                 ///< several processes listen on PORT

    bool webPages = true;                                   ///< serves / and /docs
    bool echoEndpoint = false;                              ///< serves kEchoPath
    bool fastLane = true;
    bool epoll = true;                                      ///< Linux: the hub's own event dispatcher instead of Qt's
};

} // namespace trunkline
