// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubComposer.h"
#include "hub/view/HubMailbox.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

QT_BEGIN_NAMESPACE
class QJsonObject;
class QNetworkReply;
QT_END_NAMESPACE

namespace trunkline {

/// Listens to the admin API of a hub elsewhere and fills a mailbox; reads JSON off the window's thread. Connects again and
/// again, and starts anew when another hub answers. One thread with an event loop.
class RemoteFeed final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds kFirstRetry{250};
    static constexpr std::chrono::milliseconds kLastRetry{5000};
    static constexpr std::chrono::milliseconds kPace{50};           ///< between two questions for the same thing
    /// A snapshot is asked for at most in one part of so many of the time that it takes.
    static constexpr int kSnapshotShare = 20;
    static constexpr quint64 kPage = 2'000;                         ///< journal entries at once
    static constexpr quint64 kFarBehind = 20'000;                   ///< then the middle is left out, and counted

    RemoteFeed(const HubAccess &access, std::shared_ptr<HubMailbox> mailbox, Legs legs = Legs::AsIs);

    void start();
    void retry();       ///< at once, when it is waiting for its next try

private:
    /// One of the things that are asked for: at most one question under way.
    struct Question
    {
        quint64 have = 0;
        quint64 there = 0;
        bool underWay = false;
        QElapsedTimer asked;
        std::chrono::milliseconds pause = kPace;
    };
    using Taker = void (RemoteFeed::*)(const QByteArray &json, std::chrono::nanoseconds took);

    void listen();
    void readEvents();
    void takeEvent(const QByteArray &json);
    void takeInstance(const QJsonObject &event);
    void lost();

    void askWhatIsNew();
    [[nodiscard]] bool isDue(const Question &question);
    void ask(Question &question, const QString &path, Taker taker);
    void takeSnapshot(const QByteArray &json, std::chrono::nanoseconds took);
    void takeJournal(const QByteArray &json, std::chrono::nanoseconds took);
    void takeExchanges(const QByteArray &json, std::chrono::nanoseconds took);
    void complain(const QString &detail);

    const HubAccess m_access;
    const Legs m_legs;
    const std::shared_ptr<HubMailbox> m_mailbox;
    QNetworkAccessManager m_manager;
    QPointer<QNetworkReply> m_events;
    QByteArray m_buffer;
    QTimer m_retry;
    QTimer m_pump;
    QTimer m_silence;
    std::chrono::milliseconds m_nextRetry = kFirstRetry;
    QByteArray m_instance;
    quint64 m_cleared = 0;
    quint64 m_epoch = 0;            ///< grows when numbers begin anew: answers from before are thrown away
    Question m_snapshot;
    Question m_journal;
    Question m_exchanges;
    bool m_live = false;
};

} // namespace trunkline
