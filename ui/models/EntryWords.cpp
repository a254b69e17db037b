// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/EntryWords.h"

#include "ui/models/Format.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("EntryWords", text);
}

} // namespace

QString wordOf(EntryKind kind)
{
    switch (kind) {
    case EntryKind::Push: return tr("push");
    case EntryKind::Request: return tr("request");
    case EntryKind::Reply: return tr("reply");
    case EntryKind::Event: return tr("event");
    case EntryKind::Connect: return tr("connect");
    case EntryKind::Disconnect: return tr("disconnect");
    case EntryKind::Text: return tr("text");
    case EntryKind::Ack: return tr("ack");
    case EntryKind::Broadcast: return tr("broadcast");
    }
    return {};
}

QString wordOf(Direction direction)
{
    return direction == Direction::In ? tr("in") : tr("out");
}

StatusLook lookOf(EntryStatus status)
{
    switch (status) {
    case EntryStatus::Ok: return {tr("ok"), QStringLiteral("done"), Token::Done};
    case EntryStatus::NotConnected: return {tr("not connected"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Late: return {tr("late"), QStringLiteral("clock"), Token::Late};
    case EntryStatus::Orphan: return {tr("orphan"), QStringLiteral("orphan"), Token::Orphan};
    case EntryStatus::Refused: return {tr("refused"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Malformed: return {tr("malformed"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Timeout: return {tr("timed out"), QStringLiteral("clock"), Token::Failed};
    case EntryStatus::Disconnected: return {tr("disconnected"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Shutdown: return {tr("shut down"), QStringLiteral("failed"), Token::Failed};
    case EntryStatus::Overflow: return {tr("overflow"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Cancelled: return {tr("cancelled"), QStringLiteral("clear"), Token::Muted};
    case EntryStatus::Duplicate: return {tr("duplicate"), QStringLiteral("warning"), Token::Late};
    case EntryStatus::Dropped: return {tr("dropped"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Queued: return {tr("queued"), QStringLiteral("clock"), Token::Late};
    case EntryStatus::Replayed: return {tr("replayed"), QStringLiteral("done"), Token::Done};
    case EntryStatus::Gap: return {tr("gap"), QStringLiteral("warning"), Token::Failed};
    case EntryStatus::Expired: return {tr("expired"), QStringLiteral("clock"), Token::Failed};
    }
    return {};
}

QString routeOf(const JournalEntry &entry)
{
    const QString user = format::oneLine(entry.user);
    if (entry.kind == EntryKind::Connect || entry.kind == EntryKind::Disconnect)
        return user;
    const QString other = entry.leg == Leg::Upstream ? tr("upstream") : tr("hub");
    const QChar arrow(0x2192);
    if (entry.leg == Leg::Upstream)
        return entry.direction == Direction::In ? other % u' ' % arrow % u' ' % user : user % u' ' % arrow % u' ' % other;
    return entry.direction == Direction::In ? user % u' ' % arrow % u' ' % other : other % u' ' % arrow % u' ' % user;
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
