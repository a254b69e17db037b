// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/OpenApiRoute.h"

#include "hub/api/WebResource.h"
#include "hub/core/Json.h"

#include <algorithm>

namespace trunkline {

namespace {

QByteArray schemaReference(const char *schema)
{
    return schema ? QByteArray(R"({"$ref": "#/components/schemas/)") + schema + "\"}" : QByteArray(R"({"type": "string"})");
}

/// What an answer of this status carries besides X-Request-ID, whichever route it is of.
QByteArray fieldsOf(const ResponseDoc &response)
{
    switch (response.status) {
    case 401: return "WWW-Authenticate";
    case 429:
    case 503: return "Retry-After";
    default: break;
    }
    return response.mediaType && QByteArrayView(response.mediaType) == "text/event-stream" ? "Cache-Control X-Accel-Buffering" : "";
}

QByteArray headersMember(const QByteArray &names)
{
    QByteArray members;
    for (const QByteArray &name : names.simplified().split(' ')) {
        if (!name.isEmpty())
            members.append(members.isEmpty() ? "" : ", ").append('"' + name + R"(": {"$ref": "#/components/headers/)" + name + "\"}");
    }
    return R"(, "headers": {)" + members + '}';
}

/// `"200": {…}` of all that share a status.
QByteArray responseMember(const std::vector<ResponseDoc> &responses, int status, bool headOnly)
{
    QByteArray description, content, fields = status == 101 ? "" : "X-Request-ID";
    for (const ResponseDoc &response : responses) {
        if (response.status != status)
            continue;
        if (description.isEmpty())
            description = response.description;
        fields.append(' ' + fieldsOf(response) + ' ' + response.fields);
        if (!response.mediaType || headOnly)
            continue;
        content.append(content.isEmpty() ? "" : ", ").append(encodeJsonString(response.mediaType));
        content.append(R"(: {"schema": )").append(schemaReference(response.schema)).append('}');
    }
    QByteArray out = '"' + QByteArray::number(status) + R"(": {"description": )" + encodeJsonString(description);
    out.append(headersMember(fields));
    if (!content.isEmpty())
        out.append(R"(, "content": {)").append(content).append('}');
    return out.append('}');
}

struct CommonAnswer
{
    int status;
    const char *name;       ///< in components.json
};

/// What the gate answers to a request of any path.
constexpr CommonAnswer kOfTheGate[] = {
    {400, "BadRequest"}, {408, "Timeout"}, {413, "TooLarge"}, {414, "LongTarget"}, {417, "Expectation"}, {421, "Misdirected"},
    {429, "TooMany"}, {431, "LargeHead"}, {500, "Mistake"}, {503, "Busy"}, {505, "Version"}};

/// Adds what the gate and the router answer before a route is asked.
void addCommon(std::vector<ResponseDoc> &responses, const Route &route, const OperationDoc &operation)
{
    const auto add = [&responses](ResponseDoc common) {
        const bool known = std::any_of(responses.begin(), responses.end(), [&](const auto &one) { return one.status == common.status; });
        if (!known)
            responses.push_back(common);
    };
    if (operation.body && !route.takesAnyType()) {
        add({413, "The body is larger than MAX_BODY_BYTES.", "Error"});
        add({415, "Content-Type is not JSON.", "Error"});
        add({422, "The body is not JSON, or not what was wanted: `loc` says where.", "ValidationError"});
    }
    if (route.isRepeatable()) {
        add({400, "The Idempotency-Key is not 1 to 255 printable ASCII characters.", "Error"});
        add({409, "The request was carried out, but its answer is not at hand: too large to keep, or another hub is at it.", "Error",
             "application/json", "Retry-After"});
    }
    if (route.role() || operation.alwaysRole || operation.gateRole)
        add({401, "No bearer token, or one that is not known.", "Error"});
    add({403, "Not allowed: a token without the role, a foreign Origin, or protected mode. The text says what to set.", "Error"});
    std::stable_sort(responses.begin(), responses.end(), [](const auto &a, const auto &b) { return a.status < b.status; });
}

QByteArray operationJson(const Route &route, const OperationDoc &operation, bool headOnly)
{
    const QByteArray id = QByteArray(operation.id).append(headOnly ? "Head" : "");
    const QByteArray summary = QByteArray(operation.summary).append(headOnly ? " (head only)" : "");
    QByteArray out = R"({"operationId": )" + encodeJsonString(id);
    out.append(R"(, "tags": [)").append(encodeJsonString(operation.tag)).append(R"(], "summary": )").append(encodeJsonString(summary));
    if (*operation.description && !headOnly)
        out.append(R"(, "description": )").append(encodeJsonString(operation.description));
    out.append(R"(, "parameters": [)").append(operation.parameters).append(*operation.parameters ? ", " : "");
    out.append(R"({"$ref": "#/components/parameters/RequestId"})");
    out.append(operation.body ? R"(, {"$ref": "#/components/parameters/Traceparent"}])" : "]");
    if (operation.body) {
        const char *type = route.takesAnyType() ? "*/*" : "application/json";
        out.append(R"(, "requestBody": {"required": true, "content": {")").append(type).append(R"(": {"schema": )");
        out.append(schemaReference(*operation.body ? operation.body : nullptr));
        if (operation.example)
            out.append(R"(, "example": )").append(operation.example);
        out.append("}}}");
    }
    if (operation.alwaysRole)
        out.append(R"(, "security": [{"bearer": [")").append(operation.alwaysRole).append(R"("]}])");
    else if (operation.gateRole)
        out.append(R"(, "security": [{}, {"bearer": [")").append(operation.gateRole).append(R"("]}])");
    else if (const auto role = route.role())
        out.append(R"(, "security": [{}, {"bearer": [")").append(nameOf(*role)).append(R"("]}])");
    std::vector<ResponseDoc> responses = operation.responses;
    addCommon(responses, route, operation);
    out.append(R"(, "responses": {)");
    int last = 0;
    for (const ResponseDoc &response : responses) {
        if (response.status == last)
            continue;
        out.append(last ? ", " : "").append(responseMember(responses, response.status, headOnly));
        last = response.status;
    }
    for (const auto &[status, name] : kOfTheGate) {
        const auto same = [status = status](const ResponseDoc &one) { return one.status == status; };
        if (std::none_of(responses.begin(), responses.end(), same))
            out.append(R"(, ")" + QByteArray::number(status) + R"(": {"$ref": "#/components/responses/)" + name + "\"}");
    }
    out.append(R"(, "default": {"$ref": "#/components/responses/Error"}})");
    return out.append(headOnly ? "" : operation.more).append('}');
}

/// A folder's `/*` is one more segment of the path; the description has its parameter.
QByteArray pathName(QByteArray path)
{
    if (path.endsWith("/*"))
        path.replace(path.size() - 1, 1, "{user_id}");
    return path;
}

} // namespace

QByteArray openApiDocument(const std::vector<RouteEntry> &entries)
{
    QByteArray out = R"({"openapi": "3.1.0", "info": {"title": "Trunkline", "version": ")" TRUNKLINE_VERSION R"(", )"
                     R"("summary": "HTTP in, WebSocket out, replies as Server-Sent Events.", )"
                     R"("license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"}}, )"
                     R"("servers": [{"url": "/"}], "paths": {)";
    const char *separator = "";
    for (const RouteEntry &entry : entries) {
        out.append(separator).append(encodeJsonString(pathName(entry.path))).append(": {");
        separator = ", ";
        const char *comma = "";
        for (const OperationDoc &operation : entry.route->describe()) {
            out.append(comma).append('"').append(QByteArray(operation.method).toLower()).append("\": ");
            out.append(operationJson(*entry.route, operation, false));
            comma = ", ";
            if (QByteArrayView(operation.method) == "GET" && entry.methods.contains("HEAD"))
                out.append(R"(, "head": )").append(operationJson(*entry.route, operation, true));
        }
        out.append('}');
    }
    return out.append("}, ").append(webResource("components.json").trimmed().sliced(1));
}

void OpenApiRoute::handle(HttpExchange &exchange)
{
    if (m_document.isEmpty())
        m_document = openApiDocument(m_entries);
    HttpResponse response = HttpResponse::json(m_document);
    response.extraFields = "Cache-Control: no-cache\r\n";
    exchange.respond(response);
}

} // namespace trunkline
