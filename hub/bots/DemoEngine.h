// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotClient.h"
#include "hub/bots/LoadUser.h"

#include <QNetworkAccessManager>
#include <QTimer>

#include <vector>

namespace trunkline {

/// The demo: demo_bot, who streams twelve tokens for a request, and on wish a load of users with a burst of messages. All of
/// it over real connections, as strangers would. Lives on one thread with an event loop.
class DemoEngine final : public QObject
{
    Q_OBJECT

public:
    explicit DemoEngine(const LoadPlace &place, QObject *parent = nullptr);
    ~DemoEngine() override;

    /// Connects demo_bot unless there is one, and sends it a request. With `load` > 0 also adds users up to that number and
    /// sends the burst when they are there. Again: another request, another burst.
    void start(int load);
    /// Removes all of it.
    void stop();

    [[nodiscard]] int connectedUsers() const { return m_connected; }
    /// Why a load has fewer users than it was to have, one sentence; empty when it has them all.
    [[nodiscard]] QString shortage() const;
    /// Tokens of the demo's own requests that came back.
    [[nodiscard]] int tokensReturned() const { return m_tokens; }

Q_SIGNALS:
    /// demo_bot listens; the request is next.
    void botReady();
    /// demo_bot was refused or has gone.
    void botLost(const QString &why);
    /// The data of one event of the demo's request.
    void eventReceived(const QByteArray &json);
    /// The request's stream has ended; `problem` is empty when all tokens came.
    void requestEnded(const QString &problem);
    /// The users of a load are there, as many as could be.
    void loadConnected(int users);
    void burstEnded();

private:
    void connectBot();
    void sendRequest();
    void readEvents(QNetworkReply *reply, QByteArray &buffer);
    void addUsers();
    void userSettled(bool connected);
    void giveUpWaiting();
    void startBurst();
    void sendBatch();
    [[nodiscard]] QNetworkReply *post(const QByteArray &path, const QByteArray &body);

    const LoadPlace m_place;
    QNetworkAccessManager m_manager;
    BotClient *m_bot = nullptr;
    std::vector<LoadUser *> m_users;
    QTimer m_stall;             ///< runs while handshakes are under way
    int m_wanted = 0;
    int m_opening = 0;
    int m_connected = 0;
    int m_failed = 0;
    int m_tokens = 0;
    int m_nextBatch = 0;
    int m_batchesUnderWay = 0;
    bool m_burstDue = false;
    bool m_full = false;        ///< the system has no descriptors for more
};

} // namespace trunkline
