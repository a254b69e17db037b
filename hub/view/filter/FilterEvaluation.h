// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"
#include "hub/view/WhyLate.h"
#include "hub/view/filter/FilterNode.h"

#include <optional>

/// How one record answers one comparison. Used by Filter only.
namespace trunkline::filter {

/// One message of the journal.
class EntrySubject
{
public:
    explicit EntrySubject(const JournalEntry &entry) : m_entry(entry) {}
    [[nodiscard]] bool passes(const Test &test) const;

private:
    const JournalEntry &m_entry;
};

/// One exchange. Where its time went is worked out when it is first asked for.
class ExchangeSubject
{
public:
    explicit ExchangeSubject(const ExchangeInfo &exchange) : m_exchange(exchange) {}
    [[nodiscard]] bool passes(const Test &test) const;

private:
    [[nodiscard]] bool gapPasses(const Test &test) const;
    [[nodiscard]] const std::optional<Gap> &longestGap() const;
    [[nodiscard]] bool namePasses(const Test &test) const;

    const ExchangeInfo &m_exchange;
    mutable std::optional<std::optional<Gap>> m_longest;
};

/// Bits of State.
[[nodiscard]] quint32 statesOf(const JournalEntry &entry);
[[nodiscard]] quint32 statesOf(const ExchangeInfo &exchange);

} // namespace trunkline::filter
