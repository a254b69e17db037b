// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ExchangeRemarks.h"

#include <utility>

namespace trunkline {

void ExchangeRemarks::setSource(Source source)
{
    m_source = std::move(source);
    m_known.clear();
}

QString ExchangeRemarks::of(const ExchangeInfo &exchange) const
{
    if (!m_source || exchange.state == ExchangeState::Streaming)
        return {};
    const std::pair key(exchange.revision, qint64(exchange.startedAt.count()));
    if (const auto known = m_known.constFind(key); known != m_known.constEnd())
        return *known;
    const std::optional<QString> remark = m_source(exchange);
    if (!remark)
        return {};
    if (m_known.size() >= kMost)
        m_known.clear();
    return *m_known.insert(key, *remark);
}

} // namespace trunkline
