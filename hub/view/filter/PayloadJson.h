// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <functional>
#include <optional>
#include <vector>

/// A look into payloads as they were sent. None of it needs a well-formed text: what cannot be read is not there.
namespace trunkline::filter {

/// Member names from the top down, decoded; a number is also an index.
using JsonPath = QByteArrayList;
inline constexpr qsizetype kMaxPathParts = 32;

/// Calls `test` with the raw token of each value at `path` until one passes; true when one did. A name on an array means each of
/// its elements, and the elements of an array at the end are tested too. `data.x` and `x` mean the same: payloads
/// come with and without their envelope.
[[nodiscard]] bool anyValueAt(QByteArrayView json, const JsonPath &path, const std::function<bool(QByteArrayView)> &test);

/// The text of a raw token: a string without its quotes and escapes, anything else as it stands.
[[nodiscard]] QByteArray tokenText(QByteArrayView token);
/// `json` with its \u, \n and other escapes replaced; a lone surrogate becomes U+FFFD.
[[nodiscard]] QByteArray withoutEscapes(QByteArrayView json);

/// A member of an object: decoded name and raw value. Views into the text.
struct PayloadMember
{
    QByteArray name;
    QByteArrayView value;
};
/// The members of the object that `json` is, in order; empty when it is none.
[[nodiscard]] std::vector<PayloadMember> membersOf(QByteArrayView json);
/// The elements of the array that `json` is, in order; empty when it is none.
[[nodiscard]] std::vector<QByteArrayView> elementsOf(QByteArrayView json);

/// Where a text is not JSON as the hub reads it.
struct JsonMistake
{
    qsizetype offset = 0;       ///< bytes
    QString reason;             ///< one sentence, in English as the hub answers it
};
[[nodiscard]] std::optional<JsonMistake> findJsonMistake(QByteArrayView text);

} // namespace trunkline::filter
