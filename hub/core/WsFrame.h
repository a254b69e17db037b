// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace trunkline {

/// RFC 6455 §5.2
enum class WsOpcode : quint8 { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// The longest header of a frame from a server: two bytes and eight of length (RFC 6455 §5.2).
inline constexpr qsizetype kMaxWsHeaderBytes = 10;
/// A control frame carries no more (RFC 6455 §5.5).
inline constexpr qsizetype kMaxWsControlBytes = 125;

/// Writes the header of a final, unmasked frame of `payloadBytes` to `out` and returns its length.
qsizetype writeWsHeader(char *out, WsOpcode opcode, qsizetype payloadBytes);
inline qsizetype writeWsTextHeader(char *out, qsizetype payloadBytes) { return writeWsHeader(out, WsOpcode::Text, payloadBytes); }

/// A final, unmasked frame.
QByteArray makeWsFrame(WsOpcode opcode, QByteArrayView payload);
/// A close frame; a reason above what fits is cut between characters.
QByteArray makeWsCloseFrame(quint16 code, QByteArrayView reason);

} // namespace trunkline
