// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace trunkline {

/// One way an operation ends. Two of the same status are two media types of it.
struct ResponseDoc
{
    int status = 200;
    const char *description = "";
    const char *schema = nullptr;           ///< of resources/web/components.json; nullptr: text, or no body at all
    const char *mediaType = "application/json";     ///< nullptr: no body
    const char *fields = "";                ///< header fields of components.json that only this answer has, with spaces between
};

/// What /openapi.json says of one method of a route. Texts are literals.
struct OperationDoc
{
    const char *method = "GET";
    const char *id = "";                    ///< operationId: stays the same for ever, programs are generated from it
    const char *tag = "";
    const char *summary = "";               ///< one line
    const char *description = "";           ///< CommonMark
    const char *parameters = "";            ///< JSON objects with commas between
    const char *body = nullptr;             ///< schema of the request's body
    const char *example = nullptr;          ///< JSON; a body that works
    std::vector<ResponseDoc> responses{};   ///< what every route may answer is added
    const char *alwaysRole = nullptr;       ///< a token with this role is wanted always, on loopback too
    const char *gateRole = nullptr;         ///< the gate, not the route, wants a token with this role when tokens are in use
    const char *more = "";                  ///< members that only this operation has, each with a comma before it
};

} // namespace trunkline
