// SPDX-License-Identifier: GPL-3.0-or-later
#include "Users.h"

#include "Correlation.h"
#include "Template.h"

#include <cstring>

namespace trunkline::bench {

void UserSession::start()
{
    m_startedNs = nowNs();
    m_socket.connectTo(m_users.m_options.port, m_users.m_loop, this);
}

void UserSession::ready(uint32_t events)
{
    if (m_ended)
        return;
    if (events & EPOLLOUT) {
        if (!m_asked) {
            m_asked = true;
            const Options &options = m_users.m_options;
            m_socket.write("GET " + withUser(options.wsPath, m_number / options.sessionsPerUser)
                           + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(options.port)
                           + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             "Sec-WebSocket-Key: dHJ1bmtsaW5lIGJlbmNoIQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        }
        m_socket.writable();
    }
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        return;
    const std::string_view bytes = m_socket.read(m_ended);
    if (m_ended) {
        if (!m_upgraded)
            fail("a WebSocket handshake was refused");
        m_users.m_traffic.closed();
        m_socket.abort();
        return;
    }
    feed(bytes);
}

void UserSession::feed(std::string_view bytes)
{
    if (!m_rest.empty()) {
        m_rest += bytes;
        bytes = m_rest;
    }
    size_t used = 0;
    while (used < bytes.size()) {
        const std::string_view open = bytes.substr(used);
        const size_t count = m_upgraded ? takeFrame(open) : takeHead(open);
        if (!count)
            break;
        used += count;
    }
    if (m_rest.empty())
        m_rest = bytes.substr(used);
    else
        m_rest.erase(0, used);
    if (m_rest.empty() && m_rest.capacity() > 4096)
        m_rest.shrink_to_fit();
}

size_t UserSession::takeHead(std::string_view bytes)
{
    const size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return 0;
    if (!bytes.starts_with("HTTP/1.1 101 ")) {
        std::fprintf(stderr, "%.*s\n", int(bytes.size()), bytes.data());
        fail("a WebSocket handshake was not answered with 101");
    }
    m_upgraded = true;
    m_users.m_handshakes.add(nowNs() - m_startedNs);
    ++m_users.m_upgraded;
    m_users.startNext();
    return end + 4;
}

size_t UserSession::takeFrame(std::string_view bytes)
{
    const auto byte = [bytes](size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 2)
        return 0;
    size_t head = 2;
    uint64_t length = byte(1) & 0x7F;
    const size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < head + more)
        return 0;
    if (more) {
        length = 0;
        for (size_t i = 0; i < more; ++i)
            length = length << 8 | byte(head + i);
        head += more;
    }
    if (bytes.size() - head < length) {
        m_rest.reserve(head + length);      // one growth for a large message, not one a read
        return 0;
    }
    frame(byte(0) & 0x0F, byte(0) & 0x80, bytes.substr(head, length));
    return head + length;
}

void UserSession::frame(unsigned char opcode, bool final, std::string_view payload)
{
    if (opcode == 9) {
        m_users.m_traffic.pinged();
        writeFrame(10, payload);
    } else if (opcode <= 1) {
        if (final && opcode == 1) {
            message(payload);
            return;
        }
        m_fragments += payload;
        if (final) {
            message(m_fragments);
            m_fragments.clear();
        }
    }
}

void UserSession::message(std::string_view text)
{
    const auto stamp = m_users.m_traffic.arrived(m_number, text);
    if (!stamp || m_users.m_options.workload != Workload::Send)
        return;
    std::string &reply = m_users.m_reply;
    writeCorrelation(reply.data() + ReplyCorrelationAt, stamp->sequence);
    stamp->writeTo(reply.data() + ReplyTextAt);
    writeFrame(1, reply);
}

// A client's frames are masked (RFC 6455 §5.3).
void UserSession::writeFrame(unsigned char opcode, std::string_view payload)
{
    constexpr char Mask[4] = {0x37, char(0xfa), 0x21, 0x3d};
    std::string frame;
    frame.reserve(payload.size() + 14);
    frame += char(0x80 | opcode);
    const int lengthBytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    frame += char(0x80 | (lengthBytes == 0 ? int(payload.size()) : lengthBytes == 2 ? 126 : 127));
    for (int i = lengthBytes - 1; i >= 0; --i)
        frame += char(payload.size() >> (8 * i));
    frame.append(Mask, 4);
    for (size_t i = 0; i < payload.size(); ++i)
        frame += char(payload[i] ^ Mask[i % 4]);
    m_socket.write(frame);
}

Users::Users(Loop &loop, const Options &options, Traffic &traffic)
    : m_loop(loop), m_options(options), m_traffic(traffic), m_reply(replyJson(options.payload))
{
    m_sessions.reserve(options.connections());
    for (uint32_t i = 0; i < options.connections(); ++i)
        m_sessions.push_back(std::make_unique<UserSession>(*this, i));
}

void Users::startNext()
{
    if (m_started < m_sessions.size())
        m_sessions[m_started++]->start();
}

void Users::connectAll()
{
    for (uint32_t i = 0; i < m_options.connecting; ++i)
        startNext();
    uint64_t progressNs = nowNs();
    for (uint32_t before = 0; m_upgraded < m_sessions.size();) {
        m_loop.turn(100);
        if (m_upgraded != before)
            progressNs = nowNs();
        else if (nowNs() - progressNs > 10'000'000'000)
            fail("ten seconds without a finished WebSocket handshake");
        before = m_upgraded;
    }
}

} // namespace trunkline::bench
