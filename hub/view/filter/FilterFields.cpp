// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/FilterFields.h"

#include "hub/view/HubValues.h"
#include "hub/view/WhyLate.h"

#include <QCoreApplication>

namespace trunkline::filter {

namespace {

constexpr quint32 bit(EntryKind kind) { return 1u << quint32(kind); }
constexpr quint32 bit(Direction direction) { return 1u << quint32(direction); }
constexpr quint32 bit(Leg leg) { return 1u << quint32(leg); }
constexpr quint32 bit(GapOwner owner) { return 1u << quint32(owner); }

constexpr FieldWord kinds[] = {
    {"push", bit(EntryKind::Push)}, {"request", bit(EntryKind::Request)}, {"reply", bit(EntryKind::Reply)},
    {"event", bit(EntryKind::Event)}, {"connect", bit(EntryKind::Connect)}, {"disconnect", bit(EntryKind::Disconnect)},
    {"text", bit(EntryKind::Text)}, {"ack", bit(EntryKind::Ack)}, {"broadcast", bit(EntryKind::Broadcast)}};
constexpr FieldWord states[] = {
    {"ok", StateOk}, {"done", StateOk}, {"failed", StateFailed}, {"streaming", StateStreaming}, {"late", StateLate},
    {"timeout", StateTimeout}, {"notconnected", StateNotConnected}, {"disconnected", StateDisconnected}, {"orphan", StateOrphan},
    {"refused", StateRefused}, {"malformed", StateMalformed}, {"overflow", StateOverflow}, {"cancelled", StateCancelled},
    {"duplicate", StateDuplicate}, {"shutdown", StateShutdown}, {"dropped", StateDropped},
    {"queued", StateQueued}, {"replayed", StateReplayed}, {"gap", StateGap}, {"expired", StateExpired}};
constexpr FieldWord directions[] = {{"in", bit(Direction::In)}, {"out", bit(Direction::Out)}};
constexpr FieldWord legs[] = {{"client", bit(Leg::Client)}, {"upstream", bit(Leg::Upstream)}};
constexpr FieldWord owners[] = {{"client", bit(GapOwner::Client)}, {"hub", bit(GapOwner::Hub)}, {"upstream", bit(GapOwner::Upstream)}};

constexpr FieldInfo table[] = {
    {Field::User, "user", "to target", FieldType::Name, true, true, QT_TRANSLATE_NOOP("Filter", "whose message it is, or who was asked"), "user:bob,alice"},
    {Field::State, "state", "status", FieldType::Word, true, true, QT_TRANSLATE_NOOP("Filter", "how it went"), "state:failed", states},
    {Field::Gap, "gap", "wait", FieldType::Duration, false, true, QT_TRANSLATE_NOOP("Filter", "the longest gap"), "gap>300ms"},
    {Field::Owner, "owner", "", FieldType::Word, false, true, QT_TRANSLATE_NOOP("Filter", "who had the ball in the longest gap"), "owner:client", owners},
    {Field::Latency, "latency", "took duration", FieldType::Duration, false, true, QT_TRANSLATE_NOOP("Filter", "time from the request to the end"), "latency>1s"},
    {Field::Chunks, "chunks", "replies", FieldType::Count, false, true, QT_TRANSLATE_NOOP("Filter", "replies until the end"), "chunks>3"},
    {Field::Late, "late", "", FieldType::Count, false, true, QT_TRANSLATE_NOOP("Filter", "replies after the end"), "late>0"},
    {Field::Kind, "kind", "", FieldType::Word, true, true, QT_TRANSLATE_NOOP("Filter", "what kind of message"), "kind:reply", kinds},
    {Field::Direction, "dir", "direction", FieldType::Word, true, false, QT_TRANSLATE_NOOP("Filter", "into the hub or out of it"), "dir:in", directions},
    {Field::Leg, "leg", "", FieldType::Word, true, false, QT_TRANSLATE_NOOP("Filter", "which side of the hub"), "leg:client", legs},
    {Field::Size, "size", "bytes", FieldType::Bytes, true, true, QT_TRANSLATE_NOOP("Filter", "bytes of the payload; k and M count 1024"), "size>1k"},
    {Field::Correlation, "cid", "correlation correlation_id id", FieldType::Name, true, true, QT_TRANSLATE_NOOP("Filter", "the correlation id"), "cid:req_55*"},
    {Field::Session, "session", "", FieldType::Count, true, true, QT_TRANSLATE_NOOP("Filter", "the number of the session"), "session:42"},
    {Field::Mention, "mention", "", FieldType::Name, true, true, QT_TRANSLATE_NOOP("Filter", "a mentioned name; @ci_bot for short"), "mention:*"},
    {Field::Text, "text", "summary body payload message", FieldType::Content, true, true, QT_TRANSLATE_NOOP("Filter", "anywhere in the payload"), "text:invoice"},
    {Field::Named, "named", "", FieldType::Name, false, true, QT_TRANSLATE_NOOP("Filter", "whom the sender named"), "named:alice"},
    {Field::From, "from", "sender upstream", FieldType::Name, false, true, QT_TRANSLATE_NOOP("Filter", "address of the sender"), "from:127.0.0.1*"},
    {Field::Agent, "agent", "", FieldType::Name, false, true, QT_TRANSLATE_NOOP("Filter", "the sender's program"), "agent:curl"},
    {Field::Ping, "ping", "", FieldType::Duration, false, true, QT_TRANSLATE_NOOP("Filter", "the user's last ping when it was asked"), "ping>20ms"},
    {Field::Queue, "queue", "queued", FieldType::Bytes, false, true, QT_TRANSLATE_NOOP("Filter", "unsent bytes before it when it was asked"), "queue>0"},
    {Field::Number, "number", "n", FieldType::Count, true, true, QT_TRANSLATE_NOOP("Filter", "the number of the row"), "number>48000"},
};

bool equals(QStringView a, QLatin1StringView b) { return a.compare(b, Qt::CaseInsensitive) == 0; }

} // namespace

std::span<const FieldInfo> fields() { return table; }

const FieldInfo *findField(QStringView name)
{
    for (const FieldInfo &field : table) {
        if (equals(name, QLatin1StringView(field.name)))
            return &field;
        for (const QLatin1StringView alias : QLatin1StringView(field.aliases).tokenize(QLatin1Char(' '), Qt::SkipEmptyParts)) {
            if (equals(name, alias))
                return &field;
        }
    }
    return nullptr;
}

const FieldInfo *infoOf(Field wanted)
{
    for (const FieldInfo &field : table) {
        if (field.field == wanted)
            return &field;
    }
    return nullptr;
}

QStringList fieldNames()
{
    QStringList names;
    for (const FieldInfo &field : table) {
        names << QString::fromLatin1(field.name);
        names << QString::fromLatin1(field.aliases).split(u' ', Qt::SkipEmptyParts);
    }
    return names;
}

QStringList wordsOf(const FieldInfo &field)
{
    QStringList words;
    for (const FieldWord &word : field.words)
        words << QString::fromLatin1(word.word);
    return words;
}

} // namespace trunkline::filter
