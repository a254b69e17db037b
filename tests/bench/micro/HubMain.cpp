// SPDX-License-Identifier: GPL-3.0-or-later
// What each room of the hub's hot path costs alone: parse, route, frame, encode, journal.
#include "JsonCandidates.h"

#include "hub/core/HttpMessage.h"
#include "hub/core/Journal.h"
#include "hub/core/MentionRouter.h"
#include "hub/core/Message.h"
#include "hub/core/Reply.h"
#include "hub/core/RequestHead.h"

#include <benchmark/benchmark.h>

using namespace trunkline;

namespace {

/// A sample body with the room behind it that the reader wants.
class Body
{
public:
    explicit Body(std::string_view text) : m_bytes(text) {}
    [[nodiscard]] QByteArrayView text() const { return {m_bytes.data(), qsizetype(m_bytes.size())}; }
    [[nodiscard]] qsizetype padding() const { return kJsonPadding; }

private:
    bench::PaddedBody m_bytes;
};

Body sample(const benchmark::State &state, bench::BodyShape shape = bench::BodyShape::Text)
{
    return Body(bench::sampleBody(size_t(state.range(0)), shape));
}

void countBytes(benchmark::State &state)
{
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void parseRequestHead(benchmark::State &state)
{
    const QByteArray head = "POST /sse/push HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: bench\r\nAccept: */*\r\n"
                            "Content-Type: application/json\r\nContent-Length: 120\r\n\r\n";
    RequestHeadParser parser;
    for (auto _ : state)
        benchmark::DoNotOptimize(parser.parse(head));
}

void parseBody(benchmark::State &state, bench::BodyShape shape)
{
    const Body body = sample(state, shape);
    JsonReader reader;
    for (auto _ : state)
        benchmark::DoNotOptimize(reader.read(body.text(), body.padding()));
    countBytes(state);
}

void parseBodyCopied(benchmark::State &state)
{
    const Body body = sample(state);
    JsonReader reader;
    for (auto _ : state)
        benchmark::DoNotOptimize(reader.read(body.text(), 0));
    countBytes(state);
}

void parseMessage(benchmark::State &state)
{
    const Body body = sample(state);
    JsonReader reader;
    BodyIssues issues;
    for (auto _ : state)
        benchmark::DoNotOptimize(Message::fromJson(*reader.read(body.text(), body.padding()), {}, issues));
    countBytes(state);
}

void parseBatchOfHundred(benchmark::State &state)
{
    std::string array = "[";
    for (int i = 0; i < 100; ++i)
        array.append(bench::sampleBody(size_t(state.range(0)), bench::BodyShape::Text)).append(i < 99 ? "," : "]");
    const Body body(array);
    JsonReader reader;
    BodyIssues issues;
    for (auto _ : state)
        reader.readEach(body.text(), body.padding(), [&issues](qsizetype, const JsonReader::Object &item) {
            benchmark::DoNotOptimize(Message::fromJson(item, {}, issues));
        });
    state.SetItemsProcessed(state.iterations() * 100);
}

void route(benchmark::State &state, const char *mention)
{
    const MentionRouter router;
    const QByteArray text = '"' + QByteArray("lorem ipsum ").repeated(state.range(0) / 12) + mention + '"';
    for (auto _ : state)
        benchmark::DoNotOptimize(router.mentioned(text));
    countBytes(state);
}

void frame(benchmark::State &state)
{
    const Body body = sample(state);
    JsonReader reader;
    BodyIssues issues;
    const auto message = Message::fromJson(*reader.read(body.text(), body.padding()), {}, issues);
    const CorrelationId correlation = makeCorrelationId();
    for (auto _ : state) {
        const OutboundMessage outbound(*message, correlation);
        benchmark::DoNotOptimize(outbound.frame().constData());
    }
    countBytes(state);
}

void newCorrelationId(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(makeCorrelationId());
}

void parseReply(benchmark::State &state)
{
    const Body reply(R"({"correlation_id":"6f1c3a52-7b0e-4b11-9a80-0c8d4f7c2f3e","is_final":true,"text":")"
                     + std::string(size_t(state.range(0)), 'x') + "\"}");
    JsonReader reader;
    for (auto _ : state)
        benchmark::DoNotOptimize(Reply::parse(reader, reply.text(), reply.padding()));
    countBytes(state);
}

void encodeReplyEvent(benchmark::State &state)
{
    const QByteArray json(state.range(0), 'x');
    for (auto _ : state)
        benchmark::DoNotOptimize(encodeEvent(json));
    countBytes(state);
}

void encodeAnswer(benchmark::State &state)
{
    const HttpResponse response = HttpResponse::json(R"({"status": "success", "message": "Message delivered"})");
    for (auto _ : state)
        benchmark::DoNotOptimize(encodeResponse(response, {}));
}

void journal(benchmark::State &state)
{
    const SystemClock clock;
    Journal entries(clock, int(state.range(0)), 8LL * 1024 * 1024);
    const UserId user = "user-0001";
    const CorrelationId correlation = makeCorrelationId();
    for (auto _ : state) {
        const QByteArray text(200, 'x');        // each message brings its own bytes
        entries.append({.direction = Direction::Out, .session = {1}, .user = user, .correlation = correlation.key,
                        .text = text});
    }
}

constexpr int64_t Smallest = 120, Largest = 1024 * 1024;

BENCHMARK(parseRequestHead);
BENCHMARK_CAPTURE(parseBody, text, bench::BodyShape::Text)->RangeMultiplier(16)->Range(Smallest, Largest);
BENCHMARK_CAPTURE(parseBody, records, bench::BodyShape::Records)->RangeMultiplier(16)->Range(2048, Largest);
BENCHMARK(parseBodyCopied)->RangeMultiplier(16)->Range(Smallest, Largest);
BENCHMARK(parseMessage)->RangeMultiplier(16)->Range(Smallest, Largest);
BENCHMARK(parseBatchOfHundred)->Arg(Smallest);
BENCHMARK_CAPTURE(route, plain text, "")->Arg(60)->Arg(2040)->Arg(65532);
BENCHMARK_CAPTURE(route, mention at the end, "@ci_bot")->Arg(60)->Arg(2040);
BENCHMARK(frame)->RangeMultiplier(16)->Range(Smallest, Largest);
BENCHMARK(newCorrelationId);
BENCHMARK(parseReply)->Arg(64)->Arg(2048);
BENCHMARK(encodeReplyEvent)->Arg(64)->Arg(2048)->Arg(65536);
BENCHMARK(encodeAnswer);
BENCHMARK(journal)->Arg(0)->Arg(10000);

} // namespace

BENCHMARK_MAIN();
