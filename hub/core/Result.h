// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <tl/expected.hpp>

namespace trunkline {

/// What kind of failure an Error is. Tests and callers branch on it; people read Error::detail.
enum class ErrorCode {
    InvalidJson,        ///< bytes are not one JSON text
    InvalidMessage,     ///< JSON, but not the members that were wanted
    InvalidHead,        ///< a request head that is not RFC 9112
    InvalidSetting,     ///< a setting's value is not allowed
    Conflict,           ///< an id that is already in use
    ListenFailed,       ///< the port could not be bound
    AddressInUse,       ///< the port could not be bound because somebody has it
    BadCertificate,     ///< TLS files missing or unusable
    Io                  ///< a file could not be read or written
};

/// A failure as a value: no exception crosses a signal or a request handler.
struct Error
{
    ErrorCode code;
    QString detail;     ///< one sentence for people
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(ErrorCode code, QString detail)
{
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

} // namespace trunkline
