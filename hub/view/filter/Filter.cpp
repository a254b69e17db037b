// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/Filter.h"

#include "hub/view/filter/FilterEvaluation.h"

#include <algorithm>

namespace trunkline {

using namespace filter;

namespace {

void collectStrangers(const Node &node, Record record, QStringList &names)
{
    for (const Node &child : node.children)
        collectStrangers(child, record, names);
    const FieldInfo *field = node.kind == Node::Kind::Test ? infoOf(node.test.field) : nullptr;
    if (!field || (record == Record::Entry ? field->ofEntries : field->ofExchanges))
        return;
    if (const QString name = QString::fromLatin1(field->name); !names.contains(name))
        names << name;
}

template <typename Subject>
bool passes(const Node &node, const Subject &subject)
{
    switch (node.kind) {
    case Node::Kind::And:
        return std::all_of(node.children.begin(), node.children.end(), [&](const Node &child) { return passes(child, subject); });
    case Node::Kind::Or:
        return std::any_of(node.children.begin(), node.children.end(), [&](const Node &child) { return passes(child, subject); });
    case Node::Kind::Not:
        return !passes(node.children.front(), subject);
    case Node::Kind::Test:
        return subject.passes(node.test);
    }
    return false;
}

} // namespace

tl::expected<Filter, FilterError> Filter::parse(const QString &text)
{
    auto node = parseNode(text);
    if (!node)
        return tl::unexpected<FilterError>(node.error());
    Filter result;
    result.m_text = text.trimmed();
    if (node->kind != Node::Kind::And || !node->children.empty())
        result.m_root = std::make_shared<const Node>(std::move(*node));
    return result;
}

bool Filter::matches(const JournalEntry &entry) const { return !m_root || passes(*m_root, EntrySubject(entry)); }

bool Filter::matches(const ExchangeInfo &exchange) const { return !m_root || passes(*m_root, ExchangeSubject(exchange)); }

QStringList Filter::strangersTo(Record record) const
{
    QStringList names;
    if (m_root)
        collectStrangers(*m_root, record, names);
    return names;
}

QString filterValue(const QString &value)
{
    const bool isPlain = !value.isEmpty() && std::all_of(value.begin(), value.end(), [](QChar c) {
        return c.isLetterOrNumber() || QStringView(u"_-.@:/+#").contains(c) || (c.unicode() >= 0x80 && !c.isSpace());
    });
    if (isPlain)
        return value;
    QString escaped = value;
    escaped.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    return u'"' + escaped + u'"';
}

} // namespace trunkline
