// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/BotRunner.h"

#include "hub/core/HandOver.h"
#include "hub/net/EpollDispatcher.h"

#include <QTimer>

namespace trunkline {

BotRunner::BotRunner(const BotPlace &place, const BotFile &file, bool epoll) : m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("bots"));
    if (auto dispatcher = makeEventDispatcher(epoll))
        m_thread.setEventDispatcher(dispatcher.release());
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
    callLater(m_worker, [this, place, file] {
        quint64 seed = file.seed;
        for (const auto &[user, rules] : file.bots) {
            auto *bot = new BotClient(place, user, rules, ++seed, m_worker);
            connect(bot, &BotClient::ready, bot, [this, name = user] { callLater(this, [this, name] { Q_EMIT ready(name); }); });
            connect(bot, &BotClient::lost, bot, [this, name = user](const QString &why) {
                callLater(this, [this, name, why] { Q_EMIT lost(name, why); });
            });
            connect(bot, &BotClient::lost, bot, [bot] { QTimer::singleShot(1000, bot, [bot] { bot->open(); }); });
            bot->open();
        }
    });
}

BotRunner::~BotRunner()
{
    m_thread.quit();
    m_thread.wait();
}

} // namespace trunkline
