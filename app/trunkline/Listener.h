// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/trunkline/HubLocation.h"
#include "hub/bots/Replies.h"

#include <QByteArrayList>
#include <QObject>
#include <QTimer>
#include <QWebSocket>

#include <optional>

namespace trunkline {

/// A user in the terminal: prints what the hub delivers and answers by hand, by template or with an echo.
/// Ends through finished(), once.
class Listener final : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        QString user;
        QString path;                                   ///< empty: as the hub says, else /ws
        bool echo = false;
        std::optional<replies::Template> replyTemplate;
        bool json = false;                              ///< one line a message
        bool reconnect = false;
        qint64 count = 0;                               ///< end after so many messages; 0: never
    };

    Listener(const HubLocation &hub, Options options, QObject *parent = nullptr);
    ~Listener() override;

    void open();
    void takeTyped(const QByteArray &line);     ///< a reply by hand; waits for the first request when there is none
    void close(int exitCode);                   ///< says goodbye, then finished(exitCode)

Q_SIGNALS:
    void finished(int exitCode);

private:
    void receive(const QString &text);
    void onUnconnected();
    void say(const QString &line) const;        ///< a remark on stderr
    [[nodiscard]] int exitCodeOfEnd(QString &reason) const;

    QUrl m_url;
    HubLocation m_hub;
    Options m_options;
    QWebSocket m_socket;
    QTimer m_retry;
    QByteArray m_lastRequest;
    QByteArrayList m_waiting;                   ///< typed before there was a request
    qint64 m_received = 0;
    std::chrono::milliseconds m_nextDelay;
    bool m_connected = false;                   ///< the current connection came about
    bool m_everConnected = false;
    std::optional<int> m_exitCode;              ///< closing on purpose
};

} // namespace trunkline
