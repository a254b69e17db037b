// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trunkline::bench {

/// A body in a buffer that may be read 64 bytes past its end, as simdjson wants it.
class PaddedBody
{
public:
    explicit PaddedBody(std::string_view text) : m_bytes(text), m_size(text.size()) { m_bytes.resize(m_size + 64, '\0'); }
    [[nodiscard]] const char *data() const { return m_bytes.data(); }
    [[nodiscard]] size_t size() const { return m_size; }

private:
    std::string m_bytes;
    size_t m_size;
};

/// One way to decide whether a body is valid JSON. Each keeps its buffers from call to call.
struct JsonCandidate
{
    const char *name;
    bool (*accepts)(const PaddedBody &body);
};

/// Texts the wire contract names, and whether they must be accepted.
struct ContractCase
{
    std::string text;
    bool valid;
};
[[nodiscard]] std::vector<ContractCase> contractCases();

/// `{"user_id":…,"data":{…}}` of exactly `size` bytes (at least 120): a chat message, a nested record or one long text.
enum class BodyShape { Text, Records };
[[nodiscard]] std::string sampleBody(size_t size, BodyShape shape);

} // namespace trunkline::bench
