// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>

namespace trunkline {

/// One thing that a hub tells others through Redis. Views: into what was decoded, or into what is to be encoded.
struct Envelope
{
    enum class Kind : char {
        Push = 'P',             ///< a message for `user`, wherever it is
        Request = 'Q',          ///< the same, and replies are awaited
        Said = 'S',             ///< `body` is a text that `user` posted, for the hub that streams to it
        Broadcast = 'B',        ///< for everybody whose name begins with `user`, or whom `text` lists
        Receipt = 'A',          ///< what became of the message with `ticket`: it was written to `sessions`
        Room = 'W',             ///< the message with `ticket` waits for a slow reader
        Acknowledged = 'K',     ///< the client acknowledged the message with `ticket`
        Reply = 'R',            ///< `body` is a reply of `user` to the request `key`
        Left = 'L',             ///< `user`, who was asked for `key`, is gone
        Taken = 'T',            ///< `user` has come to another hub, which now has its lease
        Online = '+',           ///< presence of `user`
        Offline = '-'
    };
    enum Flag : quint8 {
        None = 0,
        Final = 1,              ///< of a reply: it ends the stream
        WantsAck = 2,           ///< whoever gets the message shall acknowledge it
        Queued = 4,             ///< of a receipt: the message waits for its user
        Slow = 8,               ///< of a receipt: the reader was too slow, nothing was written
        Named = 16,             ///< of a broadcast: `text` lists the users, each with its length in front
        NumberJson = 32         ///< the correlation id is a JSON number
    };

    Kind kind = Kind::Push;
    quint8 flags = None;
    quint64 ticket = 0;
    quint32 sessions = 0;
    quint32 users = 0;
    quint32 slow = 0;
    quint32 connected = 0;
    quint32 patience = 0;       ///< milliseconds that somebody waits for what follows
    qint64 at = 0;              ///< civil time in milliseconds
    QByteArrayView hub{};       ///< who says it
    QByteArrayView user{};
    QByteArrayView key{};       ///< correlation id
    QByteArrayView event{};     ///< name of the Server-Sent Event
    QByteArrayView request{};   ///< X-Request-ID
    QByteArrayView text{};
    QByteArrayView body{};      ///< JSON
    quint64 sequence = 0;       ///< the message's number; 0: none. It comes last, so that Redis itself can append it.

    [[nodiscard]] bool has(Flag flag) const { return flags & flag; }
    /// Bytes that decode() takes. Strings are at most 65,535 bytes, `text` and `body` at most 2^32 - 1.
    [[nodiscard]] QByteArray encode() const;
    /// The same without the number, for whoever appends it in decimal.
    [[nodiscard]] QByteArray encodeUnnumbered() const;
    /// nullopt when `bytes` are something else. Views into `bytes`.
    static std::optional<Envelope> decode(QByteArrayView bytes);
};

/// Appends one envelope to several that travel together.
void appendToBundle(QByteArray &bundle, const Envelope &envelope);
/// Calls back for each envelope of a bundle. False when it is damaged: what stood before the damage was handed over.
bool readBundle(QByteArrayView bundle, const std::function<void(const Envelope &)> &visit);

} // namespace trunkline
