// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/CopyAs.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonValue>
#include <QJsonArray>

namespace trunkline {

namespace {

/// A JSON string token for any UTF-8.
QByteArray quotedJson(const QByteArray &text)
{
    const QByteArray wrapped = QJsonDocument(QJsonArray{QString::fromUtf8(text)}).toJson(QJsonDocument::Compact);
    return wrapped.sliced(1, wrapped.size() - 2);
}

QString bashQuoted(QString text)
{
    return u'\'' % text.replace(u'\'', QStringLiteral("'\\''")) % u'\'';
}

QString powerShellQuoted(QString text)
{
    return u'\'' % text.replace(u'\'', QStringLiteral("''")) % u'\'';
}

/// Offsets of the members of an object: where each begins and ends, commas excluded; empty when it is none.
QList<std::pair<qsizetype, qsizetype>> membersOf(const QByteArray &json)
{
    QList<std::pair<qsizetype, qsizetype>> members;
    if (!json.startsWith('{'))
        return members;
    int depth = 0;
    qsizetype start = 1;
    for (qsizetype at = 1; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') {
            for (++at; at < json.size() && json[at] != '"'; ++at)
                at += json[at] == '\\' ? 1 : 0;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (depth == 0 && (c == ',' || c == '}')) {
            members << std::pair(start, at);
            start = at + 1;
            if (c == '}')
                break;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return members;
}

} // namespace

QByteArray withoutEnvelope(const QByteArray &payload)
{
    const QByteArray json = payload.trimmed();
    const auto members = membersOf(json);
    if (members.isEmpty())
        return payload;
    QByteArray out = "{";
    for (const auto &[start, end] : members) {
        const QByteArray member = json.sliced(start, end - start).trimmed();
        bool own = !member.isEmpty();
        for (const char *name : {"\"user_id\"", "\"original_sender\"", "\"correlation_id\"", "\"event_type\"", "\"event_id\"", "\"timestamp\""})
            own = own && !member.startsWith(name);
        if (own)
            out.append(out.size() > 1 ? "," : "").append(member);
    }
    return out + '}';
}

QByteArray Repost::body() const
{
    return "{\"user_id\":" + quotedJson(user) + ",\"data\":" + data + '}';
}

QString nameOf(CopyForm form)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("CopyAs", text); };
    switch (form) {
    case CopyForm::Bash: return tr("curl (bash)");
    case CopyForm::PowerShell: return tr("PowerShell");
    case CopyForm::Python: return tr("Python");
    case CopyForm::Fetch: return tr("fetch (JavaScript)");
    case CopyForm::Trunkline: return tr("trunkline");
    }
    return {};
}

QString copyAs(const Repost &repost, CopyForm form)
{
    const QString body = QString::fromUtf8(repost.body());
    switch (form) {
    case CopyForm::Bash:
        return QStringLiteral("curl%1 -X POST %2 -H 'Content-Type: application/json' -d %3")
            .arg(repost.isSend ? QStringLiteral(" -N") : QString(), repost.url, bashQuoted(body));
    case CopyForm::PowerShell:
        return QStringLiteral("Invoke-RestMethod -Method Post -Uri %1 -ContentType 'application/json' -Body %2").arg(powerShellQuoted(repost.url), powerShellQuoted(body));
    case CopyForm::Python:
        return QStringLiteral("import urllib.request\n\nbody = r'''%1'''\nrequest = urllib.request.Request(\"%2\", data=body.encode(),\n"
                              "                                 headers={\"Content-Type\": \"application/json\"})\n"
                              "with urllib.request.urlopen(request) as answer:\n    for line in answer:\n        print(line.decode(), end=\"\")\n")
            .arg(QString(body).replace(QStringLiteral("'''"), QStringLiteral("'''\"'''\"r'''")), repost.url);
    case CopyForm::Fetch:
        return QStringLiteral("const answer = await fetch(\"%1\", {method: \"POST\", headers: {\"Content-Type\": \"application/json\"},\n"
                              "  body: JSON.stringify(%2)});\nfor await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) console.log(chunk);\n")
            .arg(repost.url, body);
    case CopyForm::Trunkline:
        return QStringLiteral("trunkline %1 --hub %2 --user %3 --data %4")
            .arg(repost.isSend ? QStringLiteral("send") : QStringLiteral("push"), repost.hubUrl, bashQuoted(QString::fromUtf8(repost.user)),
                 bashQuoted(QString::fromUtf8(repost.data)));
    }
    return {};
}

} // namespace trunkline
