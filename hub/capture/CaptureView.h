// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/Capture.h"
#include "hub/view/HubView.h"

namespace trunkline {

/// The exchanges of a capture, as the hub would have told them: in the order in which they began, with a step for each
/// message. What only the hub knows (queues, pings, when a socket was drained) is missing.
[[nodiscard]] std::vector<ExchangeInfo> exchangesOf(const Capture &capture);

/// A capture as if it were a hub: the same views as live traffic. Never changes; the link is Recorded, with a detail that says
/// what this is and what is missing in it.
class CaptureView final : public HubView
{
    Q_OBJECT

public:
    explicit CaptureView(Capture capture, QObject *parent = nullptr);

    [[nodiscard]] std::shared_ptr<const HubSnapshot> snapshot() const override { return m_snapshot; }
    [[nodiscard]] JournalPage journalAfter(quint64 sequence, std::size_t max) const override;
    [[nodiscard]] ExchangePage exchangesAfter(quint64 revision, std::size_t max) const override;
    [[nodiscard]] Link link() const override { return Link::Recorded; }
    [[nodiscard]] bool isReadOnly() const override { return true; }
    [[nodiscard]] QString linkDetail() const override;
    [[nodiscard]] const Capture &capture() const { return m_capture; }

private:
    Capture m_capture;      ///< entries renumbered 1, 2, 3 … with holes where messages were missed
    std::shared_ptr<const HubSnapshot> m_snapshot;
    std::vector<std::shared_ptr<const ExchangeInfo>> m_exchanges;
};

} // namespace trunkline
