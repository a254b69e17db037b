// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotRules.h"

#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

QT_BEGIN_NAMESPACE
class QWebSocket;
QT_END_NAMESPACE

namespace trunkline {

/// Where a bot connects, and as whom.
struct BotPlace
{
    QUrl webSocketUrl{};        ///< with its path, without a query
    QByteArray token{};         ///< a bearer token; empty: none
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    bool insecure = false;      ///< take any certificate
};

/// A user of the hub who answers by rule: one real WebSocket. One thread with an event loop.
class BotClient final : public QObject
{
    Q_OBJECT

public:
    BotClient(const BotPlace &place, const UserId &user, BotRules rules, quint64 seed, QObject *parent = nullptr);
    ~BotClient() override;

    void open();
    /// Says goodbye; lost() does not follow.
    void close();
    [[nodiscard]] const UserId &user() const { return m_user; }
    [[nodiscard]] bool isReady() const { return m_ready; }

Q_SIGNALS:
    void ready();
    /// Refused, or gone.
    void lost(const QString &why);
    void received(const QByteArray &message);
    void said(const QByteArray &message);

private:
    void answer(const QByteArray &message);
    void carryOut(const std::shared_ptr<const std::vector<BotAction>> &actions, std::size_t index);

    const BotPlace m_place;
    const UserId m_user;
    const BotRules m_rules;
    SeededRandom m_random;
    QWebSocket *m_socket = nullptr;
    bool m_ready = false;
};

} // namespace trunkline
