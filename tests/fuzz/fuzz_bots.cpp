// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a file of bots and as a scenario: it is read, or every mistake has a place in it; what was read answers any
// message without harm.
#include "hub/bots/BotRules.h"
#include "tests/fuzz/Fuzz.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    FileProblems problems;
    const auto file = BotFile::read(text, problems);
    FUZZ_CHECK(file.has_value() == problems.empty());
    for (const FileProblem &problem : problems)
        FUZZ_CHECK(problem.place.line >= 1 && problem.place.column >= 1 && !problem.text.isEmpty());
    if (!file)
        return 0;
    SeededRandom random(file->seed);
    for (const auto &[user, rules] : file->bots) {
        for (const char *message : {R"({"message":"hi","correlation_id":"c","user_id":"a","n":[1,{"x":null}]})", "nonsense", "{}"}) {
            for (const BotAction &action : rules.answer(message, random))
                FUZZ_CHECK(action.after.count() >= 0 && (action.kind == BotAction::Kind::Close || !action.text.isEmpty()));
        }
    }
    FaultPlan plan(file->faults, file->seed);
    (void)plan.decide("alice", Direction::Out, R"({"n":1})");
    return 0;
}
