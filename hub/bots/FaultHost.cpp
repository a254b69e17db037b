// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/FaultHost.h"

#include "hub/core/Message.h"
#include "hub/core/WsFrame.h"

#include <QtEndian>

#include <deque>
#include <utility>

namespace trunkline {

namespace {

constexpr Clock::Duration kLongestReorder = std::chrono::seconds(1);    ///< then it goes without one that overtook it
constexpr Clock::Duration kForever = std::chrono::hours(24 * 365);
constexpr Clock::Duration kBetweenHalves = std::chrono::milliseconds(20);

/// Where a text is cut: inside of a character where it has one of several bytes, else in its middle.
qsizetype cutInsideCharacter(QByteArrayView text)
{
    for (qsizetype i = 1; i < text.size(); ++i) {
        if ((uchar(text[i]) & 0xc0) == 0x80)
            return i;
    }
    return text.size() / 2;
}

/// One frame of a message in several (RFC 6455 §5.4), unmasked.
QByteArray fragment(QByteArrayView payload, bool first, bool last)
{
    char header[kMaxWsHeaderBytes];
    const qsizetype size = writeWsTextHeader(header, payload.size());
    header[0] = char((last ? 0x80 : 0) | (first ? 0x1 : 0x0));
    return QByteArray(header, size).append(payload);
}

QByteArray correlationOf(QByteArrayView payload)
{
    const auto tree = JsonTree::parse(payload.toByteArray());
    const JsonTree::Node *id = tree ? valueAtDataPath(tree->root(), "data.correlation_id") : nullptr;
    return id ? id->text() : QByteArray();
}

} // namespace

/// Messages of one direction that wait, in order.
class FaultHost::Lane final : public WheelTimer
{
public:
    using Pass = std::function<void()>;
    explicit Lane(TimerWheel &wheel) : m_wheel(wheel) { }

    /// Passes it on after `by`, and not before those that wait already.
    void push(Pass pass, Clock::Duration by)
    {
        if (by.count() == 0 && m_waiting.empty() && !m_overtaken)
            return pass();
        const Clock::Instant due = std::max(m_wheel.now() + by, m_waiting.empty() ? Clock::Instant{} : m_waiting.back().due);
        m_waiting.push_back({due, std::move(pass)});
        // Whoever is to be overtaken goes right behind this one.
        if (m_overtaken)
            m_waiting.push_back({due, std::exchange(m_overtaken, nullptr)});
        arm();
    }
    /// Passes it on behind the next one.
    void swapWithNext(Pass pass)
    {
        if (m_overtaken)
            m_waiting.push_back({m_wheel.now(), std::exchange(m_overtaken, nullptr)});
        m_overtaken = std::move(pass);
        m_overtakenUntil = m_wheel.now() + kLongestReorder;
        arm();
    }
    [[nodiscard]] bool isIdle() const { return m_waiting.empty() && !m_overtaken; }
    void clear()
    {
        m_waiting.clear();
        m_overtaken = nullptr;
        m_wheel.disarm(*this);
    }

protected:
    void expired() override
    {
        while (!m_waiting.empty() && m_waiting.front().due <= m_wheel.now()) {
            const Pass pass = std::move(m_waiting.front().pass);
            m_waiting.pop_front();
            pass();
        }
        if (m_overtaken && m_waiting.empty() && m_overtakenUntil <= m_wheel.now())
            std::exchange(m_overtaken, nullptr)();
        arm();
    }

private:
    struct Waiting
    {
        Clock::Instant due;
        Pass pass;
    };
    void arm()
    {
        if (!m_waiting.empty())
            m_wheel.arm(*this, std::max(Clock::Duration(0), m_waiting.front().due - m_wheel.now()));
        else if (m_overtaken)
            m_wheel.arm(*this, std::max(Clock::Duration(0), m_overtakenUntil - m_wheel.now()));
    }

