// SPDX-License-Identifier: GPL-3.0-or-later
// Any .env file is read without harm, and what stands before an entry does not depend on what follows it.
#include "fuzz/Fuzz.h"
#include "hub/core/EnvFile.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size)
{
    const QByteArray text(reinterpret_cast<const char *>(data), qsizetype(size));
    static const QHash<QString, QString> environment{{QStringLiteral("HOME"), QStringLiteral("/home/a")},
                                                     {QStringLiteral("E"), QString()}};
    const EnvFile file = EnvFile::parse(text, environment);
    const qsizetype lines = text.count('\n') + text.count('\r') + 1;
    int line = 0;
    for (const EnvFile::Entry &entry : file.entries()) {
        FUZZ_CHECK(!entry.name.isEmpty());
        FUZZ_CHECK(entry.line >= 1 && entry.line <= lines && entry.line >= line);
        line = entry.line;
    }
    for (const QString &warning : file.warnings())
        FUZZ_CHECK(!warning.isEmpty());

    const EnvFile again = EnvFile::parse(text, environment);
    FUZZ_CHECK(again.entries().size() == file.entries().size() && again.warnings() == file.warnings());
    if (text.startsWith("\xef\xbb\xbf"))
        return 0;       // a byte order mark is one at the start only
    const EnvFile before = EnvFile::parse("FIRST='a b' # c\n" + text, environment);
    FUZZ_CHECK(!before.entries().isEmpty() && before.entries().first().name == QStringLiteral("FIRST")
               && before.entries().first().value == QStringLiteral("a b"));
    FUZZ_CHECK(before.entries().size() == file.entries().size() + 1);
    return 0;
}
