// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace trunkline {

/// The text of a .env file with one setting changed; all other lines stay as they are, comments and order included. The entry
/// that counts is replaced (TRUNKLINE_NAME beats NAME, the later beats the earlier), or a line is added at the end. An empty
/// `value` removes every entry of the setting. Values are quoted where they must be.
[[nodiscard]] QByteArray withSetting(const QByteArray &text, const QString &name, const QString &value);

} // namespace trunkline
