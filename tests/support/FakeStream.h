// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Endpoint.h"

#include <QByteArrayList>

#include <functional>

namespace trunkline {

/// A response stream without a socket. Counts what must not happen: calls after end().
class FakeStream final : public ReplyStream
{
public:
    void event(QByteArrayView json) override
    {
        callsAfterEnd += ends;
        events.append(json.toByteArray());
        if (onEvent)
            onEvent();
    }
    void end() override
    {
        callsAfterEnd += ends;
        ++ends;
    }

    std::function<void()> onEvent;      ///< called from within event(), as a socket that breaks would
    QByteArrayList events;
    int ends = 0;
    int callsAfterEnd = 0;
};

} // namespace trunkline
