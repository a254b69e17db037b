// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/BotClient.h"

#include <QThread>

namespace trunkline {

/// The bots of a file on a thread of their own, so that they take nothing from the hub's. One that was refused or lost
/// tries again every second. The thread that made it; only the destructor waits.
class BotRunner final : public QObject
{
    Q_OBJECT

public:
    BotRunner(const BotPlace &place, const BotFile &file, bool epoll = true);
    ~BotRunner() override;

Q_SIGNALS:
    void ready(const QByteArray &user);
    void lost(const QByteArray &user, const QString &why);

private:
    QThread m_thread;
    QObject *m_worker;      ///< parent of the clients; deleted by its thread when that ends
};

} // namespace trunkline
