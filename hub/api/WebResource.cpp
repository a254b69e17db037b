// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/WebResource.h"

#include <QFile>

// Outside of every namespace: the macro declares a function of the resource compiler's.
static void initWebResources() { Q_INIT_RESOURCE(web); }

namespace trunkline {

QByteArray webResource(const char *name)
{
    initWebResources();
    QFile file(QStringLiteral(":/trunkline/web/") + QString::fromLatin1(name));
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    return opened ? file.readAll() : QByteArray();
}

} // namespace trunkline
