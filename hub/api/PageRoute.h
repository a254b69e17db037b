// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/api/Router.h"

namespace trunkline {

/// A page of resources/web, whole in one answer: its style sheets and scripts stand in it, and its Content-Security-Policy
/// allows these by their hashes and nothing else, so that no text which a page shows can ever run.
class PageRoute final : public Route
{
public:
    enum class Page { Playground, ApiDocs };

    explicit PageRoute(Page page);
    void handle(HttpExchange &exchange) override;
    [[nodiscard]] QByteArrayList methods() const override { return {"GET", "HEAD"}; }
    [[nodiscard]] std::vector<OperationDoc> describe() const override;

private:
    const Page m_page;
    HttpResponse m_response;
};

/// Puts the parts that `html` includes (`<!-- include head.html -->`) and the files that it links (`<link rel="stylesheet" href="…">`,
/// `<script src="…"></script>`) in their places, and gives the policy that allows them. `load` gives a file's bytes.
struct AssembledPage
{
    QByteArray html;
    QByteArray policy;
};
AssembledPage assemblePage(QByteArray html, QByteArray (*load)(const char *name));

} // namespace trunkline
