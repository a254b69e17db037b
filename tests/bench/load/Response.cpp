// SPDX-License-Identifier: GPL-3.0-or-later
#include "Response.h"

#include <cstdlib>
#include <strings.h>

namespace trunkline::bench {
namespace {

/// The value of header `name` (with its colon) in `head`, or an empty view.
std::string_view header(std::string_view head, std::string_view name)
{
    for (size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        const std::string_view line = head.substr(at + 1);
        if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0)
            continue;
        const std::string_view value = line.substr(name.size(), line.find('\r') - name.size());
        const size_t first = value.find_first_not_of(' ');
        return first == std::string_view::npos ? std::string_view() : value.substr(first);
    }
    return {};
}

} // namespace

bool isWholeResponse(std::string_view bytes)
{
    const size_t headEnd = bytes.find("\r\n\r\n");
    if (headEnd == std::string_view::npos)
        return false;
    const std::string_view head = bytes.substr(0, headEnd + 2), body = bytes.substr(headEnd + 4);
    if (const std::string_view length = header(head, "content-length:"); !length.empty())
        return body.size() >= std::strtoull(length.data(), nullptr, 10);
    return bytes.ends_with("\r\n0\r\n\r\n");
}

bool isSuccess(std::string_view bytes)
{
    return bytes.starts_with("HTTP/1.1 2");
}

} // namespace trunkline::bench
