// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Arguments.h"

#include "hub/core/NearestName.h"
#include "hub/core/SettingsValues.h"

#include <QCommandLineParser>

namespace trunkline {

namespace {

/// QCommandLineParser knows no optional values: writes switches as --x=true and --x=false.
QStringList withExplicitSwitches(const QStringList &typed, const QList<Option> &options)
{
    QStringList switches;
    for (const Option &option : options) {
        if (option.takes == Option::Takes::Switch)
            switches << option.name;
    }
    QStringList result;
    for (qsizetype i = 0; i < typed.size(); ++i) {
        const QString &word = typed[i];
        if (word == u"--")
            return result + typed.mid(i);
        const QString name = word.startsWith(QLatin1StringView("--")) ? word.mid(2) : QString();
        const QString negated = name.startsWith(QLatin1StringView("no-")) ? name.mid(3) : QString();
        if (switches.contains(name)) {
            const bool valueFollows = i + 1 < typed.size() && values::boolean(typed[i + 1]).has_value();
            result << word + u'=' + (valueFollows ? typed[++i] : QStringLiteral("true"));
        } else if (switches.contains(negated)) {
            result << QStringLiteral("--") + negated + QStringLiteral("=false");
        } else {
            result << word;
        }
    }
    return result;
}

QString unknownOption(const QString &name, const QList<Option> &options)
{
    QStringList known;
    for (const Option &option : options)
        known << option.name;
    const QString nearest = nearestName(name, known);
    const QString typed = (name.size() == 1 ? QStringLiteral("-") : QStringLiteral("--")) + name;
    return QStringLiteral("unknown option %1").arg(typed)
         + (nearest.isEmpty() ? QString() : QStringLiteral("; did you mean --%1?").arg(nearest));
}

} // namespace

Result<Arguments> Arguments::parse(const QStringList &typed, const QList<Option> &options, qsizetype mostPositional)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    QCommandLineParser parser;
    for (const Option &option : options) {
        const bool takesValue = option.takes != Option::Takes::Nothing;
        parser.addOption(QCommandLineOption(option.name, QString(), takesValue ? QStringLiteral("value") : QString()));
    }
    parser.addOption(QCommandLineOption(QStringList{QStringLiteral("h"), QStringLiteral("help")}));
    const bool understood = parser.parse(QStringList(QStringLiteral("trunkline")) + withExplicitSwitches(typed, options));
    if (const QStringList unknown = parser.unknownOptionNames(); !unknown.isEmpty())
        return bad(unknownOption(unknown.first(), options));
    if (!understood)
        return bad(parser.errorText());

    Arguments result;
    result.m_positional = parser.positionalArguments();
    if (result.m_positional.size() > mostPositional)
        return bad(QStringLiteral("\"%1\" is one word too many").arg(result.m_positional[mostPositional]));
    for (const Option &option : options) {
        if (!parser.isSet(option.name))
            continue;
        // Asking an option that takes none for its values is a warning since Qt 6.8.
        const QStringList given = option.takes == Option::Takes::Nothing ? QStringList() : parser.values(option.name);
        result.m_values.insert(option.name, given.isEmpty() ? QString() : given.last());
    }
    if (parser.isSet(QStringLiteral("help")))
        result.m_values.insert(QStringLiteral("help"), QString());
    return result;
}

QString optionsHelp(const QList<Option> &options)
{
    QString text;
    for (const Option &option : options) {
        const QString left = QStringLiteral("  --") + option.name + (option.placeholder.isEmpty() ? QString() : u' ' + option.placeholder);
        text += left.leftJustified(27) + (left.size() >= 27 ? QStringLiteral("\n") + QString(27, u' ') : QString()) + option.doc + u'\n';
    }
    return text + QStringLiteral("  --help                   This text\n");
}

} // namespace trunkline
