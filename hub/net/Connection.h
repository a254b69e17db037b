// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/RequestTrace.h"
#include "hub/core/UpstreamTable.h"
#include "hub/net/GateContext.h"

#include <QPointer>
#include <QTcpSocket>

#include <memory>

namespace trunkline {

class LaneSocket;
class SseStream;
class TokenExpiry;

/// One accepted socket from its first byte: frames and checks each request (RFC 9112), one at a time, and hands it to a
/// lane; becomes a WebSocket when asked. Deletes itself when the peer is gone.
class Connection final : public QObject, public HttpExchange, public DeferredAnswer, private WheelTimer
{
    Q_OBJECT

public:
    /// Takes the socket over.
    Connection(QTcpSocket *socket, GateContext &context, QObject *parent);
    ~Connection() override;

    [[nodiscard]] const HttpRequest &request() const override { return m_request; }
    bool authorized(Role role) override;
    [[nodiscard]] UserId tokenUser() const override { return m_tokenUser; }
    [[nodiscard]] std::optional<HttpRefusal> refusalFor(Role role) override;
    [[nodiscard]] bool isSameOrigin() const override;
    [[nodiscard]] std::optional<HttpRefusal> refusalForForeigner() const override;
    void offerToken(const QByteArray &token) override { m_visitor.token = token; }
    void respond(const HttpResponse &response) override;
    void respondStreamHead() override;
    void respondToPreflight(const QByteArray &allow) override;
    OutgoingStream &startStream() override;
    DeferredAnswer &defer() override;
    void onAborted(std::function<void()> callback) override { m_aborted = std::move(callback); }

    /// The hub stops: closes at once unless an answer is under way.
    void closeWhenIdle();
    /// A stream is open, or an answer is yet to come.
    [[nodiscard]] bool isStreaming() const { return m_stream != nullptr || m_phase == Phase::Waiting; }

    /// What QtHttpServer sees of this connection; made when first needed.
    [[nodiscard]] LaneSocket *lane() const;
    void setLane(LaneSocket *lane);
    /// The request as QtHttpServer read it.
    void handleFromLane(const HttpRequest &request);
    [[nodiscard]] const QTcpSocket &socket() const { return *m_socket; }

private:
    enum class Phase { Head, Body, Answering, Waiting, Reserving, Streaming, Draining, Gone };
    enum class Lane { Fast, Qt };

    void process();
    bool isCongested();
    void awaitProgress();
    void onProgress();
    bool readHead();
    bool readBody();
    bool readSizedBody();
    bool readChunkedBody();
    void expectBody(const RequestHead &head);
    [[nodiscard]] std::optional<HttpRefusal> refusalOf(const RequestHead &head);
    [[nodiscard]] std::optional<HttpRefusal> refusalOfStranger();
    bool turnAway(const HttpRefusal &refusal, const RequestHead &head, qint64 available);
    void dispatch(const RequestHead &head, QByteArrayView body, qsizetype padding);
    void dispatchStoredBody(const QByteArray &body);
    void serveOnQtLane(const RequestHead &head, QByteArrayView body);
    void noteUpstream(const RequestHead &head);
    void upgrade(const RequestHead &head, bool bytesFollow);
    void onReserved();
    void unreserve();
    void refuse(const HttpRefusal &refusal);
    void endWaiting();
    void tellAborted();
    void answered();
    void drain();
    void discardInput();
    void noteFailed(const HttpResponse &response);
    void writePrebuilt(const QByteArray &prebuilt);
    void endExpired();
    void finishStream();
    void onDisconnected();
    void expired() override;
    [[nodiscard]] Visitor visitorFor(const RequestHead &head) const;
    [[nodiscard]] ResponseFraming framing();

    GateContext &m_context;
    QPointer<QTcpSocket> m_socket;
    std::optional<SocketWriter> m_out;
    QPointer<LaneSocket> m_lane;
    std::unique_ptr<SseStream> m_stream;
    std::function<void()> m_aborted;        ///< of a deferred answer
    std::optional<std::chrono::milliseconds> m_tokenEnds;   ///< of the request being answered
    UserId m_tokenUser;
    std::unique_ptr<TokenExpiry> m_expiry;                  ///< while a stream is open whose token expires
    HttpRequest m_request;
    RequestTrace m_trace;           ///< of the request that is read or answered
    QByteArray m_plain;             ///< the prebuilt answer that went out last, with its id
    const char *m_plainOf = nullptr;    ///< which one that was
    Visitor m_visitor;
    QByteArray m_storedHead;        ///< of a request whose body is still coming
    QByteArray m_body;
    qint64 m_bodyLength = 0;
    std::unique_ptr<ChunkedBody> m_chunks;
    QByteArray m_cors;              ///< lines for the answer in the making
    QByteArray m_remote;
    ReservationId m_reservation;    ///< while a WebSocket client waits for its place
    Clock::Instant m_received;      ///< the last byte of the request on the Qt lane
    UpstreamTable::Entry *m_upstream = nullptr;     ///< once somebody watches
    QByteArray m_knownHost;         ///< a Host that was welcome on this connection
    bool m_peerIsLoopback;
    Phase m_phase = Phase::Head;
    bool m_processing = false;
    bool m_congested = false;       ///< the peer does not take its answers
    bool m_headStarted = false;     ///< the head's deadline runs
    bool m_closeAfter = false;
    bool m_headOnly = false;
    bool m_oldClient = false;       ///< HTTP/1.0
    bool m_stopping = false;
};

} // namespace trunkline