    TimerWheel &m_wheel;
    std::deque<Waiting> m_waiting;
    Pass m_overtaken;
    Clock::Instant m_overtakenUntil;
};

/// One session's endpoint, as the hub sees it.
class FaultHost::Tap final : public ClientEndpoint
{
public:
    Tap(FaultHost &host, const UserId &user, ClientEndpoint &endpoint) : m_host(host), m_user(user), m_inner(endpoint), m_out(host.m_wheel), m_in(host.m_wheel) { }

    SessionId id{};

    bool deliver(const OutboundMessage &message) override
    {
        const auto hit = m_host.m_plan.decide(m_user, Direction::Out, message.payload());
        if (!hit && m_out.isIdle())
            return m_inner.deliver(message);
        if (!hit) {
            m_out.push([this, message] { m_inner.deliver(message); }, {});
            return true;
        }
        strike(*hit, message);
        return true;
    }
    void close(CloseCode code, const QByteArray &reason) override
    {
        m_out.clear();
        m_in.clear();
        m_inner.close(code, reason);
        m_host.retire(*this);
    }
    [[nodiscard]] ClientWishes wishes() const override { return m_inner.wishes(); }
    void greet(quint64 sequence) override { m_inner.greet(sequence); }
    void whenReceived(std::function<void()> received) override { m_inner.whenReceived(std::move(received)); }
    void answer(FrameKind kind, QByteArrayView payload) override { m_inner.answer(kind, payload); }
    void halfClose() override { m_inner.halfClose(); }
    [[nodiscard]] bool hasRoom(qsizetype bytes) override { return m_inner.hasRoom(bytes); }
    void watchRoom() override { m_inner.watchRoom(); }
    [[nodiscard]] qint64 queuedBytes() const override { return m_inner.queuedBytes(); }
    [[nodiscard]] int pingMicroseconds() const override { return m_inner.pingMicroseconds(); }
    void measurePing() override { m_inner.measurePing(); }
    [[nodiscard]] QByteArray closeText() const override { return m_inner.closeText(); }
    [[nodiscard]] quint64 droppedMessages() const override { return m_inner.droppedMessages(); }
    void whenDrained(std::function<void()> drained) override { m_inner.whenDrained(std::move(drained)); }

    /// From the client.
    void received(QByteArrayView text, qsizetype padding)
    {
        const auto hit = m_host.m_plan.decide(m_user, Direction::In, text);
        if (!hit && m_in.isIdle())
            return m_host.m_hub.received(id, text, padding);
        const QByteArray copy = text.toByteArray();
        if (!hit)
            return m_in.push([this, copy] { pass(copy); }, {});
        strike(*hit, copy);
    }
    void stop()
    {
        m_out.clear();
        m_in.clear();
    }

private:
    void pass(const QByteArray &text) { m_host.m_hub.received(id, text, 0); }

    void note(Direction direction, const FaultRule &rule, QByteArrayView text) const
    {
        const QByteArray correlation = correlationOf(text);
        m_host.m_note({.leg = Leg::Client, .direction = direction, .kind = direction == Direction::Out ? EntryKind::Push : EntryKind::Reply,
                       .session = id, .user = m_user, .correlation = correlation, .text = text, .fault = rule.what});
    }
    static QByteArray truncated(QByteArrayView text, const FaultRule &rule)
    {
        return text.first(qMin(rule.bytes > 0 ? rule.bytes : text.size() / 2, text.size())).toByteArray();
    }
    static Clock::Duration stallOf(const FaultHit &hit) { return hit.by.count() > 0 ? Clock::Duration(hit.by) : kForever; }
    void cut(const FaultRule &rule)
    {
        const SessionId session = id;
        FaultHost &host = m_host;
        m_out.clear();
        m_in.clear();
        m_inner.close(CloseCode(rule.code), rule.reason.isEmpty() ? "A fault on purpose" : rule.reason);
        host.closed(session);
    }

