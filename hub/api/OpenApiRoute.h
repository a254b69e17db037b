// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// `GET /openapi.json`: every route of the table as OpenAPI 3.1, in the words of Route::describe().
class OpenApiRoute final : public Route
{
public:
    static constexpr char kPath[] = "/openapi.json";

    /// `entries` is the router's own table and must live as long as the route.
    explicit OpenApiRoute(const std::vector<RouteEntry> &entries) : m_entries(entries) { }
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

private:
    const std::vector<RouteEntry> &m_entries;
    QByteArray m_document;      ///< made at the first request: the table is complete by then
};

/// The whole document.
QByteArray openApiDocument(const std::vector<RouteEntry> &entries);

} // namespace trunkline
