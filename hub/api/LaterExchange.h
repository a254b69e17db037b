// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Json.h"
#include "hub/net/HttpExchange.h"

namespace trunkline {

/// A request that is handled after its exchange was deferred: a copy of what a JSON POST needs, its sender's rights checked
/// before. Lives until it was answered or deferred.
class LaterExchange final : public HttpExchange
{
public:
    /// What is kept of `request` while somebody is asked.
    struct Kept
    {
        explicit Kept(const HttpRequest &request, UserId user)
            : path(request.path), query(request.query.toByteArray()), remote(request.remote), id(request.id.toByteArray()),
              traceparent(request.traceparent.toByteArray()), tokenUser(std::move(user))
        {
            body.reserve(request.body.size() + kJsonPadding);
            body.append(request.body);
        }
        QByteArray path;
        QByteArray query;
        QByteArray body;
        QByteArray remote;
        QByteArray id;
        QByteArray traceparent;
        UserId tokenUser;
    };
    /// Both outlive the exchange.
    LaterExchange(const Kept &kept, DeferredAnswer &later) : m_kept(kept), m_later(later)
    {
        m_request.method = "POST";
        m_request.path = kept.path;
        m_request.query = kept.query;
        m_request.fields = &m_fields;
        m_request.body = kept.body;
        m_request.bodyPadding = kJsonPadding;
        m_request.remote = kept.remote;
        m_request.id = kept.id;
        m_request.traceparent = kept.traceparent;
    }
    const HttpRequest &request() const override { return m_request; }
    bool authorized(Role) override { return true; }
    UserId tokenUser() const override { return m_kept.tokenUser; }
    std::optional<HttpRefusal> refusalFor(Role) override { return std::nullopt; }
    bool isSameOrigin() const override { return true; }
    std::optional<HttpRefusal> refusalForForeigner() const override { return std::nullopt; }
    void offerToken(const QByteArray &) override { }
    void respond(const HttpResponse &response) override { m_later.respond(response); }
    void respondStreamHead() override { Q_UNREACHABLE(); }                      // a POST
    void respondToPreflight(const QByteArray &) override { Q_UNREACHABLE(); }   // a POST
    OutgoingStream &startStream() override { return m_later.startStream(); }
    DeferredAnswer &defer() override { return m_later; }

private:
    const Kept &m_kept;
    DeferredAnswer &m_later;
    HttpRequest m_request;
    const HeaderFields m_fields{};
};

} // namespace trunkline
