// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/Draft.h"

class QSettings;

namespace trunkline {

/// What was sent from here, newest first, kept between two starts. At most kMost drafts of at most kMostBytes each; a draft
/// that is sent again moves to the front.
class SendHistory final
{
public:
    static constexpr std::size_t kMost = 30;
    static constexpr qsizetype kMostBytes = 64 * 1024;

    explicit SendHistory(QSettings &settings);      ///< which outlives this

    [[nodiscard]] const std::vector<Draft> &all() const { return m_drafts; }
    void note(const Draft &draft);
    void clear();

private:
    void store();

    QSettings &m_settings;
    std::vector<Draft> m_drafts;
};

/// One line for a menu: "Send bob · ping".
[[nodiscard]] QString titleOf(const Draft &draft);

} // namespace trunkline
