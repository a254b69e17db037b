// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Report.h"

#include "bench/Export.h"
#include "hub/view/WhyLate.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QXmlStreamWriter>

#include <algorithm>

namespace trunkline {

namespace {

using Outcome = ScenarioResult::Outcome;

const char *wordOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Passed: return "passed";
    case Outcome::Failed: return "failed";
    case Outcome::Unusable: return "cannot run";
    case Outcome::HubLost: return "hub lost";
    }
    return "";
}

QString colored(const QString &text, const char *code, Colors colors)
{
    return colors == Colors::On ? QStringLiteral("\x1b[%1m%2\x1b[0m").arg(QLatin1StringView(code), text) : text;
}

QString indented(const QString &text, int spaces)
{
    return QString(spaces, u' ') + QString(text).replace(u'\n', u'\n' + QString(spaces, u' '));
}

QString placeOf(const ScenarioResult &result, const StepFailure &failure)
{
    return QStringLiteral("%1:%2:%3").arg(result.file).arg(failure.place.line).arg(failure.place.column);
}

/// As people write it, and as a shell reads it back.
QString word(const QString &text)
{
    const auto isPlain = [](QChar c) { return (c.unicode() < 128 && c.isLetterOrNumber()) || QStringLiteral("._/-+:=@,").contains(c); };
    return std::all_of(text.begin(), text.end(), isPlain) ? text : QString::fromUtf8(shellWord(text.toUtf8()));
}

/// Opens the window on the exchange that failed, on what was longest in coming.
QString openCommand(const ScenarioResult &result, const ReportStyle &style)
{
    const QString command = style.window + u' ' + word(result.capture);
    for (const StepFailure &failure : result.failures) {
        if (!failure.correlation.isEmpty())
            return command + QStringLiteral(" --select ") + word(QString::fromUtf8(failure.correlation));
    }
    return command;
}

QString failureText(const ScenarioResult &result, const StepFailure &failure)
{
    QString text = QStringLiteral("%1: %2\n  expected: %3\n  came:     %4\n").arg(placeOf(result, failure), QString::fromUtf8(failure.step), failure.expected,
                                                                            QString(failure.came).replace(u'\n', QStringLiteral("\n            ")));
    if (!failure.timeline.isEmpty())
        text += QStringLiteral("  timeline of %1:\n%2\n").arg(QString::fromUtf8(failure.correlation), indented(QString::fromUtf8(failure.timeline).trimmed(), 4));
    return text;
}

double seconds(std::chrono::microseconds time) { return double(time.count()) / 1e6; }

/// XML 1.0 has no room for most control characters.
QString harmless(QString text)
{
    text.removeIf([](QChar c) { return c.unicode() < 0x20 && c != u'\n' && c != u'\t'; });
    return text;
}

/// The same timeline stands under several failures of one exchange: once is enough.
std::vector<StepFailure> withoutRepeatedTimelines(std::vector<StepFailure> failures)
{
    for (std::size_t i = 0; i + 1 < failures.size(); ++i) {
        if (failures[i].correlation == failures[i + 1].correlation)
            failures[i].timeline.clear();
    }
    return failures;
}

} // namespace

QString resultText(const ScenarioResult &result, const ReportStyle &style)
{
    const bool passed = result.outcome == Outcome::Passed;
    QString text = QStringLiteral("%1 %2 (%3)\n").arg(colored(QString::fromLatin1(wordOf(result.outcome)).leftJustified(10), passed ? "32" : "31", style.colors),
                                                     result.name, durationText(result.took));
    if (passed)
        return text;
    if (!result.problem.isEmpty())
        text += indented(result.file + QStringLiteral(": ") + result.problem, 2) + u'\n';
    for (const StepFailure &failure : withoutRepeatedTimelines(result.failures))
        text += indented(failureText(result, failure).trimmed(), 2) + u'\n';
    if (!result.output.isEmpty())
        text += QStringLiteral("  its programs said at last:\n") + indented(QString::fromUtf8(result.output).trimmed(), 4) + u'\n';
    if (!result.capture.isEmpty())
        text += QStringLiteral("  ") + openCommand(result, style) + u'\n';
    return text;
}

QString summaryText(const std::vector<ScenarioResult> &results, std::chrono::microseconds took)
{
    const auto passed = std::count_if(results.begin(), results.end(), [](const ScenarioResult &result) { return result.outcome == Outcome::Passed; });
    return QStringLiteral("%1 passed, %2 failed in %3").arg(passed).arg(qint64(results.size()) - passed).arg(durationText(took));
}

