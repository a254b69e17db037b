// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/MentionRouter.h"

#include "hub/core/Json.h"

#include <algorithm>
#include <cstring>

namespace trunkline {

namespace {

bool isNameByte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

} // namespace

MentionRouter::MentionRouter(const QByteArrayList &accounts, bool withDefaults)
{
    if (withDefaults)
        m_accounts = {"ci_bot", "email_bot", "notification_bot", "system_bot"};
    m_accounts.insert(accounts.begin(), accounts.end());
}

std::optional<UserId> MentionRouter::mentioned(QByteArrayView text) const
{
    if (text.size() < 2)
        return std::nullopt;
    QByteArray decoded;
    if (std::memchr(text.data(), '\\', std::size_t(text.size()))) {
        decoded = decodeJsonString(text);
        text = decoded;
    }
    const char *at = text.data();
    const char *end = at + text.size();
    while ((at = static_cast<const char *>(std::memchr(at, '@', std::size_t(end - at))))) {
        const char *name = ++at;
        while (at < end && isNameByte(*at))
            ++at;
        if (at > name) {
            const QByteArray view = QByteArray::fromRawData(name, at - name);
            if (const auto found = m_accounts.find(view); found != m_accounts.end())
                return *found;
        }
    }
    return std::nullopt;
}

QByteArrayList MentionRouter::accounts() const
{
    QByteArrayList sorted(m_accounts.begin(), m_accounts.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

} // namespace trunkline
