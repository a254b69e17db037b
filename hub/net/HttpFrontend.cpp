// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/net/HttpFrontend.h"

#include "hub/net/Connection.h"
#include "hub/net/Gate.h"
#include "hub/net/LaneSocket.h"

#include <QScopedValueRollback>
#include <QUrl>

namespace trunkline {

namespace {

/// Fields that concern the connection or the framing; the gate has dealt with them.
bool isHopByHop(QByteArrayView name)
{
    for (const char *field : {"connection", "upgrade", "transfer-encoding", "content-length", "expect", "keep-alive", "te"}) {
        if (equalsIgnoringCase(name, field))
            return true;
    }
    return false;
}

QByteArray canonicalRequest(const RequestHead &head, QByteArrayView body)
{
    QByteArray bytes;
    bytes.reserve(head.size + body.size() + 64);
    bytes.append(head.method).append(' ').append(head.target).append(" HTTP/1.1\r\n");
    for (const HeaderField &field : head.fields) {
        if (!isHopByHop(field.name))
            bytes.append(field.name).append(": ").append(field.value).append("\r\n");
    }
    bytes.append("Content-Length: ").append(QByteArray::number(body.size())).append("\r\n\r\n");
    return bytes.append(body);
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
    LaneSocket *lane = connection.lane();
    if (!lane) {
        lane = new LaneSocket(connection.socket().peerAddress(), connection.socket().peerPort());
        connection.setLane(lane);
        m_gate->offerLane(lane);
    }
    lane->feed(canonicalRequest(head, body));
}

void HttpFrontend::serve(const QHttpServerRequest &request)
{
    if (!m_current)
        return;
    const auto pairs = fieldsOf(request);
    HeaderFields fields;
    fields.reserve(std::size_t(pairs.size()));
    for (const auto &[name, value] : pairs)
        fields.push_back({name, value.trimmed().isEmpty() ? QByteArrayView("") : QByteArrayView(value)});
    const QByteArray body = request.body();
    const QByteArray query = request.query().toString(QUrl::FullyEncoded).toLatin1();
    const QByteArray method = methodName(request.method());
    HttpRequest seen;
    seen.method = method;
    seen.path = request.url().path(QUrl::FullyDecoded).toUtf8();
    seen.query = query;
    seen.fields = &fields;
    seen.body = body;
    seen.bodyPadding = body.capacity() - body.size();
    m_current->handleFromLane(seen);
}

} // namespace trunkline
