// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>
#include <QByteArrayView>

/// What a listener answers. A `request` is a message as the hub delivers it; its bytes are never rewritten.
namespace trunkline::replies {

/// The request's own members, without those that the hub set (user_id, original_sender, correlation_id), as a final reply.
[[nodiscard]] QByteArray echo(QByteArrayView request);

/// A line that somebody typed: plain text becomes the `data.message` of a final reply; a JSON object goes as it is, with the
/// request's correlation id added when it has none. `request` may be empty. InvalidJson: it starts with { and is no JSON, or
/// it has no correlation id and there is no request to take one from.
[[nodiscard]] Result<QByteArray> typed(QByteArrayView line, QByteArrayView request);

/// A reply with placeholders: ${correlation_id}, ${message}, ${data.items.0}; $${ stands for ${ itself. In a JSON object, a placeholder inside of quotes
/// becomes text, elsewhere the value itself; what the request does not have becomes nothing or null. Plain text is wrapped
/// and an id is added as typed() does. A leading `data.` may be written or left out: the request is the sender's data.
class Template final
{
public:
    /// InvalidJson when it starts with { and is no JSON object.
    static Result<Template> parse(const QByteArray &text);
    [[nodiscard]] QByteArray reply(QByteArrayView request) const;

private:
    explicit Template(QByteArray text) : m_text(std::move(text)) {}
    QByteArray m_text;      ///< a JSON object, apart from its placeholders
};

} // namespace trunkline::replies