QByteArray toJUnit(const std::vector<ScenarioResult> &results, std::chrono::microseconds took)
{
    const auto count = [&](auto &&is) { return QString::number(std::count_if(results.begin(), results.end(), is)); };
    QByteArray bytes;
    QXmlStreamWriter xml(&bytes);
    xml.setAutoFormatting(true);
    xml.writeStartDocument();
    const auto totals = [&] {
        xml.writeAttribute(QStringLiteral("name"), QStringLiteral("trunkline check"));
        xml.writeAttribute(QStringLiteral("tests"), QString::number(results.size()));
        xml.writeAttribute(QStringLiteral("failures"), count([](const auto &result) { return result.outcome == Outcome::Failed; }));
        xml.writeAttribute(QStringLiteral("errors"), count([](const auto &result) { return result.outcome == Outcome::Unusable || result.outcome == Outcome::HubLost; }));
        xml.writeAttribute(QStringLiteral("time"), QString::number(seconds(took), 'f', 3));
    };
    xml.writeStartElement(QStringLiteral("testsuites"));
    totals();
    xml.writeStartElement(QStringLiteral("testsuite"));
    totals();
    for (const ScenarioResult &result : results) {
        xml.writeStartElement(QStringLiteral("testcase"));
        xml.writeAttribute(QStringLiteral("name"), harmless(result.name));
        xml.writeAttribute(QStringLiteral("classname"), harmless(result.file));
        xml.writeAttribute(QStringLiteral("time"), QString::number(seconds(result.took), 'f', 3));
        if (result.outcome == Outcome::Failed) {
            QString text;
            for (const StepFailure &failure : withoutRepeatedTimelines(result.failures))
                text += failureText(result, failure);
            xml.writeStartElement(QStringLiteral("failure"));
            xml.writeAttribute(QStringLiteral("message"), harmless(result.failures.empty() ? QString() : result.failures.front().came.section(u'\n', 0, 0)));
            xml.writeAttribute(QStringLiteral("type"), QStringLiteral("expectation"));
            xml.writeCharacters(harmless(text));
            xml.writeEndElement();
        } else if (result.outcome != Outcome::Passed) {
            xml.writeStartElement(QStringLiteral("error"));
            xml.writeAttribute(QStringLiteral("message"), harmless(result.problem));
            xml.writeAttribute(QStringLiteral("type"), QString::fromLatin1(wordOf(result.outcome)));
            xml.writeEndElement();
        }
        if (!result.capture.isEmpty() || !result.output.isEmpty()) {
            const QString command = result.capture.isEmpty() ? QString() : openCommand(result, {}) + u'\n';
            xml.writeTextElement(QStringLiteral("system-out"), harmless(command + QString::fromUtf8(result.output)));
        }
        xml.writeEndElement();
    }
    xml.writeEndDocument();
    return bytes;
}

QByteArray toJson(const std::vector<ScenarioResult> &results, std::chrono::microseconds took)
{
    QJsonArray scenarios;
    qint64 passed = 0;
    for (const ScenarioResult &result : results) {
        passed += result.outcome == Outcome::Passed;
        QJsonArray failures;
        for (const StepFailure &failure : result.failures) {
            failures.append(QJsonObject{{QStringLiteral("line"), failure.place.line}, {QStringLiteral("column"), failure.place.column},
                                        {QStringLiteral("step"), QString::fromUtf8(failure.step)}, {QStringLiteral("expected"), failure.expected},
                                        {QStringLiteral("came"), failure.came}, {QStringLiteral("correlation_id"), QString::fromUtf8(failure.correlation)},
                                        {QStringLiteral("timeline"), QString::fromUtf8(failure.timeline)}});
        }
        scenarios.append(QJsonObject{{QStringLiteral("name"), result.name}, {QStringLiteral("file"), result.file},
                                     {QStringLiteral("outcome"), QString::fromLatin1(wordOf(result.outcome)).replace(u' ', u'_')},
                                     {QStringLiteral("problem"), result.problem}, {QStringLiteral("seconds"), seconds(result.took)},
                                     {QStringLiteral("failures"), failures}, {QStringLiteral("capture"), result.capture}});
    }
    const QJsonObject whole{{QStringLiteral("passed"), passed}, {QStringLiteral("failed"), qint64(results.size()) - passed},
                            {QStringLiteral("seconds"), seconds(took)}, {QStringLiteral("scenarios"), scenarios}};
    return QJsonDocument(whole).toJson();
}

int exitCodeOf(const std::vector<ScenarioResult> &results)
{
    const auto any = [&](Outcome outcome) {
        return std::any_of(results.begin(), results.end(), [outcome](const ScenarioResult &result) { return result.outcome == outcome; });
    };
    return any(Outcome::HubLost) ? 4 : any(Outcome::Unusable) ? 2 : any(Outcome::Failed) ? 1 : 0;
}

} // namespace trunkline
