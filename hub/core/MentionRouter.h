// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Ids.h"

#include <optional>
#include <unordered_set>

namespace trunkline {

/// Finds the public account that a message's text mentions: `@name`, name = [A-Za-z0-9_]+, case-sensitive.
class MentionRouter
{
public:
    explicit MentionRouter(const QByteArrayList &accounts = {}, bool withDefaults = true);

    /// The first public account that the string token `text` (raw JSON, may be empty) mentions.
    [[nodiscard]] std::optional<UserId> mentioned(QByteArrayView text) const;
    [[nodiscard]] bool isPublic(const UserId &user) const { return m_accounts.contains(user); }
    /// The accounts, sorted.
    [[nodiscard]] QByteArrayList accounts() const;

private:
    struct Hash
    {
        std::size_t operator()(const QByteArray &name) const noexcept { return qHash(name); }
    };
    std::unordered_set<QByteArray, Hash> m_accounts;
};

} // namespace trunkline