    void strike(const FaultHit &hit, const OutboundMessage &message)
    {
        const FaultRule &rule = m_host.m_plan.rules()[hit.rule];
        note(Direction::Out, rule, message.payload());
        const auto send = [this, message] { m_inner.deliver(message); };
        switch (rule.what) {
        case Fault::None:
        case Fault::Drop: break;
        case Fault::Delay: m_out.push(send, hit.by); break;
        case Fault::Stall: m_out.push(send, stallOf(hit)); break;
        case Fault::Duplicate:
            m_out.push(send, {});
            m_out.push(send, {});
            break;
        case Fault::Reorder: m_out.swapWithNext(send); break;
        case Fault::Truncate:
            m_out.push([this, short_ = truncated(message.payload(), rule)] { m_inner.deliver(OutboundMessage::fromPayload(short_)); }, {});
            break;
        case Fault::Split: split(message.payload()); break;
        case Fault::Close: m_out.push([this, rule] { cut(rule); }, std::chrono::milliseconds(1)); break;
        case Fault::HalfClose: m_out.push([this] { m_inner.halfClose(); }, {}); break;
        }
    }

    void split(QByteArrayView payload)
    {
        const qsizetype at = cutInsideCharacter(payload);
        const QByteArray first = fragment(payload.first(at), true, false);
        const QByteArray second = fragment(payload.sliced(at), false, true);
        m_out.push([this, first] { m_inner.deliver(OutboundMessage::fromFrames(first)); }, {});
        m_out.push([this, second] { m_inner.deliver(OutboundMessage::fromFrames(second)); }, kBetweenHalves);
    }

    void strike(const FaultHit &hit, const QByteArray &text)
    {
        const FaultRule &rule = m_host.m_plan.rules()[hit.rule];
        note(Direction::In, rule, text);
        const auto forward = [this, text] { pass(text); };
        switch (rule.what) {
        case Fault::None:
        case Fault::Drop:
        case Fault::Split:
        case Fault::HalfClose: break;
        case Fault::Delay: m_in.push(forward, hit.by); break;
        case Fault::Stall: m_in.push(forward, stallOf(hit)); break;
        case Fault::Duplicate:
            m_in.push(forward, {});
            m_in.push(forward, {});
            break;
        case Fault::Reorder: m_in.swapWithNext(forward); break;
        case Fault::Truncate: m_in.push([this, short_ = truncated(text, rule)] { pass(short_); }, {}); break;
        case Fault::Close: m_in.push([this, rule] { cut(rule); }, std::chrono::milliseconds(1)); break;
        }
    }

    FaultHost &m_host;
    const UserId m_user;
    ClientEndpoint &m_inner;
    Lane m_out;
    Lane m_in;
};

FaultHost::FaultHost(SessionHost &hub, TimerWheel &wheel, Note note) : m_hub(hub), m_wheel(wheel), m_note(std::move(note)) { }

FaultHost::~FaultHost() = default;

void FaultHost::retire(Tap &tap)
{
    const auto found = m_taps.find(tap.id);
    if (found == m_taps.end() || found->second.get() != &tap)
        return;
    m_gone.push_back(std::move(found->second));
    m_taps.erase(found);
}

SessionId FaultHost::opened(const UserId &user, ClientEndpoint &endpoint, const QByteArray &remote)
{
    m_gone.clear();     // a new session: nobody is inside of an old one
    auto tap = std::make_unique<Tap>(*this, user, endpoint);
    const SessionId id = m_hub.opened(user, *tap, remote);
    if (id) {
        tap->id = id;
        m_taps.emplace(id, std::move(tap));
    }
    return id;
}

void FaultHost::received(SessionId session, QByteArrayView text, qsizetype padding)
{
    const auto found = m_taps.find(session);
    if (found != m_taps.end())
        found->second->received(text, padding);
    else
        m_hub.received(session, text, padding);
}

void FaultHost::closed(SessionId session)
{
    m_hub.closed(session);
    const auto found = m_taps.find(session);
    if (found == m_taps.end())
        return;
    found->second->stop();
    retire(*found->second);
}

} // namespace trunkline
