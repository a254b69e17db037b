// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as an archive: it is refused, or what was read is never more than the archive holds, and comes out of one that we write
// as it went in.
#include "bench/Zip.h"
#include "tests/fuzz/Fuzz.h"

using namespace trunkline;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), qsizetype(size));
    const auto files = fromZip(bytes);
    if (!files)
        return 0;
    qsizetype total = 0;
    for (const ZipEntry &file : *files)
        total += file.bytes.size() + file.name.size();
    FUZZ_CHECK(total <= bytes.size());
    const auto again = fromZip(toZip(*files));
    FUZZ_CHECK(again.has_value() && again->size() == files->size());
    for (std::size_t i = 0; i < files->size(); ++i)
        FUZZ_CHECK(again->at(i).name == files->at(i).name && again->at(i).bytes == files->at(i).bytes);
    return 0;
}
