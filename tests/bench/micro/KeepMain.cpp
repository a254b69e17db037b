// SPDX-License-Identifier: GPL-3.0-or-later
// What numbers, history, the offline queue and its SQLite file cost a push: the hub without sockets.
#include "hub/Hub.h"
#include "hub/store/SqliteStore.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>

using namespace trunkline;

namespace {

constexpr int kUsers = 1000;

/// A client that takes everything, as a WebSocket or as an event stream does before the bytes leave.
class Sink final : public ClientEndpoint
{
public:
    explicit Sink(bool eventStream) { m_wishes.eventStream = eventStream; }
    bool deliver(const OutboundMessage &message) override
    {
        if (m_wishes.eventStream)
            benchmark::DoNotOptimize(message.event().constData());
        else
            benchmark::DoNotOptimize(message.frame().constData());
        return true;
    }
    void close(CloseCode, const QByteArray &) override { }
    [[nodiscard]] ClientWishes wishes() const override { return m_wishes; }

private:
    ClientWishes m_wishes;
};

/// A hub with many users, and the messages for them.
class Stand
{
public:
    explicit Stand(const Settings &settings) : wheel(clock), hub(settings, clock, wheel)
    {
        for (int i = 0; i < kUsers; ++i)
            bodies.push_back(QByteArray(R"({"user_id":"user-)") + QByteArray::number(i) + R"(","data":{"n":1,"text":")" + QByteArray(450, 'x') + "\"}}");
        for (QByteArray &body : bodies)
            body.reserve(body.size() + kJsonPadding);
    }
    void connectAll(bool eventStream)
    {
        for (int i = 0; i < kUsers; ++i) {
            sinks.push_back(std::make_unique<Sink>(eventStream));
            hub.opened("user-" + QByteArray::number(i), *sinks.back(), "127.0.0.1:1");
        }
    }
    Hub::Delivery push()
    {
        const QByteArray &body = bodies[std::size_t(next++ % kUsers)];
        BodyIssues issues;
        return hub.push(*Message::fromJson(*reader.read(body, kJsonPadding), {}, issues));
    }

    SystemClock clock;
    TimerWheel wheel;
    Hub hub;
    std::vector<std::unique_ptr<Sink>> sinks;
    std::vector<QByteArray> bodies;
    JsonReader reader;
    int next = 0;
};

Settings with(int history, int queue)
{
    Settings settings;
    settings.historySize = history;
    settings.offlineQueue = queue;
    settings.historyBytes = settings.offlineBytes = 1LL << 30;
    settings.journalEntries = 0;
    return settings;
}

void pushConnected(benchmark::State &state, int history, int queue, bool eventStream)
{
    Stand stand(with(history, queue));
    stand.connectAll(eventStream);
    for (auto _ : state)
        benchmark::DoNotOptimize(stand.push());
    state.SetItemsProcessed(state.iterations());
}

/// Users are away: each message is queued; when the queues are full they are emptied by a connection each.
void pushAbsent(benchmark::State &state, int queue)
{
    Stand stand(with(0, queue));
    Sink sink(false);
    qint64 pushed = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(stand.push());
        if (queue == 0 || ++pushed < qint64(queue) * kUsers)
            continue;
        state.PauseTiming();
        for (int i = 0; i < kUsers; ++i)
            stand.hub.closed(stand.hub.opened("user-" + QByteArray::number(i), sink, "127.0.0.1:1"));
        pushed = 0;
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations());
}

/// CPU of both threads, the hub's and the writer's. So many messages at a time are queued, and all are in the file before the next ones come, as with as many senders.
void queueInSqlite(benchmark::State &state)
{
    const QTemporaryDir directory;
    auto opened = SqliteStore::open(directory.filePath(QStringLiteral("bench.sqlite")));
    if (!opened)
        return state.SkipWithError(qPrintable(opened.error().detail));
    Stand stand(with(0, 1'000'000));
    stand.hub.attachStore(*opened->store, std::move(opened->users));
    for (auto _ : state) {
        MessageStore::Ticket ticket = 0;
        for (qint64 i = 0; i < state.range(0); ++i)
            ticket = stand.push().ticket;
        bool written = false;
        stand.hub.whenStored(ticket, [&written](bool) { written = true; });
        while (!written)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

} // namespace

BENCHMARK_CAPTURE(pushConnected, plain, 0, 0, false);
BENCHMARK_CAPTURE(pushConnected, queue_on, 0, 1000, false);
BENCHMARK_CAPTURE(pushConnected, history_100, 100, 0, false);
BENCHMARK_CAPTURE(pushConnected, event_stream, 0, 0, true);
BENCHMARK_CAPTURE(pushConnected, event_stream_history_100, 100, 0, true);
BENCHMARK_CAPTURE(pushAbsent, dropped, 0);
BENCHMARK_CAPTURE(pushAbsent, queued, 100);
BENCHMARK(queueInSqlite)->Arg(1)->Arg(16)->Arg(256)->MeasureProcessCPUTime()->UseRealTime();

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
