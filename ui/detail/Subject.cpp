// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/Subject.h"

#include "ui/models/EntryWords.h"
#include "ui/models/TrafficModel.h"

#include <QCoreApplication>

namespace trunkline {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Subject)
};

/// Request first, then the replies. What went out is the same bytes again and stays out.
void addMessages(Subject &subject, const TrafficModel &traffic, quint64 chosen)
{
    if (subject.exchange && !subject.exchange->request.isEmpty())
        subject.messages.push_back({Words::tr("request"), subject.exchange->request, subject.exchange->startedAt});
    int replies = 0;
    for (const JournalEntry &entry : subject.entries) {
        const bool reply = entry.kind == EntryKind::Reply;
        if (subject.exchange && !reply && entry.sequence != chosen)
            continue;
        replies += reply ? 1 : 0;
        if (entry.sequence == chosen)
            subject.chosen = subject.messages.size();
        subject.messages.push_back({reply ? Words::tr("reply %1").arg(replies) : wordOf(entry.kind), entry.payload().toByteArray(), traffic.timeOf(entry)});
    }
}

} // namespace

Subject subjectOf(const ExchangePtr &exchange, const TrafficModel &traffic)
{
    Subject subject;
    if (!exchange)
        return subject;
    subject.exchange = exchange;
    subject.entries = traffic.entriesOf(exchange->correlation);
    addMessages(subject, traffic, 0);
    return subject;
}

Subject subjectOf(const JournalEntry &entry, const ExchangePtr &exchange, const TrafficModel &traffic)
{
    Subject subject;
    subject.exchange = exchange;
    subject.entries = exchange ? traffic.entriesOf(entry.correlation) : std::vector<JournalEntry>{entry};
    if (!exchange && entry.kind == EntryKind::Push) {
        for (const JournalEntry &other : traffic.entriesOf(entry.correlation)) {
            if (other.kind == EntryKind::Ack)
                subject.receipt = other;
        }
    }
    addMessages(subject, traffic, entry.sequence);
    return subject;
}

} // namespace trunkline
