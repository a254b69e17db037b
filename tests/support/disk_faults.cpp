// SPDX-License-Identifier: GPL-3.0-or-later
// Preloaded into a program, makes the files whose path starts with TRUNKLINE_DISK_PREFIX fail. How is said by the first byte of
// the file TRUNKLINE_DISK_STATE, which a test changes while the program runs: 0 not at all, 'f' the disk is full, 'r' it became
// read-only. Nothing else is touched, and no privilege is needed.
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

/// The error that writing has now; 0: none.
int trouble()
{
    static const volatile char *const shared = [] {
        const char *const path = std::getenv("TRUNKLINE_DISK_STATE");
        const int file = path ? int(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC)) : -1;
        void *const page = file < 0 ? MAP_FAILED : mmap(nullptr, 1, PROT_READ, MAP_SHARED, file, 0);
        return page == MAP_FAILED ? nullptr : static_cast<const volatile char *>(page);
    }();
    const char state = shared ? *shared : '\0';
    return state == 'f' ? ENOSPC : state == 'r' ? EROFS : 0;
}

bool isOurs(const char *path)
{
    const char *const prefix = std::getenv("TRUNKLINE_DISK_PREFIX");
    return prefix && *prefix && std::strncmp(path, prefix, std::strlen(prefix)) == 0;
}

bool isOurs(int file)
{
    char link[64] = "/proc/self/fd/", path[4096];
    char digits[16];
    int count = 0;
    for (int rest = file; rest > 0 || count == 0; rest /= 10)
        digits[count++] = char('0' + rest % 10);
    char *out = link + std::strlen(link);
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    const auto size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (size <= 0)
        return false;
    path[size] = '\0';
    return isOurs(path);
}

/// The error for a write to `file`; 0: let it pass.
int troubleWith(int file)
{
    const int error = trouble();
    return error != 0 && isOurs(file) ? error : 0;
}

long refused(int error)
{
    errno = error;
    return -1;
}

int openFile(const char *path, int flags, mode_t mode)
{
    const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
    if (writes && trouble() == EROFS && isOurs(path))
        return int(refused(EROFS));
    return int(syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode));
}

mode_t modeOf(int flags, va_list arguments) { return (flags & O_CREAT) != 0 ? mode_t(va_arg(arguments, int)) : mode_t(0); }

} // namespace

extern "C" {

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openFile(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = modeOf(flags, arguments);
    va_end(arguments);
    return openFile(path, flags, mode);
}

ssize_t write(int file, const void *data, size_t size)
{
    const int error = troubleWith(file);
    return error ? refused(error) : syscall(SYS_write, file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    const int error = troubleWith(file);
    return error ? refused(error) : syscall(SYS_pwrite64, file, data, size, offset);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    const int error = troubleWith(file);
    return error ? refused(error) : syscall(SYS_pwrite64, file, data, size, offset);
}

int ftruncate(int file, off_t size) noexcept
{
    const int error = troubleWith(file);
    return int(error ? refused(error) : syscall(SYS_ftruncate, file, size));
}

int ftruncate64(int file, off64_t size) noexcept
{
    const int error = troubleWith(file);
    return int(error ? refused(error) : syscall(SYS_ftruncate, file, size));
}

int fallocate(int file, int mode, off_t offset, off_t size)
{
    const int error = troubleWith(file);
    return int(error ? refused(error) : syscall(SYS_fallocate, file, mode, offset, size));
}

} // extern "C"
