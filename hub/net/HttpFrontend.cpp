// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/HttpFrontend.h"

#include "hub/net/Connection.h"
#include "hub/net/Gate.h"
#include "hub/net/LaneSocket.h"

#include <QScopedValueRollback>
#include <QUrl>

namespace trunkline {

namespace {

/// The least that QtHttpServer needs to read a request. It reads a head byte by byte, and the gate has checked and kept the
/// fields already.
QByteArray bareRequest(const RequestHead &head, QByteArrayView body)
{
    QByteArray bytes;
    bytes.reserve(head.method.size() + head.target.size() + body.size() + 64);
    bytes.append(head.method).append(' ').append(head.target).append(" HTTP/1.1\r\nContent-Length: ");
    return bytes.append(QByteArray::number(body.size())).append("\r\n\r\n").append(body);
}

QByteArray methodName(QHttpServerRequest::Method method)
{
    switch (method) {
    case QHttpServerRequest::Method::Get: return "GET";
    case QHttpServerRequest::Method::Put: return "PUT";
    case QHttpServerRequest::Method::Delete: return "DELETE";
    case QHttpServerRequest::Method::Post: return "POST";
    case QHttpServerRequest::Method::Head: return "HEAD";
    case QHttpServerRequest::Method::Options: return "OPTIONS";
    case QHttpServerRequest::Method::Patch: return "PATCH";
    case QHttpServerRequest::Method::Connect: return "CONNECT";
    default: return "UNKNOWN";
    }
}

} // namespace

HttpFrontend::HttpFrontend(Gate *gate) : m_gate(gate) { bind(gate); }

void HttpFrontend::serve(Connection &connection, const RequestHead &head, QByteArrayView body)
{
    const QScopedValueRollback current(m_current, &connection);
    const QScopedValueRollback fields(m_fields, &head.fields);
    LaneSocket *lane = connection.lane();
    if (!lane) {
        lane = new LaneSocket(connection.socket().peerAddress(), connection.socket().peerPort());
        connection.setLane(lane);
        m_gate->offerLane(lane);
    }
    lane->feed(bareRequest(head, body));
}

void HttpFrontend::serve(const QHttpServerRequest &request)
{
    if (!m_current)
        return;
    const QByteArray body = request.body();
    const QByteArray query = request.query().toString(QUrl::FullyEncoded).toLatin1();
    const QByteArray method = methodName(request.method());
    HttpRequest seen;
    seen.method = method;
    seen.path = request.url().path(QUrl::FullyDecoded).toUtf8();
    seen.query = query;
    seen.fields = m_fields;
    seen.body = body;
    seen.bodyPadding = body.capacity() - body.size();
    m_current->handleFromLane(seen);
}

} // namespace trunkline
