// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Palette.h"

#include <QString>

#include <functional>
#include <vector>

namespace trunkline {

/// Which color a row gets from the filters that a person gave one: the first that passes counts. The cells of a row are painted one
/// after another, so the last answer is kept.
template <typename Record>
class RowColors final
{
public:
    struct Rule
    {
        std::function<bool(const Record &)> passes;
        Token tone;
        QString name;               ///< of the filter
    };

    void set(std::vector<Rule> rules)
    {
        m_rules = std::move(rules);
        m_record = nullptr;
    }
    /// Null: none. `state` differs when the same record has changed.
    [[nodiscard]] const Rule *of(const Record &record, quint64 state) const
    {
        if (m_rules.empty())
            return nullptr;
        if (m_record != &record || m_state != state) {
            m_record = &record;
            m_state = state;
            m_found = nullptr;
            for (const Rule &rule : m_rules) {
                if (rule.passes(record)) {
                    m_found = &rule;
                    break;
                }
            }
        }
        return m_found;
    }

private:
    std::vector<Rule> m_rules;
    mutable const Record *m_record = nullptr;
    mutable quint64 m_state = 0;
    mutable const Rule *m_found = nullptr;
};

} // namespace trunkline
