// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/CaptureFile.h"

#include <QDeadlineTimer>
#include <QFileInfo>

#include <thread>

#ifdef Q_OS_WIN
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <io.h>
#include <windows.h>
#else
#include <cerrno>
#include <sys/file.h>
#endif

namespace trunkline {

namespace {

constexpr std::chrono::milliseconds kAgain{20};

/// False: somebody else has it. The lock goes with the last descriptor of this opening, also when its processes are killed. A file
/// system that has no locks goes without.
bool lockFile(const QFile &file)
{
#ifdef Q_OS_WIN
    // Of a byte that no capture has: what is locked there could not be read either.
    OVERLAPPED place{};
    place.OffsetHigh = 0x4000'0000;
    const HANDLE handle = reinterpret_cast<HANDLE>(_get_osfhandle(file.handle()));
    return LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place) || GetLastError() != ERROR_LOCK_VIOLATION;
#else
    return flock(file.handle(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
#endif
}

} // namespace

Result<std::unique_ptr<CaptureFile>> CaptureFile::create(const Options &options)
{
    std::unique_ptr<CaptureFile> file(new CaptureFile(options));
    for (const QDeadlineTimer deadline(options.patience);; std::this_thread::sleep_for(kAgain)) {
        const auto opened = file->open();
        if (!opened)
            return tl::unexpected(opened.error());
        if (*opened)
            return file;
        if (deadline.hasExpired())
            return tl::unexpected(file->cannotWrite(QStringLiteral("another recorder writes it")));
    }
}

CaptureFile::~CaptureFile()
{
    if (m_isMade && !m_isBegun && m_file.isOpen() && m_file.size() == 0)
        m_file.remove();
}

Error CaptureFile::cannotWrite(const QString &why) const
{
    return {ErrorCode::Io, QStringLiteral("cannot write %1: %2").arg(m_options.path, why)};
}

Result<bool> CaptureFile::open()
{
    const QFileInfo info(m_options.path);
    const bool exists = info.exists();
    const bool isDevice = exists && !info.isFile();     // or a pipe
    // Unbuffered: what was written is the system's, whatever becomes of this process. Append: nothing of an older file is lost by opening it.
    if (!m_file.open((isDevice ? QIODevice::WriteOnly | QIODevice::Truncate : QIODevice::Append) | QIODevice::Unbuffered))
        return tl::unexpected(cannotWrite(m_file.errorString()));
    if (isDevice || lockFile(m_file)) {
        m_isMade = !exists;
        return true;
    }
    m_file.close();
    return false;
}

Result<void> CaptureFile::begin(const CaptureHeader &header)
{
    m_header = header;
    m_isBegun = true;
    if (!m_file.isSequential() && m_file.size() > 0 && !m_file.resize(0))
        return tl::unexpected(cannotWrite(m_file.errorString()));
    return put(captureLine(m_header));
}

void CaptureFile::goOn(const CaptureHeader &header)
{
    m_header = header;
    m_isBegun = true;
    m_bytes = m_bytesOfPart = captureLine(header).size();
}

Result<void> CaptureFile::write(const QByteArray &lines)
{
    if (m_options.maxBytes > 0 && m_bytesOfPart > 0 && m_bytesOfPart + lines.size() > m_options.maxBytes) {
        if (auto started = startNextPart(); !started)
            return started;
    }
    return put(lines);
}

Result<void> CaptureFile::put(const QByteArray &bytes)
{
    if (m_file.write(bytes) != bytes.size())
        return tl::unexpected(cannotWrite(m_file.errorString()));
    m_bytes += bytes.size();
    m_bytesOfPart += bytes.size();
    return {};
}

QString CaptureFile::partPath(int part) const
{
    const QFileInfo info(m_options.path);
    const QString suffix = info.suffix().isEmpty() ? QString() : u'.' + info.suffix();
    return info.path() + u'/' + info.completeBaseName() + QStringLiteral(".part%1").arg(part) + suffix;
}

Result<void> CaptureFile::startNextPart()
{
    m_file.close();
    const QString done = partPath(m_header.part);
    QFile::remove(done);
    if (!QFile::rename(m_options.path, done))
        return failure(ErrorCode::Io, QStringLiteral("cannot rename %1 to %2").arg(m_options.path, done));
    QFile::remove(partPath(m_header.part - m_options.keep));
    const auto opened = open();
    if (!opened)
        return tl::unexpected(opened.error());
    if (!*opened)
        return tl::unexpected(cannotWrite(QStringLiteral("another recorder writes it")));
    ++m_header.part;
    m_bytesOfPart = 0;
    return put(captureLine(m_header));
}

} // namespace trunkline
