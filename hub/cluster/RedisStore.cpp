// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/RedisStore.h"

#include "hub/cluster/Envelope.h"
#include "hub/core/Message.h"

namespace trunkline {

QByteArray RedisStore::encode(const UserId &user, const KeptMessage &message)
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

KeptMessagePtr RedisStore::decode(QByteArrayView bytes, quint64 sequence)
{
    const auto envelope = Envelope::decode(bytes);
    if (!envelope)
        return nullptr;
    const QByteArray event = envelope->event.toByteArray();
    const OutboundMessage message = OutboundMessage::ofJson(envelope->body, sequence, event);
    return std::make_shared<const KeptMessage>(KeptMessage{sequence, std::chrono::milliseconds(envelope->at), message.frame(),
                                                           message.payloadOffset(), event, envelope->key.toByteArray()});
}

void RedisStore::keep(const UserId &user, const KeptMessagePtr &message, bool, bool inQueue)
{
    if (!inQueue)
        return;
    m_commands.command({"EVALSHA", m_waitScript, "1", QByteArray(m_prefix + ":q:" + user), QByteArray::number(message->sequence),
                        encode(user, *message), QByteArray::number(m_settings.offlineQueue),
                        QByteArray::number(qint64(m_settings.offlineTtl.count()))});
}

void RedisStore::removeFromQueue(const UserId &user, quint64 through)
{
    m_commands.command({"XTRIM", QByteArray(m_prefix + ":q:" + user), "MINID", QByteArray::number(through + 1)});
}

} // namespace trunkline
