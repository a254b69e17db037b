// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/Arguments.h"
#include "hub/core/Result.h"

#include <QNetworkRequest>
#include <QSslConfiguration>
#include <QUrl>

namespace trunkline {

/// The hub that a client command speaks to.
struct HubLocation
{
    QUrl url;                           ///< http or https, without a slash at its end
    QUrl webSocketUrl;
    QByteArray token;                   ///< sent as a bearer token; empty: none
    bool insecure = false;              ///< take any certificate
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();

    [[nodiscard]] QNetworkRequest request(const QUrl &target) const;
    [[nodiscard]] QString text() const { return url.toString(); }
    /// One line for people when nobody answers there.
    [[nodiscard]] QString unreachable(const QString &why) const;
};

/// --hub, --token, --ca and --insecure, for every client command.
[[nodiscard]] QList<Option> hubOptions();
/// --hub, else TRUNKLINE_HUB, else the newest live ready file, else http://127.0.0.1:8080. The token of a ready file is used
/// when the hub is the one that wrote it. InvalidSetting for a URL or a certificate that cannot be used.
[[nodiscard]] Result<HubLocation> findHub(const Arguments &arguments);

} // namespace trunkline
