// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/CaptureOptions.h"

#include "hub/core/SettingsValues.h"

namespace trunkline {

QList<Option> captureFileOptions()
{
    using Takes = Option::Takes;
    return {{QStringLiteral("max-size"), Takes::Value, QStringLiteral("BYTES"), QStringLiteral("Start a new capture file at this size, such as 64MiB")},
            {QStringLiteral("keep"), Takes::Value, QStringLiteral("N"), QStringLiteral("Keep so many full ones beside it; else 3")}};
}

Result<CaptureFile::Options> captureFileOf(const Arguments &arguments, const QString &option)
{
    CaptureFile::Options file{.path = arguments.value(option)};
    if (arguments.has(QStringLiteral("max-size"))) {
        const QString text = arguments.value(QStringLiteral("max-size"));
        const auto bytes = values::bytes(text);
        if (!bytes || *bytes < 4096)
            return failure(ErrorCode::InvalidSetting, QStringLiteral("--max-size: \"%1\" is not allowed; allowed: a size from 4KiB on, such as 64MiB").arg(text));
        file.maxBytes = *bytes;
    }
    if (arguments.has(QStringLiteral("keep"))) {
        const QString text = arguments.value(QStringLiteral("keep"));
        const auto keep = values::wholeNumber(text);
        if (!keep || *keep < 0 || *keep > 10'000)
            return failure(ErrorCode::InvalidSetting, QStringLiteral("--keep: \"%1\" is not allowed; allowed: a whole number from 0 to 10000").arg(text));
        file.keep = int(*keep);
    }
    return file;
}

QByteArrayList pathsOf(const QString &text)
{
    QByteArrayList paths;
    for (const QString &path : text.split(u',', Qt::SkipEmptyParts))
        paths << path.trimmed().toUtf8();
    return paths;
}

} // namespace trunkline
