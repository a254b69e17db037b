// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Options.h"

#include <string>
#include <vector>

namespace trunkline::bench {

class Traffic;

/// `path` with the id of user `index` in place of `{user}`.
[[nodiscard]] std::string withUser(const std::string &path, uint32_t index);

/// A whole POST, built once; each use patches user ids, stamps and correlation id into their fixed places.
class RequestTemplate
{
public:
    explicit RequestTemplate(const Options &options);

    /// The next request of `publisher`, with fresh sequences and the time. Valid until the next call.
    std::string_view next(Traffic &traffic, uint32_t publisher);
    [[nodiscard]] uint64_t lastSequence() const { return m_lastSequence; }
    [[nodiscard]] uint64_t sentNs() const { return m_sentNs; }

private:
    struct Slots
    {
        size_t user, text, correlation;     // offsets; 0: none
    };
    static std::string messageJson(const Options &options, Slots &slots);

    std::string m_bytes;
    std::vector<Slots> m_messages;
    size_t m_pathUser = 0;
    uint64_t m_lastSequence = 0, m_sentNs = 0;
};

} // namespace trunkline::bench
