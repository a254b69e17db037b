// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace trunkline {

/// The longest header of a frame from a server: two bytes and eight of length (RFC 6455 §5.2).
inline constexpr qsizetype kMaxWsHeaderBytes = 10;

/// Writes the header of a final, unmasked text frame of `payloadBytes` to `out` and returns its length.
qsizetype writeWsTextHeader(char *out, qsizetype payloadBytes);

/// Watches the headers of the frames that a client sends (RFC 6455 §5.2) and finds those that are not masked.
/// Fed with the stream in any pieces; plain class.
class WsFrameGuard
{
public:
    enum class Verdict { Fine, Unmasked };
    /// Once Unmasked was returned the guard is spent.
    Verdict feed(QByteArrayView bytes);
    /// The same for `count` bytes that nobody has looked at: false when a header is among them, so that feed() has to see them.
    bool skip(quint64 count);

private:
    uchar m_header[14] = {};
    int m_have = 0;             ///< bytes of the current header
    quint64 m_payloadLeft = 0;  ///< bytes of the current payload still to come
};

} // namespace trunkline
