// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/EntryWords.h"

#include "ui/models/Format.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(EntryWords)
};

} // namespace

QString wordOf(EntryKind kind)
{
    switch (kind) {
    case EntryKind::Push: return Words::tr("push");
    case EntryKind::Request: return Words::tr("request");
    case EntryKind::Reply: return Words::tr("reply");
    case EntryKind::Event: return Words::tr("event");
    case EntryKind::Connect: return Words::tr("connect");
    case EntryKind::Disconnect: return Words::tr("disconnect");
    case EntryKind::Text: return Words::tr("text");
    case EntryKind::Ack: return Words::tr("ack");
    case EntryKind::Broadcast: return Words::tr("broadcast");
    }
    return {};
}

QString wordOf(Direction direction)
{
    return direction == Direction::In ? Words::tr("in") : Words::tr("out");
}

StatusLook lookOf(EntryStatus status)
{
    switch (status) {
    case EntryStatus::Ok: return {Words::tr("ok"), QStringLiteral("done"), Token::Done};
    case EntryStatus::NotConnected: return {Words::tr("not connected"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Late: return {Words::tr("late"), QStringLiteral("clock"), Token::Late};
    case EntryStatus::Orphan: return {Words::tr("orphan"), QStringLiteral("orphan"), Token::Orphan};
    case EntryStatus::Refused: return {Words::tr("refused"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Malformed: return {Words::tr("malformed"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Timeout: return {Words::tr("timed out"), QStringLiteral("clock"), Token::Failed};
    case EntryStatus::Disconnected: return {Words::tr("disconnected"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Shutdown: return {Words::tr("shut down"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Overflow: return {Words::tr("overflow"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Cancelled: return {Words::tr("cancelled"), QStringLiteral("clear"), Token::Muted};
    case EntryStatus::Duplicate: return {Words::tr("duplicate"), QStringLiteral("warning"), Token::Late};
    case EntryStatus::Dropped: return {Words::tr("dropped"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Queued: return {Words::tr("queued"), QStringLiteral("clock"), Token::Late};
    case EntryStatus::Replayed: return {Words::tr("replayed"), QStringLiteral("done"), Token::Done};
    case EntryStatus::Gap: return {Words::tr("gap"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Expired: return {Words::tr("expired"), QStringLiteral("clock"), Token::Failed};
    }
    return {};
}

QString routeOf(const JournalEntry &entry)
{
    const QString user = format::oneLine(entry.user);
    if (entry.kind == EntryKind::Connect || entry.kind == EntryKind::Disconnect)
        return user;
    const QString other = entry.leg == Leg::Upstream ? Words::tr("upstream") : Words::tr("hub");
    const QChar arrow(0x2192);
    if (entry.leg == Leg::Upstream)
        return entry.direction == Direction::In ? other % u' ' % arrow % u' ' % user : user % u' ' % arrow % u' ' % other;
    return entry.direction == Direction::In ? user % u' ' % arrow % u' ' % other : other % u' ' % arrow % u' ' % user;
}

QString meaningOf(const JournalEntry &entry)
{
    const QString user = format::oneLine(entry.user);
    if (entry.kind == EntryKind::Ack)
        return (entry.status == EntryStatus::Timeout ? Words::tr("%1 did not acknowledge it in time.") : Words::tr("%1 acknowledged it.")).arg(user);
    switch (entry.status) {
    case EntryStatus::Timeout: return entry.kind == EntryKind::Request ? Words::tr("%1 did not answer in time.").arg(user) : QString();
    case EntryStatus::NotConnected: return Words::tr("Nobody was connected as %1, so it was not delivered.").arg(user);
    case EntryStatus::Queued: return Words::tr("Nobody was connected as %1: it is kept until somebody is.").arg(user);
    case EntryStatus::Replayed: return Words::tr("It was kept for %1, and sent when %1 came back.").arg(user);
    case EntryStatus::Orphan: return Words::tr("%1 answered with an id that no request has.").arg(user);
    case EntryStatus::Late: return Words::tr("%1 answered when the request had ended.").arg(user);
    case EntryStatus::Expired: return Words::tr("It was kept for %1, who did not come back in time.").arg(user);
    case EntryStatus::Gap:
        return (entry.payload().toByteArray().contains(R"("reason":"unknown")")
                    ? Words::tr("%1 came back with a number that this hub has not given, and was told; all that is kept follows.")
                    : Words::tr("What %1 missed is no longer kept in full, and %1 was told; the rest follows.")).arg(user);
    default: return {};
    }
}

QString filterWord(EntryKind kind)
{
    static constexpr const char *words[] = {"push", "request", "reply", "event", "connect", "disconnect", "text",
                                            "ack", "broadcast"};
    return QLatin1StringView(words[static_cast<int>(kind)]);
}

QString filterWord(EntryStatus status)
{
    static constexpr const char *words[] = {"ok", "notconnected", "late", "orphan", "refused", "malformed", "timeout",
                                            "disconnected", "shutdown", "overflow", "cancelled", "duplicate", "dropped",
                                            "queued", "replayed", "gap", "expired"};
    return QLatin1StringView(words[static_cast<int>(status)]);
}

} // namespace trunkline
