// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Console.h"

#include "app/trunkline/Platform.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace trunkline {

namespace {

bool colorsWelcome()
{
    return qEnvironmentVariableIsEmpty("NO_COLOR") && qEnvironmentVariable("TERM") != u"dumb";
}

} // namespace

bool printOut(const QByteArray &text)
{
    const auto size = static_cast<std::size_t>(text.size());
    return std::fwrite(text.constData(), 1, size, stdout) == size && std::fflush(stdout) == 0;
}

bool printOut(const QString &text)
{
    return printOut(text.toUtf8());
}

bool printJson(const QJsonObject &object)
{
    return printOut(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void printError(const QString &line)
{
    QString clean = line;
    for (QChar &c : clean) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    const QByteArray bytes = clean.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
}

bool colorsOnStdout()
{
    return platform::isTerminal(stdout) && colorsWelcome();
}

bool colorsOnStderr()
{
    return platform::isTerminal(stderr) && colorsWelcome();
}

} // namespace trunkline
