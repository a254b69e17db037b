// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Listener.h"

#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/MessagePost.h"
#include "app/trunkline/Platform.h"
#include "hub/core/JsonText.h"

#include <QNetworkProxy>
#include <QRegularExpression>

#include <algorithm>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds firstDelay{250};
constexpr milliseconds longestDelay{5000};
constexpr int closeReplaced = 4001;

/// The HTTP status a handshake was refused with; 0 when it was something else.
int refusedStatus(const QString &errorText)
{
    static const QRegularExpression form(QStringLiteral("status code: ?([0-9]{3})"));
    return form.match(errorText).captured(1).toInt();
}

} // namespace

Listener::Listener(const HubLocation &hub, Options options, QObject *parent)
    : QObject(parent), m_url(hub.webSocketUrl), m_hub(hub), m_options(std::move(options)), m_nextDelay(firstDelay)
{
    if (!m_options.path.isEmpty())
        m_url.setPath(m_options.path);
    // Percent-encoded by hand: QUrlQuery would leave a + alone, which means a space there.
    m_url.setQuery(QStringLiteral("user_id=") + QString::fromLatin1(QUrl::toPercentEncoding(m_options.user)));
    m_socket.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Listener::open);
    connect(&m_socket, &QWebSocket::textMessageReceived, this, &Listener::receive);
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        m_connected = true;
        m_everConnected = true;
        m_nextDelay = firstDelay;
        say(QStringLiteral("Connected to %1 as %2").arg(m_hub.text(), m_options.user));
    });
    // Queued: the socket is still in the middle of its own work, and a new open() from there would confuse it.
    connect(&m_socket, &QWebSocket::stateChanged, this, [this](QAbstractSocket::SocketState state) {
        if (state == QAbstractSocket::UnconnectedState)
            onUnconnected();
    }, Qt::QueuedConnection);
}

Listener::~Listener()
{
    m_socket.disconnect(this);
    m_socket.abort();
}

void Listener::open()
{
    m_connected = false;
    if (m_hub.insecure)
        m_socket.ignoreSslErrors();
    m_socket.setSslConfiguration(m_hub.tls);
    m_socket.open(m_hub.request(m_url));
}

void Listener::receive(const QString &text)
{
    const QByteArray message = text.toUtf8();
    if (!post::show(message, m_options.json))
        return close(ExitCheckFailed);      // nobody reads any more
    if (jsontext::valueAt(message, "correlation_id")) {
        m_lastRequest = message;
        if (m_options.replyTemplate)
            m_socket.sendTextMessage(QString::fromUtf8(m_options.replyTemplate->reply(message)));
        else if (m_options.echo)
            m_socket.sendTextMessage(QString::fromUtf8(replies::echo(message)));
        if (!m_waiting.isEmpty())
            takeTyped(m_waiting.takeFirst());
    }
    if (++m_received == m_options.count)
        close(ExitFine);
}

void Listener::takeTyped(const QByteArray &line)
{
    if (line.trimmed().isEmpty())
        return;
    const auto reply = replies::typed(line, m_lastRequest);
    if (reply && m_connected) {
        m_socket.sendTextMessage(QString::fromUtf8(*reply));
        return;
    }
    if (reply || (m_lastRequest.isEmpty() && !line.trimmed().startsWith('{'))) {
        m_waiting << line;
        say(QStringLiteral("Nothing to answer yet: the next request gets it"));
    } else {
        say(reply.error().detail);
    }
}

void Listener::close(int exitCode)
{
    if (m_exitCode)
        return;
    m_exitCode = exitCode;
    m_retry.stop();
    if (m_socket.state() != QAbstractSocket::ConnectedState) {
        m_socket.abort();
        Q_EMIT finished(exitCode);
        return;
    }
    m_socket.close();
    // A hub that does not answer the close frame shall not hold us up.
    QTimer::singleShot(milliseconds(1000), this, [this] { m_socket.abort(); });
}

int Listener::exitCodeOfEnd(QString &reason) const
{
    const int status = m_connected ? 0 : refusedStatus(m_socket.errorString());
    if (status != 0) {
        reason = QStringLiteral("the hub refused the connection with HTTP %1").arg(status);
        return status == 400 ? ExitUsage : status >= 500 ? ExitHubLost : ExitCheckFailed;
    }
    if (!m_connected) {
        reason = m_hub.unreachable(m_socket.errorString());
        return ExitHubLost;
    }
    const int code = m_socket.closeCode();
    if (code == QWebSocketProtocol::CloseCodeNormal) {      // what QWebSocket says when there was no close frame
        reason = QStringLiteral("the hub at %1 went away").arg(m_hub.text());
        return ExitHubLost;
    }
    const QString why = m_socket.closeReason();
    reason = QStringLiteral("the hub closed the connection (%1%2)").arg(code).arg(why.isEmpty() ? QString() : u' ' + why);
    return code == QWebSocketProtocol::CloseCodePolicyViolated || code == closeReplaced ? ExitCheckFailed : ExitHubLost;
}

void Listener::onUnconnected()
{
    if (m_retry.isActive() || m_socket.state() != QAbstractSocket::UnconnectedState)
        return;
    if (m_exitCode) {
        Q_EMIT finished(*m_exitCode);
        return;
    }
    QString reason;
    const int code = exitCodeOfEnd(reason);
    // What the hub decided stays decided; only that a session of ours from before the loss lingers there passes by itself.
    const bool passes = code == ExitHubLost
                     || (m_everConnected && m_socket.closeCode() == QWebSocketProtocol::CloseCodePolicyViolated);
    if (!m_options.reconnect || !passes) {
        printError(reason);
        m_exitCode = code;
        Q_EMIT finished(code);
        return;
    }
    say(QStringLiteral("%1; trying again in %2 ms").arg(reason).arg(m_nextDelay.count()));
    m_retry.start(m_nextDelay);
    m_nextDelay = std::min(m_nextDelay * 2, longestDelay);
}

void Listener::say(const QString &line) const
{
    printError(platform::isTerminal(stderr) ? line : QStringLiteral("trunkline: ") + line);
}

} // namespace trunkline
