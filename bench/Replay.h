// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/BenchClients.h"
#include "bench/Comparison.h"
#include "hub/capture/Capture.h"

#include <map>
#include <set>

namespace trunkline {

struct ReplayOptions
{
    enum class Legs { Both, Upstream, Client };
    Legs legs = Legs::Both;
    bool lockstep = false;              ///< each message waits until those before it have come
    double speed = 1.0;                 ///< of the recording; 0: as fast as it goes. Not with lockstep
    std::map<UserId, UserId> users{};   ///< recorded name and name to use
    QByteArrayList ignore{};            ///< paths that are not compared
    std::chrono::milliseconds patience{5'000};      ///< for a message that should come
};

struct ReplayResult
{
    QString problem{};                  ///< it could not be played: one sentence
    bool hubLost = false;
    std::vector<ReplayDifference> differences{};
    int posted = 0;
    int said = 0;                       ///< by clients
    int delivered = 0;                  ///< to clients
    int events = 0;                     ///< to upstreams
    std::chrono::microseconds took{};
};

/// Plays a capture against a hub and compares what comes with what was recorded. Correlation ids that the hub makes are
/// rewritten on the way; ids that a sender gave stay. Blocks its thread, whose event loop runs meanwhile.
class Replay final
{
public:
    Replay(const Capture &capture, const BenchHub &hub, const ReplayOptions &options);
    ~Replay();

    [[nodiscard]] ReplayResult run();
    /// Any thread, through the flag: it ends soon.
    void cancelWith(std::shared_ptr<const std::atomic<bool>> flag) { m_watch.cancelWith(std::move(flag)); }

private:
    struct Session;
    struct Exchange;
    [[nodiscard]] bool playsUpstream() const { return m_options.legs != ReplayOptions::Legs::Client; }
    [[nodiscard]] bool playsClients() const { return m_options.legs != ReplayOptions::Legs::Upstream; }
    void readCapture();
    void play(const JournalEntry &entry);
    void connectClient(const JournalEntry &entry);
    void noteTurnedAway();
    void post(const JournalEntry &entry);
    void expectDelivery(const JournalEntry &entry);
    void say(const JournalEntry &entry);
    void expectEvent(const JournalEntry &entry);
    void mapArrivals(Session &session);
    void settle();
    void compare();
    [[nodiscard]] UserId mapped(const UserId &user) const;
    [[nodiscard]] QByteArray withMappedUsers(const QByteArray &text) const;
    [[nodiscard]] QByteArray normalized(const QByteArray &text) const;

    const Capture &m_capture;
    const BenchHub &m_hub;
    const ReplayOptions m_options;
    BenchWatch m_watch;
    QNetworkAccessManager m_pushes;                     ///< one connection: pushes keep their order
    ReplayResult m_result;
    std::map<quint64, std::unique_ptr<Session>> m_sessions;
    std::map<QByteArray, std::unique_ptr<Exchange>> m_exchanges;   ///< by recorded id and its turn
    std::map<QByteArray, int> m_turns;                  ///< how often an id has been asked with so far
    std::set<QByteArray> m_givenIds;                    ///< that senders chose: they stay
    std::map<QByteArray, QByteArray> m_ids;             ///< recorded id and the token of today's
};

} // namespace trunkline
