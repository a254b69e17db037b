// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

/// A message that was seen, as a command that sends it again.
namespace trunkline {

enum class CopyForm { Bash, PowerShell, Python, Fetch, Trunkline };

/// What is posted: where to, and the body as a service would write it.
struct Repost
{
    QString url;                ///< of the route, e.g. http://127.0.0.1:8080/sse/send
    QString hubUrl;             ///< without a path
    QByteArray user;
    QByteArray data;            ///< the data object, without what the hub put into it
    bool isSend = false;        ///< answered by a stream

    [[nodiscard]] QByteArray body() const;
};

/// A delivered payload without the members that the hub adds (user_id, original_sender, correlation_id, event_type, event_id,
/// timestamp at the top level). Bytes of the other members are untouched. What is no object comes back as it is.
[[nodiscard]] QByteArray withoutEnvelope(const QByteArray &payload);
[[nodiscard]] QString copyAs(const Repost &repost, CopyForm form);
[[nodiscard]] QString nameOf(CopyForm form);

} // namespace trunkline
