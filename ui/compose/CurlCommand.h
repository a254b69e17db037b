// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/Draft.h"

#include <tl/expected.hpp>

namespace trunkline {

/// A curl command as people paste it: from a terminal (bash, zsh, cmd), from a browser's "copy as cURL", from documentation.
struct CurlCommand
{
    QString url{};
    QString method{};           ///< as given, else POST with a body and GET without
    QStringList headers{};
    QByteArray body{};

    /// True when `text` begins like one.
    [[nodiscard]] static bool looksLikeOne(const QString &text);
    /// The error is one sentence for people.
    [[nodiscard]] static tl::expected<CurlCommand, QString> parse(const QString &text);
    /// What the command sends, as a draft; the kind is told by the path, and by the body when the path says nothing.
    [[nodiscard]] Draft draft(const HubSnapshot &hub) const;
};

/// Cuts a command line into words: '…', "…" with \, $'…', \ before a line break; as cmd.exe
/// does when a line ends with ^. The error is one sentence.
[[nodiscard]] tl::expected<QStringList, QString> shellWords(const QString &line);

} // namespace trunkline
