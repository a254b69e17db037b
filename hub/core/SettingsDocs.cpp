// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/SettingsDocs.h"

#include "hub/core/EnvFile.h"
#include "hub/core/SettingsTable.h"

namespace trunkline {

namespace {

QString defaultText(const Setting &setting)
{
    return setting.text(Settings());
}

/// Breaks at spaces so that each line, prefix included, stays within `width`.
QString wrapped(const QString &text, const QString &linePrefix, qsizetype width)
{
    QString result;
    QString line = linePrefix;
    for (const QString &word : text.split(u' ')) {
        if (line.size() > linePrefix.size() && line.size() + 1 + word.size() > width) {
            result += line + u'\n';
            line = linePrefix;
        }
        line += line.size() > linePrefix.size() ? QString(u' ' + word) : word;
    }
    return result + line + u'\n';
}

QString inTable(QString text)
{
    return text.replace(u'|', QStringLiteral("\\|"));
}

QString settingRows(const QString &group)
{
    QString rows = QStringLiteral("| Setting | Default | Allowed | What it does |\n|---|---|---|---|\n");
    for (const Setting &setting : settingsTable()) {
        if (group != QLatin1StringView(setting.group))
            continue;
        const QString value = defaultText(setting);
        rows += QStringLiteral("| <a id=\"%1\"></a>`%2` | %3 | %4 | %5 |\n")
                    .arg(setting.flag(), setting.nameText(),
                         value.isEmpty() ? QStringLiteral("empty") : u'`' + inTable(value) + u'`',
                         inTable(setting.allowed()), inTable(QString::fromUtf8(setting.doc)));
    }
    return rows;
}

const char *const introduction = R"(<!-- Made by `trunkline print-docs configuration`. Change hub/core/SettingsTable.cpp instead. -->
# Configuration

    ./run.sh serve --check-config

prints every value in force and where it came from. Nothing needs to be set: `./run.sh` starts a hub on
`http://127.0.0.1:8080`.

## Where values come from

From strongest to weakest:

1. a flag: the setting's name in lower case with hyphens, `--log-level DEBUG`. A switch needs no value: `--debug`,
   `--no-debug` and `--debug=false` all work.
2. the environment: `LOG_LEVEL=DEBUG`, or `TRUNKLINE_LOG_LEVEL=DEBUG`, which wins over the bare name.
3. the file `.env` in the working directory, or the one that `--env-file` names. It is read as python-dotenv does:
   `export`, quotes, comments, values over several lines in quotes, `${NAME}` and `${NAME:-fallback}`.
   [.env.example](../.env.example) has every setting with its default.
4. the default.

A value that is not allowed stops the start with exit code 2 and one line that names the setting, the value, where it came
from and what is allowed. Two exceptions, because other tools export these names too: an unreadable `DEBUG`, or a `HOST`
that is no address, in the process environment is ignored with a warning. (`TRUNKLINE_DEBUG` and `TRUNKLINE_HOST` are
strict.) An unknown name in the file, or one that starts with `TRUNKLINE_` in the environment, is a warning that names the
nearest known one.

## How values are written

- Switches: `true false yes no on off 1 0`.
- Durations: `300ms`, `2s`, `5m`, `1h`; a bare number is seconds, `0.5` is half of one.
- Bytes: `4096`, `64KiB`, `4MiB`, `1GiB` (`K`, `M` and `G` mean the same).
- Lists: `a,b,c`, or a JSON array: `["a", "b"]`.

## Settings

)";

const char *const logFormats = R"(## Log lines

Logs go to stderr, results to stdout. `LOG_FORMAT=json` writes one object a line with `time`, `level`, `name` and
`message`; `request_id` when it is about a request, `file` and `line` in debug builds.
Text formats take these tokens, with Python's alignment where wanted (`{level: <8}`):

| Token | Meaning |
|---|---|
| `{time}` `{time:YYYY-MM-DD HH:mm:ss.SSS}` | local time; add `!UTC` to the pattern for UTC, `[text]` for literal text |
| `{level}` `{level.name}` `{level.no}` | `DEBUG` … `CRITICAL`; 10, 20, 30, 40, 50 |
| `{message}` | the message; line breaks and control characters in it are escaped |
| `{name}` | the part of the program that speaks, `trunkline.hub` |
| `{function}` `{line}` `{file}` `{module}` | where in the source, in debug builds |
| `{process}` `{thread}` | their numbers |
| `{elapsed}` | time since the start |

In time patterns: `YYYY YY MM M DD D HH H hh h mm m ss s S…SSSSSS A ZZ Z dddd ddd MMMM MMM DDDD X x`. Color tags such as
`<green>…</green>` and `<level>…</level>` color the line on a terminal (not with `NO_COLOR`) and vanish elsewhere. `{{` and
`}}` are braces.

## Names read by the commands

| Name | Meaning |
|---|---|
| `TRUNKLINE_HUB` | URL of the hub for `connect`, `push` and `send`, when there is no `--hub` |
| `TRUNKLINE_TOKEN` | token they send as `Authorization: Bearer`, when there is no `--token` |
| `NO_COLOR` | not empty: no colors |

## Exit codes

| Code | Meaning |
|---|---|
| 0 | fine |
| 1 | a check failed: the message did not reach the user, or the hub refused the request |
| 2 | bad usage or a bad setting |
| 3 | the hub could not listen; the message says who holds the port and a command that works |
| 4 | the hub was not there or went away |
| 130 | interrupted (Ctrl-C); 143 after a second SIGTERM |
)";

} // namespace

