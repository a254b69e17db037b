// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/CaptureFile.h"

#include <QFileInfo>

namespace trunkline {

Result<std::unique_ptr<CaptureFile>> CaptureFile::create(const Options &options)
{
    std::unique_ptr<CaptureFile> file(new CaptureFile(options));
    // Unbuffered: what was written is the system's, whatever becomes of this process.
    if (!file->m_file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
        return failure(ErrorCode::Io, QStringLiteral("cannot write %1: %2").arg(options.path, file->m_file.errorString()));
    return file;
}

Result<void> CaptureFile::begin(const CaptureHeader &header)
{
    m_header = header;
    return put(captureLine(m_header));
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
        return failure(ErrorCode::Io, QStringLiteral("cannot write %1: %2").arg(m_options.path, m_file.errorString()));
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
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered))
        return failure(ErrorCode::Io, QStringLiteral("cannot write %1: %2").arg(m_options.path, m_file.errorString()));
    ++m_header.part;
    m_bytesOfPart = 0;
    return put(captureLine(m_header));
}

} // namespace trunkline
