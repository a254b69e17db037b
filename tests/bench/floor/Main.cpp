// SPDX-License-Identifier: GPL-3.0-or-later
// trunkline-floor: what the system calls alone cost. Takes a POST, finds the user id at its fixed place at the start of
// the body, sends the body as one WebSocket frame to that user's connections and answers with a fixed text. It checks
// nothing, knows only what trunkline-bench sends, and is no server for anything else.
//   trunkline-floor --port 0 --ready-file FILE
#include "../load/Loop.h"

#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unordered_map>
#include <vector>

using trunkline::bench::fail;
using trunkline::bench::Handler;
using trunkline::bench::Loop;

namespace {

constexpr std::string_view Answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 52\r\n\r\n"
                                    "{\"status\": \"success\", \"message\": \"Message delivered\"}";
// Always the same key in trunkline-bench, so always the same answer (RFC 6455 §4.2.2); nobody looks at it.
constexpr std::string_view Upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                      "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n";
constexpr std::string_view UserAt = "user_id=";
constexpr size_t UserOffset = std::string_view("{\"user_id\":\"").size();
constexpr size_t UserSize = 11;

class Connection;
std::unordered_map<std::string, std::vector<Connection *>> users;

/// A connection: HTTP until it asks for an upgrade.
class Connection final : public Handler
{
public:
    Connection(Loop &loop, int fd) : m_loop(loop), m_fd(fd) { loop.add(fd, this, EPOLLIN); }
    ~Connection() override
    {
        if (!m_user.empty())
            std::erase(users[m_user], this);
        close(m_fd);
    }

    void ready(uint32_t events) override
    {
        if (events & EPOLLOUT)
            flush();
        if (events & ~uint32_t(EPOLLOUT) && !readSome())
            delete this;
    }

    /// writev without the copy: two pieces in one system call.
    void write(std::string_view head, std::string_view body)
    {
        iovec pieces[2] = {{const_cast<char *>(head.data()), head.size()}, {const_cast<char *>(body.data()), body.size()}};
        msghdr message{};
        message.msg_iov = pieces;
        message.msg_iovlen = body.empty() ? 1 : 2;
        size_t sent = 0;
        if (m_waits.empty())
            sent = size_t(std::max<ssize_t>(sendmsg(m_fd, &message, MSG_NOSIGNAL), 0));
        if (sent == head.size() + body.size())
            return;
        m_waits += std::string(head).append(body).substr(sent);
        m_loop.change(m_fd, this, EPOLLIN | EPOLLOUT);
    }

private:
    bool readSome()
    {
        static char buffer[256 * 1024];
        const ssize_t count = recv(m_fd, buffer, sizeof buffer, 0);
        if (count <= 0)
            return count < 0 && errno == EAGAIN;
        std::string_view bytes(buffer, size_t(count));
        if (!m_user.empty())
            return true;                            // what a WebSocket client says is not needed here
        if (!m_rest.empty())
            bytes = m_rest.append(bytes);
        const size_t used = request(bytes);
        if (used == 0 && m_rest.empty())
            m_rest = bytes;
        else if (used)
            m_rest.clear();
        return true;
    }

    void flush()
    {
        const ssize_t sent = send(m_fd, m_waits.data(), m_waits.size(), MSG_NOSIGNAL);
        m_waits.erase(0, size_t(std::max<ssize_t>(sent, 0)));
        if (m_waits.empty())
            m_loop.change(m_fd, this, EPOLLIN);
    }

    size_t request(std::string_view bytes)
    {
        const size_t head = bytes.find("\r\n\r\n");
        if (head == std::string_view::npos)
            return 0;
        if (bytes[0] == 'G') {
            m_user = bytes.substr(bytes.find(UserAt) + UserAt.size(), UserSize);
            users[m_user].push_back(this);
            write(Upgraded, {});
            return bytes.size();
        }
        const size_t length = std::strtoul(bytes.data() + bytes.find("Content-Length: ") + 16, nullptr, 10);
        const std::string_view body = bytes.substr(head + 4);
        if (body.size() < length)
            return 0;
        deliver(body);
        write(Answer, {});
        return bytes.size();
    }

    static void deliver(std::string_view body)
    {
        const auto found = users.find(std::string(body.substr(UserOffset, UserSize)));    // 11 bytes: no allocation
        if (found == users.end())
            return;
        char head[10] = {char(0x81)};
        size_t headSize = 2;
        if (body.size() < 126) {
            head[1] = char(body.size());
        } else {
            const int bytes = body.size() < 65536 ? 2 : 8;
            head[1] = bytes == 2 ? 126 : 127;
            for (int i = bytes - 1; i >= 0; --i)
                head[headSize++] = char(body.size() >> (8 * i));
        }
        for (Connection *user : found->second)
            user->write({head, headSize}, body);
    }

    Loop &m_loop;
    int m_fd;
    std::string m_user, m_rest, m_waits;
};

class Listener final : public Handler
{
public:
    explicit Listener(Loop &loop) : m_loop(loop), m_fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (m_fd < 0 || bind(m_fd, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 || listen(m_fd, 4096) < 0)
            fail("listen");
        socklen_t size = sizeof address;
        getsockname(m_fd, reinterpret_cast<sockaddr *>(&address), &size);
        m_port = ntohs(address.sin_port);
        loop.add(m_fd, this, EPOLLIN);
    }

    void ready(uint32_t) override
    {
        for (int i = 0; i < 64; ++i) {
            const int fd = accept4(m_fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0)
                return;
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            new Connection(m_loop, fd);             // deletes itself at its end
        }
    }
    [[nodiscard]] uint16_t port() const { return m_port; }

private:
    Loop &m_loop;
    int m_fd;
    uint16_t m_port = 0;
};

} // namespace

int main(int argc, char **argv)
{
    const char *readyFile = nullptr;
    for (int i = 1; i + 1 < argc; i += 2)
        if (std::string_view(argv[i]) == "--ready-file")
            readyFile = argv[i + 1];
    Loop loop;
    Listener listener(loop);
    if (readyFile) {
        const std::string aside = std::string(readyFile) + ".new";
        std::FILE *file = std::fopen(aside.c_str(), "w");
        if (!file)
            fail("the ready file cannot be written");
        std::fprintf(file, "{\"pid\": %d, \"port\": %u}\n", int(getpid()), unsigned(listener.port()));
        std::fclose(file);
        std::rename(aside.c_str(), readyFile);
    }
    while (true)
        loop.turn(-1);
}
