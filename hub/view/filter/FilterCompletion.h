// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/filter/FilterFields.h"

#include <QHash>

namespace trunkline::filter {

/// One thing that may stand at the cursor.
struct Suggestion
{
    QString text;       ///< what is inserted
    QString note;       ///< what it means, or an example
};

struct Completion
{
    qsizetype begin = 0;        ///< the part of the text that a suggestion replaces: [begin, end)
    qsizetype end = 0;
    std::vector<Suggestion> suggestions;
};

/// What may stand at `cursor` in `text`. `values`: those known for a field, such as the users that are connected;
/// the words of fields that take words are known here. At most `most`, the best first. Does not demand a well-formed text.
[[nodiscard]] Completion complete(const QString &text, qsizetype cursor, Record record, const QHash<Field, QStringList> &values,
                                  int most = 12);

} // namespace trunkline::filter
