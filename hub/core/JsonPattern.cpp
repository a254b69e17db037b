// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JsonPattern.h"

#include "hub/core/NearestName.h"

#include <algorithm>

namespace trunkline {

namespace {

bool hasOperators(const JsonTree::Node &node)
{
    return node.isObject() && std::any_of(node.children.begin(), node.children.end(), [](const auto &member) { return member.name.startsWith('$'); });
}

QByteArray below(const QByteArray &path, const QByteArray &step) { return path.isEmpty() ? step : path + '.' + step; }

} // namespace

Result<JsonPattern> JsonPattern::parse(const QByteArray &json)
{
    const auto tree = JsonTree::parse(json);
    return tree ? fromNode(tree->root()) : tl::unexpected(tree.error());
}

Result<JsonPattern> JsonPattern::fromNode(const JsonTree::Node &node)
{
    if (hasOperators(node))
        return fromOperators(node);
    JsonPattern pattern;
    pattern.m_json = node.raw.toByteArray();
    if (node.type != JsonType::Object && node.type != JsonType::Array) {
        pattern.m_kind = Kind::Literal;
        return pattern;
    }
    pattern.m_kind = node.isObject() ? Kind::Object : Kind::Array;
    for (const JsonTree::Node &child : node.children) {
        auto made = fromNode(child);
        if (!made)
            return made;
        pattern.m_members.emplace_back(child.name, *std::move(made));
    }
    return pattern;
}

Result<JsonPattern> JsonPattern::fromOperators(const JsonTree::Node &node)
{
    const auto bad = [](const QString &detail) { return failure(ErrorCode::InvalidSetting, detail); };
    JsonPattern pattern;
    pattern.m_kind = Kind::Operators;
    pattern.m_json = node.raw.toByteArray();
    for (const JsonTree::Node &member : node.children) {
        const QString name = QString::fromUtf8(member.name);
        if (member.name == "$matches" && member.isString()) {
            pattern.m_expression = QRegularExpression(QString::fromUtf8(member.text()), QRegularExpression::UseUnicodePropertiesOption);
            if (!pattern.m_expression->isValid())
                return bad(QStringLiteral("$matches: %1 at character %2").arg(pattern.m_expression->errorString())
                               .arg(pattern.m_expression->patternErrorOffset() + 1));
        } else if ((member.name == "$gt" || member.name == "$lt") && member.type == JsonType::Number) {
            (member.name == "$gt" ? pattern.m_above : pattern.m_below) = member.raw.toDouble();
        } else if (member.name == "$absent" && member.type == JsonType::Bool) {
            pattern.m_absent = member.raw == "true";
        } else {
            const QStringList known{QStringLiteral("$matches"), QStringLiteral("$gt"), QStringLiteral("$lt"), QStringLiteral("$absent")};
            const QString nearest = nearestName(name, known);
            if (known.contains(name))
                return bad(QStringLiteral("%1 wants %2").arg(name, name == u"$matches" ? QStringLiteral("a regular expression")
                                                                      : name == u"$absent" ? QStringLiteral("true or false") : QStringLiteral("a number")));
            return bad(QStringLiteral("there is no operator \"%1\"%2").arg(name, nearest.isEmpty() ? QStringLiteral("; there are ") + known.join(QStringLiteral(", "))
                                                                                                : QStringLiteral(", did you mean \"%1\"?").arg(nearest)));
        }
    }
    return pattern;
}

std::vector<JsonDifference> JsonPattern::mismatches(const JsonTree::Node *actual, const QByteArray &path) const
{
    std::vector<JsonDifference> found;
    check(actual, path, found);
    return found;
}

bool JsonPattern::passesOperators(const JsonTree::Node *actual) const
{
    if (m_absent && *m_absent)
        return !actual;
    if (!actual)
        return false;
    if (m_expression && !m_expression->match(QString::fromUtf8(actual->text())).hasMatch())
        return false;
    if ((m_above || m_below) && actual->type != JsonType::Number)
        return false;
    return (!m_above || actual->raw.toDouble() > *m_above) && (!m_below || actual->raw.toDouble() < *m_below);
}

void JsonPattern::check(const JsonTree::Node *actual, const QByteArray &path, std::vector<JsonDifference> &out) const
{
    const auto differs = [&] { out.push_back({path, m_json, actual ? actual->raw.toByteArray() : QByteArray()}); };
    switch (m_kind) {
    case Kind::Anything:
        return;
    case Kind::Operators:
        return passesOperators(actual) ? void() : differs();
    case Kind::Literal: {
        const auto literal = JsonTree::parse(m_json);
        return actual && literal && sameJson(literal->root(), *actual) ? void() : differs();
    }
    case Kind::Object:
        if (!actual || !actual->isObject())
            return differs();
        for (const auto &[name, pattern] : m_members)
            pattern.check(actual->child(name), below(path, name), out);
        return;
    case Kind::Array:
        if (!actual || actual->type != JsonType::Array || actual->children.size() != m_members.size())
            return differs();
        for (std::size_t i = 0; i < m_members.size(); ++i)
            m_members[i].second.check(&actual->children[i], below(path, QByteArray::number(i)), out);
    }
}

} // namespace trunkline