QString envQuoted(const QString &value)
{
    const auto entries = EnvFile::parse("A=" + value.toUtf8() + "  # x").entries();
    if (entries.size() == 1 && entries.first().value == value)
        return value;
    QString escaped = value;
    escaped.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\"")).replace(u'\n', QStringLiteral("\\n"))
        .replace(u'\r', QStringLiteral("\\r"));
    return u'"' + escaped + u'"';
}

QString envExampleText()
{
    QString text = QStringLiteral("# Made by `trunkline print-docs env`. Copy it to .env and remove the # in front of what you change.\n"
                                  "# docs/configuration.md says more.\n");
    QString group;
    for (const Setting &setting : settingsTable()) {
        if (group != QLatin1StringView(setting.group)) {
            group = QString::fromLatin1(setting.group);
            text += QStringLiteral("\n# --- %1 ---\n").arg(group);
        }
        text += u'\n' + wrapped(QString::fromUtf8(setting.doc), QStringLiteral("# "), 110);
        text += wrapped(QStringLiteral("Allowed: ") + setting.allowed(), QStringLiteral("# "), 110);
        text += u'#' + setting.nameText() + u'=' + envQuoted(defaultText(setting)) + u'\n';
    }
    return text;
}

QString configurationText()
{
    QString text = QString::fromUtf8(introduction);
    QString group;
    for (const Setting &setting : settingsTable()) {
        if (group == QLatin1StringView(setting.group))
            continue;
        group = QString::fromLatin1(setting.group);
        text += QStringLiteral("### %1\n\n").arg(group) + settingRows(group) + u'\n';
    }
    return text + QString::fromUtf8(logFormats);
}

QString settingFlagsHelp()
{
    QString text;
    QString group;
    for (const Setting &setting : settingsTable()) {
        if (group != QLatin1StringView(setting.group)) {
            group = QString::fromLatin1(setting.group);
            text += QStringLiteral("\n%1:\n").arg(group);
        }
        const QString value = defaultText(setting);
        text += QStringLiteral("  --%1 %2\n")
                    .arg(setting.flag(), setting.isSwitch() ? QStringLiteral("[true|false]") : QStringLiteral("VALUE"));
        text += wrapped(QString::fromUtf8(setting.doc), QStringLiteral("        "), 100);
        text += wrapped(QStringLiteral("Default: %1. Allowed: %2.").arg(value.isEmpty() ? QStringLiteral("empty") : value, setting.allowed()),
                        QStringLiteral("        "), 100);
    }
    return text;
}

} // namespace trunkline
