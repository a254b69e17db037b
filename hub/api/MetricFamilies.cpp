// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/MetricFamilies.h"

#include "hub/Hub.h"
#include "hub/cluster/Backplane.h"

namespace trunkline {

namespace {

class Writer
{
public:
    explicit Writer(bool openMetrics) : m_openMetrics(openMetrics) { }

    void family(QByteArray name, const char *type, const char *help)
    {
        m_name = name;
        if (m_openMetrics && name.endsWith("_total"))
            name.chop(6);
        m_out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        m_out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
    void sample(const char *label, const QByteArray &value, quint64 count)
    {
        m_out.append(m_name).append('{').append(label).append("=\"").append(value).append("\"} ");
        m_out.append(QByteArray::number(count)).append('\n');
    }
    void histogram(const QByteArray &name, const char *help, const LatencyHistogram &histogram)
    {
        family(name, "histogram", help);
        m_name = name + "_bucket";
        for (std::size_t i = 0; i < LatencyHistogram::kBounds.size(); ++i)
            sample("le", seconds(LatencyHistogram::kBounds[i]), histogram.countUpTo(i));
        sample("le", "+Inf", histogram.count());
        m_out.append(name).append("_sum ").append(seconds(histogram.sum().count())).append('\n');
        m_out.append(name).append("_count ").append(QByteArray::number(histogram.count())).append('\n');
    }
    void raw(const QByteArray &line) { m_out.append(line).append('\n'); }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    static QByteArray seconds(qint64 microseconds) { return QByteArray::number(double(microseconds) / 1e6, 'g', 15); }

    const bool m_openMetrics;
    QByteArray m_out;
    QByteArray m_name;
};

void writeSessions(Writer &out, const Hub &hub)
{
    quint64 streams = 0;
    for (const SessionId id : hub.sessions().all()) {
        const Session *session = hub.sessions().find(id);
        streams += session && session->eventStream;
    }
    out.family("trunkline_sessions", "gauge", "Registered sessions.");
    out.sample("kind", "websocket", quint64(hub.sessions().size()) - streams);
    out.sample("kind", "event_stream", streams);
}

void writeBackplane(Writer &out, const BackplaneState &state)
{
    const auto number = [&out](const QByteArray &name, const char *type, const char *help, quint64 value) {
        out.family(name, type, help);
        out.raw(name + ' ' + QByteArray::number(value));
    };
    number("trunkline_backplane_up", "gauge", "1 while this hub shares its users with others.", state.link == BackplaneState::Link::Up);
    number("trunkline_backplane_hubs", "gauge", "Hubs behind the same backplane, this one included.", quint64(state.hubs));
    number("trunkline_backplane_published_total", "counter", "Messages handed to the backplane.", state.published);
    number("trunkline_backplane_received_total", "counter", "Messages that came by the backplane.", state.received);
    number("trunkline_backplane_lost_total", "counter", "Messages on their way when the backplane was lost.", state.lost);
    number("trunkline_backplane_reconnects_total", "counter", "How often the backplane was lost or could not be reached.", state.reconnects);
    if (state.latencyMicroseconds >= 0) {
        out.family("trunkline_backplane_ping_seconds", "gauge", "Round trip to the backplane, the last one.");
        out.raw("trunkline_backplane_ping_seconds " + QByteArray::number(state.latencyMicroseconds / 1e6, 'g', 6));
    }
    out.family("trunkline_backplane_info", "gauge", "This hub's name behind the backplane.");
    QByteArray name = state.name;
    name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    out.sample("hub", name, 1);
}

} // namespace

QByteArray labelledFamilies(const Hub &hub, bool openMetrics)
{
    const Metrics &m = hub.metrics();
    const Heartbeats &beats = hub.heartbeats();
    Writer out(openMetrics);
    writeSessions(out, hub);
    out.family("trunkline_drops_total", "counter", "Messages that did not reach their user.");
    out.sample("reason", "not_connected", m.pushesNotConnected + m.requestsNotConnected);
    out.sample("reason", "send_queue_full", m.messagesOverflowed);
    out.sample("reason", "slow_reader", m.messagesDropped);
    out.sample("reason", "offline_expired", m.messagesExpired);
    out.sample("reason", "offline_queue_full", m.queueRefusals);
    out.family("trunkline_heartbeats_total", "counter", "What keeps connections alive and is no message.");
    out.sample("kind", "ping", beats.pings);
    out.sample("kind", "pong", beats.pongs);
    out.sample("kind", "keep_alive", beats.keepAlives);
    out.histogram("trunkline_push_seconds", "Time from a read push to its last frame handed over; every 64th push.", hub.pushTimes());
    out.histogram("trunkline_first_reply_seconds", "Time from a send request to its first reply.", hub.exchanges().firstReplies());
    out.histogram("trunkline_exchange_seconds", "Time from a send request to the end of its stream.", hub.exchanges().lengths());
    if (const Backplane *backplane = hub.backplane())
        writeBackplane(out, backplane->state());
    out.family("trunkline_build_info", "gauge", "The running version.");
    out.raw("trunkline_build_info{version=\"" TRUNKLINE_VERSION "\",qt=\"" + QByteArray(qVersion()) + "\"} 1");
    return out.take();
}

} // namespace trunkline
