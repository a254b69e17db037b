// SPDX-License-Identifier: GPL-3.0-or-later
#include "ServerMeter.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>

namespace trunkline::bench {
namespace {

struct Stat
{
    pid_t parent = 0;
    uint64_t user = 0, system = 0;     // clock ticks
};

std::optional<Stat> readStat(const std::filesystem::path &process)
{
    std::ifstream file(process / "stat");
    std::string line;
    if (!std::getline(file, line) || line.rfind(')') == std::string::npos)
        return std::nullopt;
    std::istringstream fields(line.substr(line.rfind(')') + 2));    // the name may hold blanks
    Stat stat;
    std::string skipped;
    fields >> skipped >> stat.parent;
    for (int i = 0; i < 9; ++i)
        fields >> skipped;
    fields >> stat.user >> stat.system;
    return stat;
}

std::optional<uint64_t> onCpuNs(const std::filesystem::path &process, const std::string &onlyThread)
{
    uint64_t sum = 0;
    std::error_code error;
    for (const auto &thread : std::filesystem::directory_iterator(process / "task", error)) {
        uint64_t ns = 0;
        std::string name;
        if (!onlyThread.empty() && std::getline(std::ifstream(thread.path() / "comm"), name) && name != onlyThread)
            continue;
        if (!(std::ifstream(thread.path() / "schedstat") >> ns))
            return std::nullopt;
        sum += ns;
    }
    return sum;
}

std::filesystem::path folder(pid_t pid)
{
    return std::filesystem::path("/proc") / std::to_string(pid);
}

} // namespace

std::vector<pid_t> ServerMeter::processes() const
{
    std::vector<std::pair<pid_t, pid_t>> all;
    for (const auto &entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (!std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); }))
            continue;
        if (const auto stat = readStat(entry.path()))
            all.emplace_back(pid_t(std::stol(name)), stat->parent);
    }
    std::vector<pid_t> family{m_root};
    for (size_t i = 0; i < family.size(); ++i)
        for (const auto &[pid, parent] : all)
            if (parent == family[i])
                family.push_back(pid);
    return family;
}

ServerUse ServerMeter::cpu() const
{
    static const uint64_t tickMs = 1000 / uint64_t(sysconf(_SC_CLK_TCK));
    ServerUse use;
    for (const pid_t pid : processes()) {
        const auto stat = readStat(folder(pid));
        if (!stat)
            continue;
        use.userMs += stat->user * tickMs;
        use.systemMs += stat->system * tickMs;
        use.cpuNs += onCpuNs(folder(pid), m_thread).value_or((stat->user + stat->system) * tickMs * 1'000'000);
    }
    return use;
}

uint64_t ServerMeter::pssKiB() const
{
    uint64_t sum = 0;
    for (const pid_t pid : processes()) {
        std::ifstream file(folder(pid) / "smaps_rollup");
        for (std::string word; file >> word;) {
            uint64_t kib = 0;
            if (word == "Pss:" && file >> kib)
                sum += kib;
        }
    }
    return sum;
}

} // namespace trunkline::bench
