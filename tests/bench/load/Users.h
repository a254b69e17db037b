// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Socket.h"
#include "Traffic.h"

#include <memory>

namespace trunkline::bench {

class Users;

/// One WebSocket client (RFC 6455): takes messages, answers pings, and replies where the workload asks for it.
class UserSession final : public Handler
{
public:
    UserSession(Users &users, uint32_t number) : m_users(users), m_number(number) {}
    void start();
    void ready(uint32_t events) override;

private:
    void feed(std::string_view bytes);
    [[nodiscard]] size_t takeHead(std::string_view bytes);
    [[nodiscard]] size_t takeFrame(std::string_view bytes);
    void frame(unsigned char opcode, bool final, std::string_view payload);
    void message(std::string_view text);
    void writeFrame(unsigned char opcode, std::string_view payload);

    Users &m_users;
    Socket m_socket;
    std::string m_rest;             // bytes of a frame that is not complete
    std::string m_fragments;        // of a message in several frames
    uint64_t m_startedNs = 0;
    uint32_t m_number;
    bool m_asked = false, m_upgraded = false, m_ended = false;
};

/// All WebSocket clients of a run. Lives on one thread.
class Users
{
public:
    Users(Loop &loop, const Options &options, Traffic &traffic);

    /// Connects everyone, at most Options::connecting handshakes at once. Ends the program when ten seconds pass
    /// without progress.
    void connectAll();
    [[nodiscard]] Samples &handshakes() { return m_handshakes; }

private:
    friend class UserSession;
    void startNext();

    Loop &m_loop;
    const Options &m_options;
    Traffic &m_traffic;
    std::vector<std::unique_ptr<UserSession>> m_sessions;
    Samples m_handshakes;
    std::string m_reply;            // JSON of a final reply, patched for each
    uint32_t m_started = 0, m_upgraded = 0;
};

} // namespace trunkline::bench
