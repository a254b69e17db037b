// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/api/PageRoute.h"

#include "hub/api/WebResource.h"

#include <QCryptographicHash>

namespace trunkline {

namespace {

/// Replaces each `before NAME after` by `open`, the file's bytes and `close`; the hashes of the files, as CSP writes them.
QByteArray putInPlace(QByteArray &html, const QByteArray &before, const QByteArray &after, const QByteArray &open,
                      const QByteArray &close, QByteArray (*load)(const char *))
{
    QByteArray hashes;
    for (qsizetype at = html.indexOf(before); at >= 0; at = html.indexOf(before, at)) {
        const qsizetype end = html.indexOf(after, at);
        Q_ASSERT(end > at);
        const QByteArray name = html.mid(at + before.size(), end - at - before.size());
        const QByteArray text = load(name.constData());
        hashes.append(" 'sha256-").append(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64()).append('\'');
        const QByteArray piece = open + text + close;
        html.replace(at, end + after.size() - at, piece);
        at += piece.size();
    }
    return hashes;
}

/// Replaces each `<!-- include NAME -->` by that file, without its last line feed: what both pages share stands in one place.
void includeParts(QByteArray &html, QByteArray (*load)(const char *))
{
    const QByteArray before = "<!-- include ", after = " -->";
    for (qsizetype at = html.indexOf(before); at >= 0; at = html.indexOf(before, at)) {
        const qsizetype end = html.indexOf(after, at);
        Q_ASSERT(end > at);
        const QByteArray part = load(html.mid(at + before.size(), end - at - before.size()).constData()).trimmed();
        html.replace(at, end + after.size() - at, part);
        at += part.size();
    }
}

} // namespace

AssembledPage assemblePage(QByteArray html, QByteArray (*load)(const char *name))
{
    includeParts(html, load);
    const QByteArray styles = putInPlace(html, R"(<link rel="stylesheet" href=")", "\">", "<style>", "</style>", load);
    const QByteArray scripts = putInPlace(html, R"(<script src=")", "\"></script>", "<script>", "</script>", load);
    QByteArray policy = "default-src 'none'; script-src" + scripts + "; style-src" + styles;
    policy.append("; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                  "require-trusted-types-for 'script'");
    return {std::move(html), std::move(policy)};
}

PageRoute::PageRoute(Page page) : m_page(page)
{
    AssembledPage assembled = assemblePage(webResource(page == Page::Playground ? "index.html" : "docs.html"), webResource);
    m_response.body = std::move(assembled.html);
    m_response.contentType = "text/html; charset=utf-8";
    m_response.extraFields = "Content-Security-Policy: " + assembled.policy + "\r\nX-Content-Type-Options: nosniff\r\n"
                             "Referrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: same-origin\r\n"
                             "Cross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-cache\r\n";
}

void PageRoute::handle(HttpExchange &exchange) { exchange.respond(m_response); }

} // namespace trunkline
