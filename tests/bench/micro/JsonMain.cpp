// SPDX-License-Identifier: GPL-3.0-or-later
// Which way to check a request body is cheapest, and does it take and refuse what the contract says?
//   trunkline-bench-json            both
//   trunkline-bench-json --check    only the second
#include "JsonCandidates.h"
#include "JsonCandidatesAll.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>

using namespace trunkline::bench;

namespace {

/// simdjson on-demand reading only two members, simdjson on-demand with a checking walk, simdjson's structural
/// indexes with an own walk, RapidJSON's SAX reader, and a plain scalar walk.
const std::vector<JsonCandidate> &jsonCandidates()
{
    static const std::vector<JsonCandidate> all{
        {"simdjson on-demand, two members only", onDemandTwoMembers},
        {"simdjson on-demand, checking walk", onDemandCheckedWalk},
        {"simdjson stage 1, own walk", structuralIndexWalk},
        {"RapidJSON SAX", rapidJsonReader},
        {"own scalar walk", scalarWalk},
    };
    return all;
}

void printContract()
{
    for (const JsonCandidate &candidate : jsonCandidates()) {
        std::string wrong;
        for (const ContractCase &one : contractCases())
            if (candidate.accepts(PaddedBody(one.text)) != one.valid)
                wrong += (one.valid ? "\n    refuses " : "\n    accepts ") + one.text;
        std::printf("%-40s %s%s\n", candidate.name, wrong.empty() ? "as the contract says" : "wrong:", wrong.c_str());
    }
}

void addBenchmarks()
{
    for (const size_t size : {size_t(120), size_t(2048), size_t(65536), size_t(1048576)}) {
        for (const BodyShape shape : {BodyShape::Text, BodyShape::Records}) {
            for (const JsonCandidate &candidate : jsonCandidates()) {
                if (size == 120 && shape == BodyShape::Records)
                    continue;
                const std::string name = std::to_string(size) + (shape == BodyShape::Text ? " text/" : " records/")
                                       + candidate.name;
                benchmark::RegisterBenchmark(name.c_str(), [size, shape, &candidate](benchmark::State &state) {
                    const PaddedBody body(sampleBody(size, shape));
                    for (auto _ : state)
                        if (!candidate.accepts(body))
                            state.SkipWithError("refused");
                    state.SetBytesProcessed(int64_t(state.iterations()) * int64_t(body.size()));
                })->MinTime(0.1);
            }
        }
    }
}

} // namespace

int main(int argc, char **argv)
{
    printContract();
    if (argc > 1 && std::strcmp(argv[1], "--check") == 0)
        return 0;
    benchmark::Initialize(&argc, argv);
    addBenchmarks();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
