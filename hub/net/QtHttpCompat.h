// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QtGlobal>

namespace trunkline {

/// Every difference between the QtHttpServer of Qt 6.4 and of later versions, in one place.
/// A subclass gets each request once and answers it past QtHttpServer's own writer.
class CompatHttpServer : public QAbstractHttpServer
{
protected:
    using QAbstractHttpServer::QAbstractHttpServer;
    virtual void serve(const QHttpServerRequest &request) = 0;

private:
#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *) override
    {
        serve(request);
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) override { }
#else
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override
    {
        serve(request);
        // Ends the request for QtHttpServer; the lane throws these bytes away.
        responder.write(QHttpServerResponder::StatusCode::Ok);
        return true;
    }
#if QT_VERSION < QT_VERSION_CHECK(6, 8, 0)
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) override { }
#else
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override { }
#endif
#endif
};

} // namespace trunkline
