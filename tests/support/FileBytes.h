// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>

namespace trunkline {

/// What is in a file; nothing when there is none.
inline QByteArray fileBytes(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace trunkline
