// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/net/GateContext.h"

#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#ifndef QT_NO_SSL
#  include <QSslConfiguration>
#endif

#include <memory>
#include <optional>

namespace trunkline {

class Connection;

/// The hub's own listener: every socket comes in here, is counted, and gets a Connection that reads its first bytes.
class Gate final : public QTcpServer
{
    Q_OBJECT

public:
    explicit Gate(GateContext &context);
    ~Gate() override;

    /// Errors: AddressInUse, ListenFailed (unknown host, no permission …), BadCertificate.
    Result<void> open();

    /// Gives QtHttpServer, which is bound to the gate, a socket of its lane.
    void offerLane(QTcpSocket *socket);
    /// Stops accepting and lets idle connections go.
    void stop();
    [[nodiscard]] int connectionCount() const { return *m_connections; }
    [[nodiscard]] bool isStreaming() const;

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Result<void> loadCertificate();
    void start(QTcpSocket *socket);
    [[nodiscard]] int connectionLimit() const;
    void startAccepting();
    void stopAccepting();
    void acceptSome();
    void waitForDescriptors();

    GateContext &m_context;
    QObject m_connectionParent;         ///< children: the connections that are not WebSockets
    int m_listener = -1;                            ///< the listening descriptor, once more
    std::unique_ptr<QSocketNotifier> m_arrivals;    ///< of m_listener; null where QTcpServer accepts
    QTimer m_resume;
    bool m_outOfDescriptors = false;
    std::shared_ptr<int> m_connections = std::make_shared<int>(0);  ///< shared with the sockets, which may outlive the gate
    int m_descriptorLimit = 0;
#ifndef QT_NO_SSL
    std::optional<QSslConfiguration> m_tls;
#endif
};

} // namespace trunkline
