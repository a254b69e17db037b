// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QRegularExpression>
#include <QString>

namespace trunkline {

/// Where an action is tested: a slot of a test program of this folder.
struct TestPlace
{
    const char *file = nullptr;
    const char *slot = nullptr;
};

/// What is missing there, read from the source; empty when the slot is one that runs, triggers `action` ("Do::Find"), and asserts
/// something before it triggers the next.
inline QString missingIn(const TestPlace &place, const QString &action)
{
    QFile file(QStringLiteral(TRUNKLINE_UI_TESTS "/") + QString::fromLatin1(place.file));
    if (!file.open(QIODevice::ReadOnly))
        return QStringLiteral("no file %1").arg(file.fileName());
    const QString text = QString::fromUtf8(file.readAll());
    const QString slot = QString::fromLatin1(place.slot);
    if (!text.contains(QStringLiteral("\n    void %1();").arg(slot)))
        return QStringLiteral("%1 has no slot %2").arg(file.fileName(), slot);
    const qsizetype start = text.indexOf(QStringLiteral("::%1()\n{").arg(slot));
    if (start < 0)
        return QStringLiteral("%1 has no body of %2").arg(file.fileName(), slot);
    const QString body = text.mid(start, text.indexOf(QStringLiteral("\n}\n"), start) - start);
    const QString name = QRegularExpression::escape(action);
    const QRegularExpression triggers(QStringLiteral(R"(action\((?:\w+::)?%1\)->trigger\(\)|trigger\(%1\))").arg(name));
    static const QRegularExpression asserts(QStringLiteral(R"(\bQ(?:TRY_)?(?:VERIFY|COMPARE)\w*\()"));
    bool triggered = false;
    for (auto found = triggers.globalMatch(body); found.hasNext();) {
        triggered = true;
        const qsizetype after = found.next().capturedEnd();
        const QString until = body.mid(after, body.indexOf(QStringLiteral("trigger("), after) - after);
        if (until.contains(asserts))
            return {};
    }
    return triggered ? QStringLiteral("%1 asserts nothing after %2").arg(slot, action) : QStringLiteral("%1 does not trigger %2").arg(slot, action);
}

} // namespace trunkline
