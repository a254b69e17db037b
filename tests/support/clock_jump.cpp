// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a hub, moves its civil time by as many seconds as the file TRUNKLINE_CLOCK_OFFSET holds (a native qint64,
// which a test changes while the hub runs). The monotonic clock stays what it is.
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

std::int64_t offsetSeconds()
{
    static const volatile std::int64_t *const shared = [] {
        const char *const path = std::getenv("TRUNKLINE_CLOCK_OFFSET");
        const int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void *const page = file < 0 ? MAP_FAILED : mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
        return page == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t *>(page);
    }();
    return shared ? *shared : 0;
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec *time) noexcept
{
    const auto result = int(syscall(SYS_clock_gettime, clock, time));
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += offsetSeconds();
    return result;
}

extern "C" int gettimeofday(timeval *time, void *) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

extern "C" time_t time(time_t *out) noexcept
{
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
