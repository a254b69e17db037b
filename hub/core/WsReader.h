// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/WsFrame.h"

#include <QByteArray>

#include <optional>

namespace trunkline {

/// Reads the frames of one client (RFC 6455 §5) and refuses every one that breaks a rule. Payloads are unmasked where they
/// lie and stay bytes; a message in one piece is never copied, one in fragments is put together. Text is checked as UTF-8
/// as it comes, across fragments. Fed with the stream in any pieces; plain class.
class WsReader
{
public:
    enum class Kind : quint8 { Text, Binary, Ping, Pong, Close };
    enum class Binary : quint8 { Refused, Accepted };

    /// One whole message or control frame. Views are valid until the next call of next().
    struct Item
    {
        Kind kind;
        QByteArrayView payload;     ///< of Close: the reason
        qsizetype padding = 0;      ///< readable bytes behind the payload
        quint16 code = 0;           ///< of Close; 1005 when it carries none
    };
    /// What to close the connection with (RFC 6455 §7.1.7).
    struct Failure
    {
        quint16 code;               ///< 1002, 1003, 1007 or 1009
        const char *reason;
    };

    WsReader(qint64 maxMessageBytes, Binary binary) : m_maxBytes(maxMessageBytes), m_binary(binary) { }

    /// The next item of [begin, end), which is taken from the front and written to; `padding` bytes behind `end` are
    /// readable. nullopt: all is taken or, after a Close or a failure(), nothing more is read.
    std::optional<Item> next(char *&begin, char *end, qsizetype padding);
    [[nodiscard]] const std::optional<Failure> &failure() const { return m_failure; }
    /// A Close was read or a rule was broken.
    [[nodiscard]] bool isSpent() const { return m_closed || m_failure; }
    /// Bytes of an unfinished message.
    [[nodiscard]] qsizetype heldBytes() const { return m_message.size() + m_control.size(); }

private:
    bool readHeader(char *&begin, char *end);
    bool checkOpcode(int first, int second);
    bool checkLength();
    std::optional<Item> finish(char *payload, qsizetype size, qsizetype padding);
    std::optional<Item> finishClose(QByteArrayView payload);
    bool checkText(bool complete);
    bool fail(quint16 code, const char *reason);
    [[nodiscard]] bool isControl() const { return m_opcode >= WsOpcode::Close; }
    [[nodiscard]] bool isInMessage() const { return m_messageOpcode != kNoMessage; }

    static constexpr WsOpcode kNoMessage = WsOpcode::Continuation;

    const qint64 m_maxBytes;
    std::optional<Failure> m_failure;
    QByteArray m_message;           ///< what has come of a message that is not whole yet
    QByteArray m_control;           ///< of a control frame that is not whole yet
    quint64 m_left = 0;             ///< bytes of the current payload still to come
    qsizetype m_checked = 0;        ///< bytes of m_message that are UTF-8 for sure
    uchar m_header[14] = {};
    quint8 m_have = 0;              ///< bytes of the current header
    quint8 m_maskAt = 0;            ///< which byte of the mask is next
    WsOpcode m_opcode{};            ///< of the current frame
    WsOpcode m_messageOpcode = kNoMessage;      ///< of the message under way
    bool m_final = false;           ///< the current frame ends its message
    bool m_inPayload = false;
    bool m_delivered = false;       ///< m_message was handed out
    bool m_closed = false;
    const Binary m_binary;
};

/// Whether a Close frame may carry `code`: RFC 6455 §7.4 and the codes that IANA has registered since.
bool isWsCloseCode(int code);
/// Whether `bytes` is UTF-8, or a part of it that more bytes can complete. `complete` gets how many make whole characters.
bool isUtf8Prefix(QByteArrayView bytes, qsizetype &complete);

} // namespace trunkline
