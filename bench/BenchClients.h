// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/EventStreamReader.h"
#include "hub/core/Ids.h"
#include "hub/view/HubComposer.h"

#include <QElapsedTimer>
#include <QWebSocket>

#include <atomic>
#include <functional>
#include <memory>

/// The clients of scenarios and replays: real connections that note what came and when. One thread with an event loop.
namespace trunkline {

/// Where a hub is, for those who connect to it as anybody would.
struct BenchHub
{
    HubAccess access{};
    QUrl webSocketUrl{};
};

/// Something that came, and when on the bench's clock.
struct Arrival
{
    std::chrono::microseconds at{};
    QByteArray text{};
};

/// Runs `changed` of its owner whenever anything happened. All clients of one bench share it.
class BenchWatch final
{
public:
    BenchWatch() { m_time.start(); }
    [[nodiscard]] std::chrono::microseconds now() const { return std::chrono::microseconds(m_time.nsecsElapsed() / 1000); }
    void poke() const
    {
        if (onChange)
            onChange();
    }
    /// Runs the event loop until `done` or until `limit` has passed; returns what `done` says then.
    bool waitFor(const std::function<bool()> &done, std::chrono::milliseconds limit);

    /// From any thread: every waitFor() gives up at once, within 50 ms.
    void cancelWith(std::shared_ptr<const std::atomic<bool>> flag) { m_cancelled = std::move(flag); }
    [[nodiscard]] bool isCancelled() const { return m_cancelled && *m_cancelled; }

    std::function<void()> onChange;

private:
    std::shared_ptr<const std::atomic<bool>> m_cancelled;
    QElapsedTimer m_time;
};

/// A user who listens, and says what it is told to.
class ListeningClient final
{
public:
    ListeningClient(const BenchHub &hub, const UserId &user, BenchWatch &watch);
    ~ListeningClient();

    void open();
    void close();
    void say(const QByteArray &text);
    [[nodiscard]] const UserId &user() const { return m_user; }
    [[nodiscard]] bool isConnected() const { return m_connected; }
    [[nodiscard]] bool isGone() const { return m_gone; }        ///< refused, or closed by the hub
    /// Let in and closed with 1008 before anything came: the name is taken (DUPLICATE_POLICY=reject), or not ours.
    [[nodiscard]] bool wasTurnedAway() const { return m_turnedAway && m_received.empty(); }
    [[nodiscard]] const QString &goodbye() const { return m_goodbye; }
    [[nodiscard]] const std::vector<Arrival> &received() const { return m_received; }

private:
    const BenchHub &m_hub;
    const UserId m_user;
    BenchWatch &m_watch;
    std::unique_ptr<QWebSocket> m_socket;
    std::vector<Arrival> m_received;
    bool m_connected = false;
    bool m_gone = false;
    bool m_turnedAway = false;
    QString m_goodbye;
};

/// One POST and what came back: an answer, or a stream of events.
class PostedMessage final
{
public:
    /// On a connection of its own, or on those of `shared`, which must outlive it.
    PostedMessage(const BenchHub &hub, const QByteArray &path, const QByteArray &body, BenchWatch &watch, QNetworkAccessManager *shared = nullptr);
    ~PostedMessage();

    [[nodiscard]] std::chrono::microseconds sentAt() const { return m_sentAt; }
    [[nodiscard]] bool isEnded() const { return m_ended; }
    [[nodiscard]] std::chrono::microseconds endedAt() const { return m_endedAt; }
    [[nodiscard]] int status() const { return m_status; }               ///< 0: the hub was not reached
    [[nodiscard]] const QString &problem() const { return m_problem; }  ///< why not
    [[nodiscard]] const QByteArray &answer() const { return m_answer; } ///< when it was no stream
    [[nodiscard]] const std::vector<Arrival> &events() const { return m_events; }
    /// Hangs up.
    void abort();

private:
    void read();

    BenchWatch &m_watch;
    std::unique_ptr<QNetworkAccessManager> m_own;
    QNetworkReply *m_reply = nullptr;
    EventStreamReader m_reader;
    std::chrono::microseconds m_sentAt{};
    std::chrono::microseconds m_endedAt{};
    std::vector<Arrival> m_events;
    QByteArray m_answer;
    QString m_problem;
    int m_status = 0;
    bool m_ended = false;
};

} // namespace trunkline
