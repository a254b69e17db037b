// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"

#include <QHash>
#include <QString>

#include <functional>
#include <optional>

namespace trunkline {

/// What another room has to say about an exchange that has ended, asked for rows that are looked at and remembered.
class ExchangeRemarks
{
public:
    /// Sentences about an exchange, empty when there is nothing to say; nullopt: not all of it is known yet, ask again.
    using Source = std::function<std::optional<QString>(const ExchangeInfo &)>;

    void setSource(Source source);
    /// Empty: nothing. Of an exchange that runs always.
    [[nodiscard]] QString of(const ExchangeInfo &exchange) const;

private:
    static constexpr qsizetype kMost = 20'000;
    Source m_source;
    mutable QHash<std::pair<quint64, qint64>, QString> m_known;     // by revision and start
};

} // namespace trunkline
