// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/SendHistory.h"

#include "hub/view/filter/PayloadJson.h"
#include "ui/models/Format.h"

#include <QSettings>

#include <algorithm>

namespace trunkline {

namespace {

const QString kKey = QStringLiteral("compose/history");

} // namespace

SendHistory::SendHistory(QSettings &settings) : m_settings(settings)
{
    const QStringList known = settings.value(kKey).toStringList();      // kind, body, kind, body …
    for (qsizetype i = 0; i + 1 < known.size() && m_drafts.size() < kMost; i += 2) {
        bool ok = false;
        const int kind = known[i].toInt(&ok);
        if (ok && kind >= 0 && kind <= int(HubControl::Kind::Broadcast))
            m_drafts.push_back({HubControl::Kind(kind), known[i + 1].toUtf8()});
    }
}

void SendHistory::note(const Draft &draft)
{
    if (draft.body.size() > kMostBytes)
        return;
    std::erase(m_drafts, draft);
    m_drafts.insert(m_drafts.begin(), draft);
    m_drafts.resize(std::min(m_drafts.size(), kMost));
    store();
}

void SendHistory::clear()
{
    m_drafts.clear();
    store();
}

void SendHistory::store()
{
    QStringList flat;
    for (const Draft &draft : m_drafts)
        flat << QString::number(int(draft.kind)) << QString::fromUtf8(draft.body);
    m_settings.setValue(kKey, flat);
}

QString titleOf(const Draft &draft)
{
    QByteArrayView message = draft.body;
    if (const auto elements = filter::elementsOf(draft.body); !elements.empty())
        message = elements.front();
    QString user;
    QString text;
    for (const filter::PayloadMember &member : filter::membersOf(message)) {
        if (member.name == "user_id")
            user = QString::fromUtf8(filter::tokenText(member.value));
        else if (member.name == "prefix")
            user = QString::fromUtf8(filter::tokenText(member.value)) % u'*';
        else if (member.name == "data")
            text = format::summary(compactJson(member.value));
    }
    const QString title = QString(nameOf(draft.kind) % u' ' % user % QStringLiteral(" · ") % text).simplified();
    return title.size() > 60 ? QString(title.first(59) % QChar(0x2026)) : title;
}

} // namespace trunkline
