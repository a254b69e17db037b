// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/HubLocation.h"

#include "app/trunkline/ReadyFile.h"

#include <QFile>
#include <QHostAddress>
#include <QSslCertificate>

namespace trunkline {

namespace {

bool isThisComputer(const QString &host)
{
    return host == u"localhost" || QHostAddress(host).isLoopback();
}

bool isSameHub(const QUrl &url, const QUrl &other)
{
    return url.scheme() == other.scheme() && url.port() == other.port() && isThisComputer(url.host()) && isThisComputer(other.host());
}

/// A URL as people write it: with or without scheme, ws for http, a slash at the end.
Result<QUrl> readUrl(const QString &text, const QString &from)
{
    QUrl url(text.contains(QLatin1StringView("://")) ? text : QStringLiteral("http://") + text, QUrl::StrictMode);
    if (url.scheme() == u"ws" || url.scheme() == u"wss")
        url.setScheme(url.scheme() == u"ws" ? QStringLiteral("http") : QStringLiteral("https"));
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"http" && url.scheme() != u"https")) {
        return failure(ErrorCode::InvalidSetting,
                       QStringLiteral("%1: \"%2\" is not allowed; allowed: a URL such as http://127.0.0.1:8080").arg(from, text));
    }
    if (url.port() < 0)
        url.setPort(url.scheme() == u"https" ? 443 : 80);
    url.setQuery(QString());
    url.setFragment(QString());
    return url.adjusted(QUrl::StripTrailingSlash | QUrl::RemoveUserInfo);
}

HubLocation locationOf(const QUrl &url)
{
    HubLocation hub;
    hub.url = url;
    hub.webSocketUrl = url;
    hub.webSocketUrl.setScheme(url.scheme() == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    hub.webSocketUrl.setPath((url.path() == u"/" ? QString() : url.path()) + QStringLiteral("/ws"));
    for (const ReadyInfo &info : ReadyFile::live()) {
        if (!isSameHub(info.url, url))
            continue;
        hub.webSocketUrl = info.webSocketUrl;
        hub.token = info.token;
        break;
    }
    return hub;
}

Result<HubLocation> locate(const Arguments &arguments)
{
    const QString environment = qEnvironmentVariable("TRUNKLINE_HUB");
    if (arguments.has(QStringLiteral("hub")) || !environment.isEmpty()) {
        const bool flag = arguments.has(QStringLiteral("hub"));
        return readUrl(flag ? arguments.value(QStringLiteral("hub")) : environment,
                       flag ? QStringLiteral("--hub") : QStringLiteral("TRUNKLINE_HUB")).map(locationOf);
    }
    const QList<ReadyInfo> live = ReadyFile::live();
    return locationOf(live.isEmpty() ? QUrl(QStringLiteral("http://127.0.0.1:8080"))
                                     : live.first().url.adjusted(QUrl::StripTrailingSlash));
}

} // namespace

QNetworkRequest HubLocation::request(const QUrl &target) const
{
    QNetworkRequest request(target);
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    request.setSslConfiguration(tls);
    return request;
}

QString HubLocation::unreachable(const QString &why) const
{
    return QStringLiteral("cannot reach the hub at %1: %2; is one running? %3 serve starts one")
        .arg(text(), why, qEnvironmentVariable("TRUNKLINE_COMMAND", QStringLiteral("trunkline")));
}

QList<Option> hubOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("hub"), Takes::Value, QStringLiteral("URL"),
             QStringLiteral("The hub; else TRUNKLINE_HUB, else the newest one running, else http://127.0.0.1:8080")},
            {QStringLiteral("token"), Takes::Value, QStringLiteral("TOKEN"), QStringLiteral("One of the hub's AUTH_TOKENS; else TRUNKLINE_TOKEN")},
            {QStringLiteral("ca"), Takes::Value, QStringLiteral("FILE"), QStringLiteral("PEM file with the certificate to trust")},
            {QStringLiteral("insecure"), Takes::Nothing, {}, QStringLiteral("Take any certificate")}};
}

Result<HubLocation> findHub(const Arguments &arguments)
{
    auto hub = locate(arguments);
    if (!hub)
        return hub;
    const QString token = arguments.value(QStringLiteral("token"), qEnvironmentVariable("TRUNKLINE_TOKEN"));
    if (!token.isEmpty())
        hub->token = token.toUtf8();
    if (hub->token.contains('\n') || hub->token.contains('\r'))
        return failure(ErrorCode::InvalidSetting, QStringLiteral("--token: a token has no line breaks"));
    hub->insecure = arguments.has(QStringLiteral("insecure"));
    if (hub->insecure)
        hub->tls.setPeerVerifyMode(QSslSocket::VerifyNone);
    if (arguments.has(QStringLiteral("ca"))) {
        const auto certificates = QSslCertificate::fromPath(arguments.value(QStringLiteral("ca")));
        if (certificates.isEmpty())
            return failure(ErrorCode::InvalidSetting, QStringLiteral("--ca: no certificate in ") + arguments.value(QStringLiteral("ca")));
        hub->tls.addCaCertificates(certificates);
    }
    return hub;
}

} // namespace trunkline
