// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trunkline {

/// Counters since the start. Values only; formatting is elsewhere. Hub's thread.
struct Metrics
{
    quint64 sessionsAccepted = 0;
    quint64 sessionsRejected = 0;       ///< second connections under the policies reject and replace
    quint64 pushes = 0;                 ///< messages of push and batch requests
    quint64 pushesNotConnected = 0;
    quint64 requests = 0;               ///< `/sse/send` requests that named a valid message
    quint64 requestsFinished = 0;       ///< ended by a final reply
    quint64 requestsNotConnected = 0;
    quint64 requestsTimedOut = 0;
    quint64 requestsDisconnected = 0;   ///< the target went away
    quint64 requestsCancelled = 0;      ///< the upstream hung up
    quint64 requestsConflicted = 0;     ///< 409
    quint64 replies = 0;                ///< forwarded to a stream
    quint64 repliesLate = 0;
    quint64 repliesOrphan = 0;
    quint64 repliesRefused = 0;         ///< of another user than the one that was asked
    quint64 textsWithoutId = 0;         ///< JSON without a correlation id
    quint64 textsMalformed = 0;         ///< not JSON
    quint64 messagesDelivered = 0;      ///< frames handed to sessions
    quint64 messagesOverflowed = 0;     ///< a session's queue was full
    quint64 acks = 0;                   ///< acknowledgements that a POST waited for
    quint64 ackTimeouts = 0;            ///< POSTs with `wait=ack` that nobody acknowledged
    quint64 broadcasts = 0;
    quint64 broadcastDeliveries = 0;    ///< messages of broadcasts, also in messagesDelivered
    quint64 messagesDropped = 0;        ///< for a slow reader under drop-oldest
    quint64 pushesBlocked = 0;          ///< messages that waited for a slow reader under block-publisher
    quint64 pushesBlockedOut = 0;       ///< … in vain
    quint64 idempotentReplays = 0;      ///< repeats of a POST answered from memory
    quint64 idempotencyConflicts = 0;   ///< 422
    quint64 presenceEvents = 0;         ///< handed to sessions
    quint64 messagesQueued = 0;         ///< for users who were away
    quint64 messagesReplayed = 0;       ///< from queue or history, also in messagesDelivered
    quint64 messagesExpired = 0;        ///< waited longer than OFFLINE_TTL
    quint64 queueRefusals = 0;          ///< messages that found the offline queue full
    quint64 gaps = 0;                   ///< clients told that what they missed is not kept any more
    quint64 storeErrors = 0;            ///< group commits that failed
    quint64 refusedUnauthorized = 0;    ///< 401
    quint64 refusedForbidden = 0;       ///< 403: origin, protected mode, role
    quint64 refusedHosts = 0;           ///< 421
    quint64 refusedTooLarge = 0;        ///< 413, 414, 431
    quint64 refusedRates = 0;           ///< 429, and 1008 for a limit
    quint64 refusedBusy = 0;            ///< 503: connections, open requests
    quint64 refusedSlow = 0;            ///< 408
    quint64 tokensExpired = 0;          ///< 4401
    quint64 postsUnanswered = 0;        ///< pushes to users on other hubs of which it is not known what became of them
    quint64 requestsUnavailable = 0;    ///< requests to users on other hubs that ended because the backplane was lost
    friend bool operator==(const Metrics &, const Metrics &) = default;
};

} // namespace trunkline
