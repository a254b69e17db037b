// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// Answers a request of any method with its own body. OPTIONS of a page's preflight stays a preflight.
class EchoRoute final : public Route
{
public:
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] std::vector<OperationDoc> describe() const override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "POST", "PUT", "PATCH", "DELETE"}; }
    [[nodiscard]] bool takesAnyMethod() const override { return true; }
    [[nodiscard]] bool takesAnyType() const override { return true; }
    [[nodiscard]] std::optional<Role> role() const override { return Role::Publish; }
};

} // namespace trunkline
