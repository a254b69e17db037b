// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

/// JSON as it was sent, made readable: members keep their order, numbers their digits. Bytes that are no JSON stay as they are.
namespace trunkline::payloadtext {

/// Line breaks and indentation of two spaces between the tokens; nothing else is touched.
[[nodiscard]] QString pretty(QByteArrayView json);

/// One value of a document, in the order of its tokens. Children follow their parent with a depth greater by one.
struct Node
{
    int depth = 0;
    QString name;           ///< member name, "[3]", or empty at the top
    QString value;          ///< token of a scalar (strings unquoted); "{3}" or "[3]" with the number of members
    char kind = 's';        ///< { [ s(tring) n(umber) l(iteral)
    QString path;           ///< data.order.id
};
/// At most `most` nodes; empty when the bytes are not one JSON value as far as they were read.
[[nodiscard]] QList<Node> nodes(QByteArrayView json, qsizetype most = 20'000);

/// Offset, sixteen bytes, and their ASCII, a line each; at most `most` bytes.
[[nodiscard]] QString hex(QByteArrayView bytes, qsizetype most = 256 * 1024);

} // namespace trunkline::payloadtext
