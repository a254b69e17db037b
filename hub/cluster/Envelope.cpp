// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/cluster/Envelope.h"

#include <QtEndian>

#include <limits>

namespace trunkline {

namespace {

/// Version of this format: hubs of another one are not understood, and not misunderstood.
constexpr QByteArrayView kMagic("T1");

template <typename Number>
void put(QByteArray &out, Number number)
{
    char bytes[sizeof(Number)];
    qToLittleEndian(number, bytes);
    out.append(bytes, sizeof bytes);
}

template <typename Length>
void putText(QByteArray &out, QByteArrayView text)
{
    const qsizetype size = std::min<qsizetype>(text.size(), std::numeric_limits<Length>::max());
    put<Length>(out, Length(size));
    out.append(text.first(size));
}

/// Takes values off the front; once something was missing, nothing more is found.
class Reader
{
public:
    explicit Reader(QByteArrayView bytes) : m_bytes(bytes) { }

    template <typename Number>
    Number number()
    {
        if (m_bytes.size() < qsizetype(sizeof(Number))) {
            fail();
            return 0;
        }
        const Number value = qFromLittleEndian<Number>(m_bytes.data());
        m_bytes = m_bytes.sliced(sizeof(Number));
        return value;
    }
    QByteArrayView take(qsizetype size)
    {
        if (m_bytes.size() < size) {
            fail();
            return {};
        }
        const QByteArrayView taken = m_bytes.first(size);
        m_bytes = m_bytes.sliced(size);
        return taken;
    }
    template <typename Length>
    QByteArrayView text() { return take(qsizetype(number<Length>())); }
    [[nodiscard]] QByteArrayView rest() const { return m_bytes; }
    [[nodiscard]] bool failed() const { return m_failed; }

private:
    void fail()
    {
        m_failed = true;
        m_bytes = {};
    }
    QByteArrayView m_bytes;
    bool m_failed = false;
};

bool isKind(char kind) { return QByteArrayView("PQSBAWKRLT+-").contains(kind); }

} // namespace

QByteArray Envelope::encodeUnnumbered() const
{
    QByteArray out;
    out.reserve(64 + hub.size() + user.size() + key.size() + event.size() + request.size() + text.size() + body.size() + 24);
    out.append(kMagic).append(char(kind)).append(char(flags));
    put(out, ticket);
    for (const quint32 number : {sessions, users, slow, connected, patience})
        put(out, number);
    put(out, at);
    for (const QByteArrayView string : {hub, user, key, event, request})
        putText<quint16>(out, string);
    putText<quint32>(out, text);
    putText<quint32>(out, body);
    return out;
}

QByteArray Envelope::encode() const
{
    QByteArray out = encodeUnnumbered();
    if (sequence != 0)
        out.append(QByteArray::number(sequence));
    return out;
}

std::optional<Envelope> Envelope::decode(QByteArrayView bytes)
{
    Reader in(bytes);
    if (in.take(kMagic.size()) != kMagic)
        return std::nullopt;
    Envelope envelope;
    const char kind = char(in.number<quint8>());
    if (!isKind(kind))
        return std::nullopt;
    envelope.kind = Kind(kind);
    envelope.flags = in.number<quint8>();
    envelope.ticket = in.number<quint64>();
    for (quint32 *number : {&envelope.sessions, &envelope.users, &envelope.slow, &envelope.connected, &envelope.patience})
        *number = in.number<quint32>();
    envelope.at = in.number<qint64>();
    for (QByteArrayView *string : {&envelope.hub, &envelope.user, &envelope.key, &envelope.event, &envelope.request})
        *string = in.text<quint16>();
    envelope.text = in.text<quint32>();
    envelope.body = in.text<quint32>();
    if (in.failed())
        return std::nullopt;
    if (const QByteArrayView number = in.rest(); !number.isEmpty()) {
        bool fine = false;
        envelope.sequence = number.toByteArray().toULongLong(&fine);
        if (!fine)
            return std::nullopt;
    }
    return envelope;
}

void appendToBundle(QByteArray &bundle, const Envelope &envelope)
{
    putText<quint32>(bundle, envelope.encode());
}

bool readBundle(QByteArrayView bundle, const std::function<void(const Envelope &)> &visit)
{
    Reader in(bundle);
    while (!in.rest().isEmpty()) {
        const QByteArrayView bytes = in.text<quint32>();
        const auto envelope = in.failed() ? std::nullopt : Envelope::decode(bytes);
        if (!envelope)
            return false;
        visit(*envelope);
    }
    return true;
}

} // namespace trunkline
