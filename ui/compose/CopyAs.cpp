// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/CopyAs.h"

#include "hub/view/filter/PayloadJson.h"

#include <QCoreApplication>

namespace trunkline::copyas {

namespace {

constexpr Language all[] = {Language::Bash, Language::PowerShell, Language::Python, Language::Fetch, Language::Trunkline};

QByteArray pathOf(const Draft &draft, const HubSnapshot &hub)
{
    const auto either = [](const QByteArray &known, const char *usual) { return known.isEmpty() ? QByteArray(usual) : known; };
    switch (draft.kind) {
    case HubControl::Kind::Push: return either(hub.ssePath, "/sse/push");
    case HubControl::Kind::Send: return either(hub.sseSendPath, "/sse/send");
    case HubControl::Kind::Batch: return either(hub.sseBatchPath, "/sse/push/batch");
    case HubControl::Kind::Broadcast: return either(hub.sseBroadcastPath, "/sse/broadcast");
    }
    return {};
}

QString baseOf(const HubSnapshot &hub)
{
    QString base = hub.url.isEmpty() ? QStringLiteral("http://127.0.0.1:8080") : QString::fromUtf8(hub.url);
    while (base.endsWith(u'/'))
        base.chop(1);
    return base;
}

QString bash(const QString &text)
{
    QString inner = text;
    return u'\'' + inner.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

/// PowerShell takes typographic quotes for plain ones.
QString powerShell(const QString &text)
{
    QString out;
    for (const QChar c : text) {
        out += c;
        if (c == u'\'' || (c.unicode() >= 0x2018 && c.unicode() <= 0x201b))
            out += c;
    }
    return u'\'' + out + u'\'';
}

/// A string literal that Python and JavaScript read alike.
QString literal(const QString &text)
{
    QString out = QStringLiteral("\"");
    for (const QChar c : text) {
        if (c == u'"' || c == u'\\')
            out += u'\\';
        if (c == u'\n')
            out += QStringLiteral("\\n");
        else if (c.unicode() < 0x20 || c.unicode() == 0x2028 || c.unicode() == 0x2029)
            out += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out + u'"';
}

QString asBash(const QString &url, const QString &body, bool streams)
{
    return QStringLiteral("curl -sS %1-X POST %2 \\\n  -H 'Content-Type: application/json' \\\n  --data-binary %3")
        .arg(streams ? QStringLiteral("-N ") : QString(), bash(url), bash(body));
}

QString asPowerShell(const QString &url, const QString &body)
{
    return QStringLiteral("$body = %1\nInvoke-RestMethod -Method Post -Uri %2 `\n  -ContentType 'application/json; charset=utf-8' `\n"
                          "  -Body ([Text.Encoding]::UTF8.GetBytes($body))")
        .arg(powerShell(body), powerShell(url));
}

QString asPython(const QString &url, const QString &body)
{
    return QStringLiteral("import urllib.request\n\nbody = %1\nrequest = urllib.request.Request(%2, data=body.encode(),\n"
                          "                                 headers={\"Content-Type\": \"application/json\"})\n"
                          "with urllib.request.urlopen(request) as answer:\n    for line in answer:\n        print(line.decode(), end=\"\")\n")
        .arg(literal(body), literal(url));
}

QString asFetch(const QString &url, const QString &body, bool streams)
{
    const QString read = streams ? QStringLiteral("const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();\n"
                                                  "for (let part; !(part = await reader.read()).done; )\n  console.log(part.value);\n")
                                 : QStringLiteral("console.log(await answer.text());\n");
    return QStringLiteral("const answer = await fetch(%1, {\n  method: \"POST\",\n  headers: {\"Content-Type\": \"application/json\"},\n  body: %2,\n});\n")
               .arg(literal(url), literal(body))
        + read;
}

/// One `trunkline push` or `send`; members that the command has no flag for are left out.
QString asTrunkline(QByteArrayView message, bool sends, const QString &base, const QString &path, const QString &usualPath)
{
    QString line = (sends ? QStringLiteral("trunkline send --hub ") : QStringLiteral("trunkline push --hub ")) + bash(base);
    if (path != usualPath)
        line += QStringLiteral(" --path ") + bash(path);
    struct Flag { const char *member; const char *flag; };
    static constexpr Flag flags[] = {{"user_id", " --user "}, {"event_type", " --event-type "}, {"event_id", " --event-id "},
                                     {"correlation_id", " --correlation-id "}, {"data", " --data "}};
    const auto members = filter::membersOf(message);
    for (const Flag &flag : flags) {
        for (const filter::PayloadMember &member : members) {
            if (member.name != flag.member)
                continue;
            const bool isText = member.value.startsWith('"');
            const QByteArray value = isText ? filter::tokenText(member.value) : compactJson(member.value);
            line += QLatin1StringView(flag.flag) + bash(QString::fromUtf8(value));
            break;
        }
    }
    return line;
}

QString asTrunkline(const Draft &draft, const QString &base, const QString &path)
{
    if (draft.kind == HubControl::Kind::Broadcast)     // the program has no broadcast
        return asBash(base + path, QString::fromUtf8(compactJson(draft.body)), false);
    if (draft.kind != HubControl::Kind::Batch) {
        const bool sends = draft.kind == HubControl::Kind::Send;
        return asTrunkline(draft.body, sends, base, path, sends ? QStringLiteral("/sse/send") : QStringLiteral("/sse/push"));
    }
    QStringList lines;      // the program has no batch: the messages one after the other
    for (const QByteArrayView message : filter::elementsOf(draft.body))
        lines << asTrunkline(message, false, base, {}, {});
    return lines.join(u'\n');
}

} // namespace

std::span<const Language> languages() { return all; }

QString nameOf(Language language)
{
    switch (language) {
    case Language::Bash: return QCoreApplication::translate("CopyAs", "bash (curl)");
    case Language::PowerShell: return QCoreApplication::translate("CopyAs", "PowerShell");
    case Language::Python: return QCoreApplication::translate("CopyAs", "Python");
    case Language::Fetch: return QCoreApplication::translate("CopyAs", "JavaScript (fetch)");
    case Language::Trunkline: return QCoreApplication::translate("CopyAs", "trunkline");
    }
    return {};
}

QString command(Language language, const Draft &draft, const HubSnapshot &hub)
{
    const QString base = baseOf(hub);
    const QString path = QString::fromUtf8(pathOf(draft, hub));
    const QString body = QString::fromUtf8(compactJson(draft.body));
    const bool streams = draft.kind == HubControl::Kind::Send;
    switch (language) {
    case Language::Bash: return asBash(base + path, body, streams);
    case Language::PowerShell: return asPowerShell(base + path, body);
    case Language::Python: return asPython(base + path, body);
    case Language::Fetch: return asFetch(base + path, body, streams);
    case Language::Trunkline: return asTrunkline(draft, base, path);
    }
    return {};
}

} // namespace trunkline::copyas
