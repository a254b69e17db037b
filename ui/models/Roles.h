// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace trunkline {

/// What the tables' models answer beside Qt's own roles.
enum CellRole {
    SortRole = Qt::UserRole + 1,    ///< the raw number or text behind a cell
    ToneRole,                       ///< int of the Token that the text is painted in
    IconToneRole,                   ///< the same for the icon, where it is another one
    FixedRole,                      ///< bool: fixed-pitch font
    IconRole,                       ///< name of the line icon in front of the text
    HighlightRole,                  ///< bool: what the reader looks for is in this row
    FilterRole,                     ///< the filter text that selects rows with this cell's value; empty: none
    IdRole,                         ///< quint64 that a row keeps while rows come and go
    RowToneRole,                    ///< int of the Token that a person gave rows like this one; invalid: none
    GapRole                         ///< bool: no record, but a time in which the hub was not seen
};

} // namespace trunkline
