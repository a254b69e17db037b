// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/MailboxView.h"

#include <utility>

namespace trunkline {

MailboxView::MailboxView(const ViewStore::Limits &limits, QObject *parent)
    : HubView(parent), m_store(limits), m_mailbox(std::make_shared<HubMailbox>(this, [this] { empty(); }))
{
}

MailboxView::~MailboxView() { m_mailbox->close(); }

JournalPage MailboxView::journalAfter(quint64 sequence, std::size_t max) const { return m_store.journalAfter(sequence, max); }

ExchangePage MailboxView::exchangesAfter(quint64 revision, std::size_t max) const
{
    return m_store.exchangesAfter(revision, max);
}

void MailboxView::empty()
{
    HubNews news = m_mailbox->take();
    if (news.roundTrip)
        m_roundTrip = *news.roundTrip;
    if (news.readOnly)
        m_readOnly = *news.readOnly;
    const bool linkNews = (news.link && *news.link != m_link) || (news.linkDetail && *news.linkDetail != m_linkDetail);
    m_link = news.link.value_or(m_link);
    m_linkDetail = std::move(news.linkDetail).value_or(m_linkDetail);
    const bool wasRestarted = news.restarted;
    const bool hasData = news.hasData();
    m_store.add(std::move(news));
    if (wasRestarted)
        Q_EMIT restarted();
    if (linkNews)
        Q_EMIT linkChanged();
    if (hasData)
        Q_EMIT updated();
}

} // namespace trunkline
