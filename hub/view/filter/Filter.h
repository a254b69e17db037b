// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"
#include "hub/view/filter/FilterFields.h"
#include "hub/view/filter/FilterLexer.h"

#include <tl/expected.hpp>

#include <memory>

namespace trunkline {

namespace filter {
struct Node;
}

/// A filter over messages and exchanges, made from its text:
///
///     user:bob,alice  state:failed  gap>300ms  data.order.id:42  @ci_bot  "some text"  and or not ( )
///
/// A value; copies share what was read. Any number of threads may match at a time.
class Filter
{
public:
    /// Passes everything.
    Filter() = default;
    [[nodiscard]] static tl::expected<Filter, filter::FilterError> parse(const QString &text);

    [[nodiscard]] const QString &text() const { return m_text; }
    [[nodiscard]] bool passesAll() const { return !m_root; }
    [[nodiscard]] bool matches(const JournalEntry &entry) const;
    [[nodiscard]] bool matches(const ExchangeInfo &exchange) const;
    /// Names of fields in it that such a record does not have; a comparison with them never passes.
    [[nodiscard]] QStringList strangersTo(filter::Record record) const;

private:
    QString m_text;
    std::shared_ptr<const filter::Node> m_root;     // null: everything passes
};

/// `value` as it has to stand behind a colon to be compared as it is: quoted where it must be.
[[nodiscard]] QString filterValue(const QString &value);

} // namespace trunkline
