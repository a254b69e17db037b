// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/ViewStore.h"

namespace trunkline {

/// A view that is fed through a mailbox; what fills it differs between a local and a remote hub.
class MailboxView : public HubView
{
    Q_OBJECT

public:
    ~MailboxView() override;

    [[nodiscard]] std::shared_ptr<const HubSnapshot> snapshot() const override { return m_store.snapshot(); }
    [[nodiscard]] JournalPage journalAfter(quint64 sequence, std::size_t max) const override;
    /// The same without copies: all that is there after `sequence`, for recorders.
    void readJournal(quint64 sequence, JournalSink &sink) const { m_store.readJournal(sequence, sink); }
    /// Nobody asks again for entries up to that one: frees them.
    void forgetJournal(quint64 upTo) { m_store.forgetJournal(upTo); }
    [[nodiscard]] ExchangePage exchangesAfter(quint64 revision, std::size_t max) const override;
    [[nodiscard]] Link link() const override { return m_link; }
    [[nodiscard]] bool isReadOnly() const override { return m_readOnly; }
    [[nodiscard]] QString linkDetail() const override { return m_linkDetail; }
    [[nodiscard]] std::chrono::microseconds roundTrip() const override { return m_roundTrip; }

protected:
    explicit MailboxView(const ViewStore::Limits &limits, QObject *parent);
    [[nodiscard]] const std::shared_ptr<HubMailbox> &mailbox() const { return m_mailbox; }

private:
    void empty();

    ViewStore m_store;
    Link m_link = Link::Connecting;
    bool m_readOnly = false;
    QString m_linkDetail;
    std::chrono::microseconds m_roundTrip{};
    std::shared_ptr<HubMailbox> m_mailbox;
};

} // namespace trunkline
