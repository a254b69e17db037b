// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/net/GateContext.h"

#include <QSocketNotifier>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <QSslConfiguration>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QSslSocket;
QT_END_NAMESPACE

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
    /// `listener`: the descriptor of a socket that listens already; -1: listens on HOST and PORT.
    Result<void> open(qintptr listener);
    /// Reads TLS_CERT and TLS_KEY again: those who connect from now on see the new ones. BadCertificate: the old ones stay.
    Result<void> reloadCertificate();

    /// Gives QtHttpServer, which is bound to the gate, a socket of its lane.
    void offerLane(QTcpSocket *socket);
    /// Stops accepting and lets idle connections go.
    void stop();
    [[nodiscard]] int connectionCount() const { return *m_connections; }
    [[nodiscard]] bool isStreaming() const;

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void start(QTcpSocket *socket);
    [[nodiscard]] std::optional<HttpRefusal> refusalOf(qintptr descriptor, const AddressCounts::Place *place) const;
    void refuse(QTcpSocket *socket, const HttpRefusal &refusal);
    void encrypt(QSslSocket *socket);
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
    std::shared_ptr<AddressCounts> m_addresses = std::make_shared<AddressCounts>();
    int m_descriptorLimit = 0;
    std::optional<QSslConfiguration> m_tls;
};

} // namespace trunkline
