// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/RedisStore.h"

#include "hub/cluster/Envelope.h"
#include "hub/core/Message.h"

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;
/// A user's number lasts longer than its messages, so that one who comes back is told of no gap where there is none.
constexpr milliseconds kNumberMargin{60'000};
constexpr milliseconds kNumberLongest{30LL * 24 * 3600 * 1000};     ///< where messages are kept for ever

QByteArray number(qint64 value) { return QByteArray::number(value); }

/// How a message is kept: an envelope.
QByteArray encode(const UserId &user, const KeptMessage &message)
{
    Envelope envelope;
    envelope.kind = Envelope::Kind::Push;
    envelope.at = message.at.count();
    envelope.user = user;
    envelope.key = message.correlation;
    envelope.event = message.eventName;
    envelope.body = message.payload();
    return envelope.encodeUnnumbered();
}

/// Null when `bytes` are no message.
KeptMessagePtr decode(QByteArrayView bytes, quint64 sequence)
{
    const auto envelope = Envelope::decode(bytes);
    if (!envelope)
        return nullptr;
    const QByteArray event = envelope->event.toByteArray();
    const OutboundMessage message = OutboundMessage::ofJson(envelope->body, sequence, event);
    return std::make_shared<const KeptMessage>(KeptMessage{sequence, milliseconds(envelope->at), message.frame(),
                                                           message.payloadOffset(), event, envelope->key.toByteArray()});
}

quint64 toNumber(QByteArrayView text) { return text.toByteArray().toULongLong(); }

/// The messages of a stream; those that the other one had are in both.
void take(StoredUser &kept, const RedisReply &stream, bool history)
{
    for (std::size_t i = 0; i < stream.size(); ++i) {
        const RedisReply entry = stream.at(i);
        if (entry.size() != 2 || entry.at(1).size() < 2)
            continue;
        const QByteArrayView id = entry.at(0).text();
        const quint64 sequence = toNumber(id.first(std::max<qsizetype>(0, id.indexOf('-'))));
        const auto known = std::find_if(kept.items.begin(), kept.items.end(),
                                        [sequence](const StoredUser::Item &item) { return item.message->sequence == sequence; });
        if (known != kept.items.end())
            known->inQueue = true;
        else if (const KeptMessagePtr message = decode(entry.at(1).at(1).text(), sequence))
            kept.items.push_back({message, history, !history});
    }
}

} // namespace

void RedisStore::publish(const Envelope &envelope, const QByteArray &group, RedisLink::Callback answer)
{
    const bool mayWait = envelope.kind == Envelope::Kind::Push;
    const bool forEver = m_settings.historyTtl.count() == 0 || m_settings.offlineTtl.count() == 0;
    const milliseconds ttl = forEver ? kNumberLongest : std::max(m_settings.historyTtl, m_settings.offlineTtl) + kNumberMargin;
    m_commands.command({"EVALSHA", m_scripts.publish.sha, "0", m_prefix, envelope.user, envelope.encodeUnnumbered(),
                        number(m_settings.historySize), number(m_settings.historyTtl.count()), number(m_settings.historyBytes),
                        number(m_settings.offlineQueue), number(m_settings.offlineTtl.count()), number(m_settings.offlineBytes),
                        mayWait ? "1" : "0", number(ttl.count()), group.isEmpty() ? group : m_prefix + ":b:" + group},
                       std::move(answer));
}

void RedisStore::wait(const UserId &user, quint64 sequence, QByteArrayView message, std::function<void(bool)> done)
{
    m_commands.command({"EVALSHA", m_scripts.wait.sha, "0", m_prefix, user, QByteArray::number(sequence), message, number(m_settings.offlineQueue),
                        number(m_settings.offlineTtl.count()), number(m_settings.offlineBytes)},
                       [done = std::move(done)](const RedisReply &reply) {
        if (done)
            done(reply.integer() == 1);
    });
}

void RedisStore::read(const UserId &user, quint64 after, std::function<void(StoredUser, quint64)> done)
{
    const auto place = [&](const char *kind) { return QByteArray(m_prefix + kind + user); };
    m_commands.command({"EVALSHA", m_scripts.read.sha, "3", place(":n:"), place(":hist:"), place(":q:"), QByteArray::number(after)},
                       [user, keepsHistory = m_settings.historySize > 0, done = std::move(done)](const RedisReply &reply) {
        StoredUser kept;
        kept.user = user;
        if (reply.size() != 5)
            return done(std::move(kept), 0);        // the next beat finds out why
        kept.last = toNumber(reply.at(0).text());
        kept.lostThrough = toNumber(reply.at(1).text());
        const quint64 behind = toNumber(reply.at(2).text());
        take(kept, reply.at(3), true);
        const bool hasHistory = !kept.items.empty();
        take(kept, reply.at(4), false);
        std::sort(kept.items.begin(), kept.items.end(), [](const StoredUser::Item &a, const StoredUser::Item &b) {
            return a.message->sequence < b.message->sequence;
        });
        if (!hasHistory && behind == 0)     // it has expired, or there is none
            kept.lostThrough = kept.items.empty() ? kept.last : kept.items.front().message->sequence - 1;
        else if (!hasHistory && keepsHistory)
            kept.lostThrough = std::max(kept.lostThrough, kept.last);
        done(std::move(kept), behind);
    });
}

void RedisStore::keep(const UserId &user, const KeptMessagePtr &message, bool, bool inQueue)
{
    if (inQueue)
        wait(user, message->sequence, encode(user, *message));
}

void RedisStore::removeFromQueue(const UserId &user, quint64 through)
{
    m_commands.notify({"EVALSHA", m_scripts.confirm.sha, "0", m_prefix, user, QByteArray::number(through), QByteArray::number(through + 1)});
}

} // namespace trunkline
