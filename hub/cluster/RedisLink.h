// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/cluster/RedisReply.h"
#include "hub/core/Clock.h"
#include "hub/core/RedisUrl.h"
#include "hub/net/TurnWriter.h"

#include <QObject>
#include <QTcpSocket>

#include <deque>
#include <functional>
#include <memory>
#include <optional>

struct redisReader;

namespace trunkline {

/// One connection to Redis: commands go out pipelined, one system call a turn of the event loop, and answers come back in
/// their order. hiredis frames and reads RESP 2. Lives on the hub's thread.
class RedisLink final : public QObject
{
    Q_OBJECT

public:
    using Callback = std::function<void(const RedisReply &)>;
    /// Answers that nobody asked for: `message`, `subscribe`, `unsubscribe`, `pong` of a connection that subscribes.
    using Listener = std::function<void(QByteArrayView kind, const RedisReply &)>;

    /// `certificates`: PEM file with those that rediss:// is checked against; empty: the system's.
    RedisLink(const RedisUrl &url, const QString &certificates, const QByteArray &clientName, const Clock &clock, TurnWriter &turn);
    ~RedisLink() override;

    /// From now on the connection subscribes: every answer that is one of a listener's goes there.
    void setListener(Listener listener) { m_listener = std::move(listener); }
    /// Connects, says who we are and calls opened(), or lost(). Only when it is not open.
    void open();
    /// Ends it without a word. Callbacks of commands without an answer are dropped.
    void close();
    /// The same once what was written has gone out.
    void closeGently();
    [[nodiscard]] bool isReady() const { return m_ready; }
    /// Sends a command; `callback` gets its answer, unless the connection is lost before.
    void command(std::initializer_list<QByteArrayView> words, Callback callback = {});
    void command(const std::vector<QByteArrayView> &words, Callback callback = {});
    /// Sends a command whose answer nobody wants: Redis sends none, and this hub is not woken up for it.
    void notify(std::initializer_list<QByteArrayView> words);
    /// The same for commands whose answers go to the listener: SUBSCRIBE and its like.
    void subscribe(const std::vector<QByteArrayView> &words);
    /// Hands what was written to the kernel at once.
    void flush();
    /// How long a command waits for an answer while nothing comes at all; 0 while there is none.
    [[nodiscard]] Clock::Duration waiting() const;

Q_SIGNALS:
    void opened();
    /// The connection is gone, or was refused. Nothing follows until open().
    void lost(const QString &reason);

private:
    struct ReaderDeleter
    {
        void operator()(redisReader *reader) const;
    };
    struct Pending
    {
        Callback callback;
        Clock::Instant sent;
    };
    void onConnected();
    void introduce();
    void read();
    void take(const RedisReply &reply);
    void write(const QByteArrayView *words, std::size_t count);
    void fail(const QString &reason);
    [[nodiscard]] QTcpSocket *letGo();

    const RedisUrl m_url;
    const QString m_certificates;
    const QByteArray m_clientName;
    const Clock &m_clock;
    TurnWriter &m_turn;
    std::unique_ptr<QTcpSocket> m_socket;
    std::optional<SocketWriter> m_out;
    std::unique_ptr<redisReader, ReaderDeleter> m_reader;
    std::deque<Pending> m_pending;
    Listener m_listener;
    QByteArray m_scratch;
    bool m_ready = false;
    bool m_maySkip = false;             ///< Redis can be told to answer nothing
    Clock::Instant m_opening{};         ///< when open() was called
    Clock::Instant m_heard{};           ///< when something came last
};

} // namespace trunkline
