// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace trunkline::bench {

/// True when `bytes` hold one whole HTTP response: by Content-Length, or chunked up to the last chunk.
/// Only for servers that are known to send one of the two and nothing after it until they are asked again.
[[nodiscard]] bool isWholeResponse(std::string_view bytes);

/// A status of 2xx.
[[nodiscard]] bool isSuccess(std::string_view bytes);

} // namespace trunkline::bench
