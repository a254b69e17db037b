// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/RequestHead.h"
#include "hub/net/QtHttpCompat.h"

namespace trunkline {

class Connection;
class Gate;

/// The Qt lane: QtHttpServer reads each request that the gate has checked, and what it read goes to the routes.
class HttpFrontend final : public CompatHttpServer
{
    Q_OBJECT

public:
    /// The gate must listen already; it becomes a child of the frontend.
    explicit HttpFrontend(Gate *gate);

    /// Gives the request to QtHttpServer, which calls back before this returns.
    void serve(Connection &connection, const RequestHead &head, QByteArrayView body);

protected:
    void serve(const QHttpServerRequest &request) override;

private:
    Gate *m_gate;
    Connection *m_current = nullptr;    ///< whose request is being read
    const HeaderFields *m_fields = nullptr;     ///< of that request
};

} // namespace trunkline
