// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>

namespace trunkline {

/// The text of a .env file, read by the rules of python-dotenv: `export`, single and double quotes with their escapes, values
/// over several lines in quotes, comments, and ${NAME} or ${NAME:-fallback} from `environment` first and the lines above next.
class EnvFile final
{
public:
    struct Entry
    {
        QString name;
        QString value;
        int line = 0;       ///< where the entry starts, counted from 1
    };

    /// Never fails: lines that cannot be read are left out and named by warnings().
    static EnvFile parse(const QByteArray &text, const QHash<QString, QString> &environment = {});
    /// Io when the file cannot be read, or holds more than 1 MiB.
    static Result<EnvFile> read(const QString &path, const QHash<QString, QString> &environment = {});

    /// In the order of the file; when a name comes twice, the later one counts. A name without = is left out.
    [[nodiscard]] const QList<Entry> &entries() const { return m_entries; }
    [[nodiscard]] const QStringList &warnings() const { return m_warnings; }

private:
    QList<Entry> m_entries;
    QStringList m_warnings;
};

} // namespace trunkline
