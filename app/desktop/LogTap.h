// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trunkline {

class LogModel;

/// While it lives, what is logged through Qt goes to a window's log as well as to where it went before. One at a time.
class LogTap final
{
public:
    explicit LogTap(LogModel &model);
    ~LogTap();
    Q_DISABLE_COPY_MOVE(LogTap)
};

} // namespace trunkline
