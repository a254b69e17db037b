// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

#include <QNetworkAccessManager>
#include <QSslConfiguration>
#include <QUrl>

namespace trunkline {

/// Where a hub is and how it lets us in.
struct HubAccess
{
    QUrl url{};                         ///< http or https, without a path
    QByteArray token{};                 ///< a bearer token; empty: none
    QByteArray pushPath = "/sse/push";
    QByteArray batchPath = "/sse/push/batch";
    QByteArray sendPath = "/sse/send";
    QByteArray broadcastPath = "/sse/broadcast";
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    bool insecure = false;              ///< take any certificate
};

/// A request to the hub at `path` (with its query), with token, without proxy tricks and redirects.
[[nodiscard]] QNetworkRequest hubRequest(const HubAccess &access, const QString &path);

/// Posts messages to a hub as a service would. The thread that made it.
class HubComposer final
{
public:
    explicit HubComposer(const HubAccess &access);

    /// `answered` comes on this thread, for a send each time the stream has grown; never after the composer died.
    void post(HubControl::Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered);
    /// Asks GET /presence: HubControl::findUsers().
    void findUsers(const QByteArray &prefix, int max, std::function<void(std::optional<FoundUsers>)> found);
    /// What a hub says about its own paths.
    void setPaths(const HubSnapshot &hub);
    [[nodiscard]] QNetworkAccessManager &manager() { return m_manager; }
    [[nodiscard]] const HubAccess &access() const { return m_access; }

private:
    HubAccess m_access;
    QNetworkAccessManager m_manager;
};

/// The correlation id in a message or in the first event of a stream, top level or inside `data`; empty when there is none.
[[nodiscard]] QByteArray correlationIn(const QByteArray &json);

} // namespace trunkline
