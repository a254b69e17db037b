// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"

namespace trunkline {

/// Takes orders and lets the test answer them.
class FakeHubControl final : public HubControl
{
public:
    struct Order
    {
        Kind kind;
        QByteArray body;
        std::function<void(const ComposeAnswer &)> answered;
    };
    struct Search
    {
        QByteArray prefix;
        int max;
        std::function<void(std::optional<FoundUsers>)> found;
    };
    std::vector<Order> orders;
    std::vector<Search> searches;

    void compose(Kind kind, const QByteArray &body, std::function<void(const ComposeAnswer &)> answered) override
    {
        orders.push_back({kind, body, std::move(answered)});
    }
    void findUsers(const QByteArray &prefix, int max, std::function<void(std::optional<FoundUsers>)> found) override
    {
        searches.push_back({prefix, max, std::move(found)});
    }
    void disconnectSession(SessionId, const QByteArray &) override {}
    void clearJournal() override {}
    void startDemo(int) override {}
    void stopDemo() override {}
};

} // namespace trunkline
