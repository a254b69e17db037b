// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/Arguments.h"
#include "app/trunkline/HubLocation.h"
#include "hub/core/Result.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <optional>

/// What `push` and `send` share: the message on the command line and its way to the hub.
namespace trunkline::post {

/// --user, --message, --data …, --json and those of hubOptions().
[[nodiscard]] QList<Option> messageOptions();

/// The request body. --data is put in as it was written, byte for byte. InvalidSetting with one line for people.
[[nodiscard]] Result<QByteArray> body(const Arguments &arguments);

/// Posts `body` to the hub's `path`. The reply's parent is `manager`.
[[nodiscard]] QNetworkReply *start(QNetworkAccessManager &manager, const HubLocation &hub, const QString &path, const QByteArray &body);

/// Whether the hub refused: explains it on stderr and gives the exit code. Nothing when it answered 200.
[[nodiscard]] std::optional<int> refusal(QNetworkReply &reply, const HubLocation &hub, const QByteArray &answer);

/// Writes one message to stdout: indented and colored for people, one line as it came for programs or with --json.
bool show(const QByteArray &json, bool raw);

} // namespace trunkline::post
