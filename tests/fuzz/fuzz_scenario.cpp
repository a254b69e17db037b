// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a scenario: it is read, or every mistake has a place and a sentence; what was read can be carried out: each step has a
// place in the file, bots that users name exist, settings can be assigned.
#include "bench/Scenario.h"
#include "hub/core/JsonTree.h"
#include "hub/core/SettingsTable.h"
#include "tests/fuzz/Fuzz.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    FileProblems problems;
    const auto scenario = Scenario::read(text, QStringLiteral("x.yaml"), problems);
    FUZZ_CHECK(scenario.has_value() == problems.empty());
    for (const FileProblem &problem : problems)
        FUZZ_CHECK(problem.place.line >= 1 && problem.place.column >= 1 && !problem.text.isEmpty());
    if (!scenario)
        return 0;
    Settings settings;
    for (const auto &[name, value] : scenario->settings)
        FUZZ_CHECK(findSetting(name) && findSetting(name)->assign(settings, value).has_value());
    for (const ScenarioUser &user : scenario->users) {
        FUZZ_CHECK(!user.name.isEmpty());
        FUZZ_CHECK(user.kind != ScenarioUser::Kind::Bot || scenario->botNamed(user.bot));
        FUZZ_CHECK(user.kind != ScenarioUser::Kind::Command || !user.command.isEmpty());
    }
    for (const ScenarioStep &step : scenario->steps) {
        FUZZ_CHECK(step.place.line >= 1 && !step.name.isEmpty());
        if (const auto *send = std::get_if<SendStep>(&step.what))
            FUZZ_CHECK(send->expect.least >= 0 && send->expect.most >= 0);
        if (const auto *received = std::get_if<ReceivedStep>(&step.what))
            FUZZ_CHECK(received->least >= 0 && received->within.count() >= 0);
    }
    return 0;
}
