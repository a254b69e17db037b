// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"
#include "hub/core/Settings.h"

#include <QObject>
#include <QUrl>

#include <memory>

namespace trunkline {

class Clock;
class FaultPlan;
class Hub;
class HubMonitor;

/// One hub with its sockets: listens on one port, serves HTTP, SSE and WebSocket on the calling thread's event loop.
/// Create it, use it and destroy it on one thread.
class Server : public QObject
{
    Q_OBJECT

public:
    /// Binds and listens; accepts connections once the event loop runs.
    /// Errors: AddressInUse, ListenFailed, BadCertificate, Io (STORE). `clock` must outlive the server.
    /// `listener`: the descriptor of a socket that listens already and takes the place of HOST and PORT; -1: none.
    static Result<std::unique_ptr<Server>> start(const Settings &settings, const Clock &clock, qintptr listener = -1);
    ~Server() override;

    [[nodiscard]] quint16 port() const;
    [[nodiscard]] QUrl url() const;             ///< http://127.0.0.1:8080; a wildcard host becomes a loopback name
    [[nodiscard]] QUrl webSocketUrl() const;    ///< ws://127.0.0.1:8080/ws, without a query
    [[nodiscard]] QByteArray adminToken() const;///< random, of this start; for the ready file, never for a log
    [[nodiscard]] HubMonitor &monitor() const;  ///< for windows: see LocalHubView
    [[nodiscard]] int sessionCount() const;
    [[nodiscard]] bool isStopping() const;
    [[nodiscard]] bool isIdle() const;          ///< no session and no open stream

    /// Reads TLS_CERT, TLS_KEY, AUTH_TOKENS_FILE and JWT_PUBLIC_KEY again. Who is connected stays; who comes from now on is
    /// measured by the new ones. On an error, which is that of the first file that is unfit, all stays as it was.
    Result<void> reload();
    /// Meddles with messages of sessions that come from now on.
    void setFaults(FaultPlan plan);

    /// Stops accepting, ends every stream with the shutdown event and every session with 1001, then emits stopped(),
    /// at the latest after four seconds. Harmless when called twice.
    void shutdown();

Q_SIGNALS:
    void stopped();

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace trunkline
