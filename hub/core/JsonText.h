// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

/// JSON as bytes for people and templates. Nothing here decodes a number or rewrites an escape.
namespace trunkline::jsontext {

enum class Colors { Off, On };

/// Indented, one member a line, with a line feed at the end. Text that is not JSON comes out readable, too.
/// Control characters that a terminal would obey become escapes.
[[nodiscard]] QByteArray pretty(QByteArrayView json, Colors colors);

/// One line: line breaks between tokens are removed, a line feed is added.
[[nodiscard]] QByteArray oneLine(QByteArrayView json);

/// The bytes of the value at `path` (`data.items.0.name`), a string with its quotes. Nothing when there is none.
[[nodiscard]] std::optional<QByteArray> valueAt(QByteArrayView json, QByteArrayView path);

/// Whether `json` is an object, all of it well-formed.
[[nodiscard]] bool isObject(QByteArrayView json);

} // namespace trunkline::jsontext
