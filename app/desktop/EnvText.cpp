// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/EnvText.h"

#include "hub/core/EnvFile.h"
#include "hub/core/SettingsDocs.h"

#include <optional>

namespace trunkline {

namespace {

/// How many lines the entry takes that starts at line `first` (from 0): a value in quotes may go over several.
qsizetype linesOf(const QByteArrayList &lines, qsizetype first, const QString &name)
{
    for (qsizetype count = 1; first + count <= lines.size(); ++count) {
        const EnvFile part = EnvFile::parse(lines.mid(first, count).join('\n') + '\n');
        if (part.warnings().isEmpty() && part.entries().size() == 1 && part.entries().constFirst().name == name)
            return count;
    }
    return 1;
}

} // namespace

QByteArray withSetting(const QByteArray &text, const QString &name, const QString &value)
{
    const QString prefixed = QStringLiteral("TRUNKLINE_") + name;
    QByteArrayList lines = text.split('\n');
    if (lines.constLast().isEmpty())
        lines.removeLast();
    const QList<EnvFile::Entry> entries = EnvFile::parse(text).entries();
    std::optional<EnvFile::Entry> counts;
    for (const EnvFile::Entry &entry : entries) {
        if (entry.name == prefixed || (entry.name == name && (!counts || counts->name == name)))
            counts = entry;
    }
    const QByteArray line = (counts ? counts->name : name).toUtf8() + '=' + envQuoted(value).toUtf8();
    if (!value.isEmpty() && counts) {
        const qsizetype first = counts->line - 1;
        const qsizetype count = linesOf(lines, first, counts->name);
        const bool exported = lines[first].trimmed().startsWith("export ");
        lines.remove(first, count);
        lines.insert(first, (exported ? "export " : "") + line);
    } else if (!value.isEmpty()) {
        lines << line;
    } else {
        for (auto entry = entries.crbegin(); entry != entries.crend(); ++entry) {      // from the end: lines above keep their numbers
            if (entry->name == name || entry->name == prefixed)
                lines.remove(entry->line - 1, linesOf(lines, entry->line - 1, entry->name));
        }
    }
    return lines.isEmpty() ? QByteArray() : lines.join('\n') + '\n';
}

} // namespace trunkline
