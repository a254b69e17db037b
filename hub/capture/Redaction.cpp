// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/Redaction.h"

#include "hub/core/JsonTree.h"

#include <algorithm>

namespace trunkline {

namespace {

struct Mask
{
    QByteArrayView raw;
    QByteArray path;
};

bool pathMatches(const QByteArray &pattern, const QByteArray &path, const QByteArray &name)
{
    if (pattern.startsWith("*."))
        return pattern.sliced(2) == name;
    // What a service writes as data.x, a client gets as x.
    return pattern == path || (pattern.startsWith("data.") && pattern.sliced(5) == path);
}

void collect(const JsonTree::Node &node, const QByteArray &path, const QByteArrayList &paths, bool secrets, std::vector<Mask> &masks)
{
    const bool wanted = std::any_of(paths.begin(), paths.end(), [&](const QByteArray &pattern) { return pathMatches(pattern, path, node.name); });
    const bool secret = secrets && node.children.empty()
        && ((node.isString() && looksSecret(node.text())) || (node.type != JsonType::Null && isSecretName(node.name)));
    if (wanted || secret) {
        masks.push_back({node.raw, path.isEmpty() ? QByteArray("(text)") : path});
        return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const QByteArray step = node.type == JsonType::Object ? node.children[i].name : QByteArray::number(i);
        collect(node.children[i], path.isEmpty() ? step : path + '.' + step, paths, secrets, masks);
    }
}

bool isTokenChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

} // namespace

bool looksSecret(QByteArrayView text)
{
    // RFC 7519: three parts of base64url, the first of which begins with {" in it.
    for (qsizetype at = text.indexOf("eyJ"); at >= 0; at = text.indexOf("eyJ", at + 3)) {
        int dots = 0;
        qsizetype end = at;
        for (; end < text.size() && (isTokenChar(text[end]) || (text[end] == '.' && dots < 2)); ++end)
            dots += text[end] == '.';
        if (dots == 2 && end - at > 30)
            return true;
    }
    const QByteArray start = text.first(qMin<qsizetype>(text.size(), 8)).toByteArray().toLower();
    return start.startsWith("bearer ") || start.startsWith("basic ");
}

bool isSecretName(QByteArrayView name)
{
    const QByteArray lower = name.toByteArray().toLower().replace('-', '_');
    for (const char *word : {"password", "passwd", "secret", "authorization", "cookie", "api_key", "apikey", "private_key"}) {
        if (lower.contains(word))
            return true;
    }
    return lower == "token" || lower.endsWith("_token") || lower.startsWith("token_");
}

void Redaction::note(const QByteArray &path) const
{
    const auto found = std::find_if(m_findings.begin(), m_findings.end(), [&](const Finding &finding) { return finding.path == path; });
    if (found != m_findings.end())
        ++found->count;
    else
        m_findings.push_back({path, 1});
}

QByteArray Redaction::apply(const QByteArray &text) const
{
    if (text.isEmpty())
        return text;
    const auto tree = JsonTree::parse(text);
    if (!tree) {
        if (m_secrets == Secrets::Keep || !looksSecret(text))
            return text;
        note("(text)");
        return "***";
    }
    std::vector<Mask> masks;
    collect(tree->root(), {}, m_paths, m_secrets == Secrets::Mask, masks);
    if (masks.empty())
        return text;
    QByteArray out;
    const char *from = tree->text().constData();
    for (const Mask &mask : masks) {
        out.append(from, mask.raw.data() - from).append(kMasked);
        from = mask.raw.data() + mask.raw.size();
        note(mask.path);
    }
    return out.append(from, tree->text().constData() + tree->text().size() - from);
}

void Redaction::apply(Capture &capture) const
{
    for (JournalEntry &entry : capture.entries) {
        const QByteArray masked = apply(entry.text);
        if (masked == entry.text)
            continue;
        entry.text = masked;
        entry.textBytes = masked.size();
    }
    for (const QByteArray &path : m_paths) {
        if (!capture.header.redactions.contains(path))
            capture.header.redactions << path;
    }
    if (m_secrets == Secrets::Mask && !capture.header.redactions.contains("(secrets)"))
        capture.header.redactions << "(secrets)";
}

} // namespace trunkline
