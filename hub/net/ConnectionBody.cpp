// SPDX-License-Identifier: GPL-3.0-or-later
// A request whose body comes later than its head, or in chunks.
#include "hub/net/Connection.h"

#include "hub/core/Json.h"

#include <utility>

namespace trunkline {

void Connection::expectBody(const RequestHead &head)
{
    m_phase = Phase::Body;
    m_bodyLength = head.contentLength.value_or(0);
    m_body.clear();
    m_chunks = head.chunked ? std::make_unique<ChunkedBody>(m_context.settings.maxBodyBytes) : nullptr;
    m_context.wheel.arm(*this, m_context.deadlines.body);
    if (head.expectsContinue && m_socket->bytesAvailable() == 0)
        m_out->write("HTTP/1.1 100 Continue\r\n\r\n");
}

bool Connection::readBody() { return m_chunks ? readChunkedBody() : readSizedBody(); }

bool Connection::readSizedBody()
{
    if (m_body.isNull())
        m_body.reserve(m_bodyLength + kJsonPadding);
    const qint64 wanted = qMin<qint64>(m_bodyLength - m_body.size(), m_socket->bytesAvailable());
    const qsizetype before = m_body.size();
    m_body.resize(before + wanted);
    m_socket->read(m_body.data() + before, wanted);
    if (m_body.size() < m_bodyLength)
        return true;
    dispatchStoredBody(std::exchange(m_body, {}));
    return m_phase == Phase::Head;
}

bool Connection::readChunkedBody()
{
    QByteArray &scratch = m_context.scratch;
    const qint64 available = m_socket->peek(scratch.data(), scratch.size());
    qsizetype taken = 0;
    const ChunkedBody::Outcome outcome = m_chunks->feed({scratch.constData(), available}, taken);
    m_socket->skip(taken);
    switch (outcome) {
    case ChunkedBody::Outcome::NeedMore:
        return true;
    case ChunkedBody::Outcome::Malformed:
        refuse({400, "The chunked body is malformed"});
        return false;
    case ChunkedBody::Outcome::TooLarge:
        refuse({413, "The body is larger than MAX_BODY_BYTES=" + QByteArray::number(m_context.settings.maxBodyBytes)});
        return false;
    case ChunkedBody::Outcome::Complete:
        break;
    }
    const std::unique_ptr<ChunkedBody> chunks = std::move(m_chunks);
    dispatchStoredBody(chunks->takeBody());
    return m_phase == Phase::Head;
}

void Connection::dispatchStoredBody(const QByteArray &body)
{
    // It was read and found good when it came.
    const QByteArray stored = std::exchange(m_storedHead, {});
    m_context.parser.parse(stored);
    m_visitor = visitorFor(m_context.parser.head());
    dispatch(m_context.parser.head(), body, body.capacity() - body.size());
}

} // namespace trunkline
