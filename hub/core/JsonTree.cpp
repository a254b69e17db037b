// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/JsonTree.h"

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

using Node = JsonTree::Node;

/// Builds the tree of a text that JsonReader has found good.
class Builder
{
public:
    explicit Builder(QByteArrayView text) : m_text(text) { }

    Node value()
    {
        skipSpace();
        Node node;
        const qsizetype begin = m_at;
        switch (m_text[m_at]) {
        case '{':
            node.type = JsonType::Object;
            children(node, '}');
            break;
        case '[':
            node.type = JsonType::Array;
            children(node, ']');
            break;
        case '"':
            node.type = JsonType::String;
            string();
            break;
        default:
            node.type = m_text[m_at] == 't' || m_text[m_at] == 'f' ? JsonType::Bool
                : m_text[m_at] == 'n'                              ? JsonType::Null
                                                                   : JsonType::Number;
            while (m_at < m_text.size() && !QByteArrayView(" \t\r\n,]}").contains(m_text[m_at]))
                ++m_at;
        }
        node.raw = m_text.sliced(begin, m_at - begin);
        return node;
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && QByteArrayView(" \t\r\n").contains(m_text[m_at]))
            ++m_at;
    }
    QByteArrayView string()
    {
        const qsizetype begin = m_at++;
        while (m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        ++m_at;
        return m_text.sliced(begin, m_at - begin);
    }
    void children(Node &node, char end)
    {
        ++m_at;
        skipSpace();
        while (m_text[m_at] != end) {
            QByteArray name;
            if (end == '}') {
                name = decodeJsonString(string());
                skipSpace();
                ++m_at;     // :
            }
            node.children.push_back(value());
            node.children.back().name = std::move(name);
            skipSpace();
            if (m_text[m_at] == ',')
                ++m_at;
            skipSpace();
        }
        ++m_at;
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

/// A number of at most fifteen digits is exact as a double.
bool isExact(QByteArrayView number)
{
    return std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }) <= 15;
}

bool sameScalar(const Node &a, const Node &b)
{
    if (a.type != b.type)
        return false;
    if (a.raw == b.raw)
        return true;
    if (a.isString())
        return decodeJsonString(a.raw) == decodeJsonString(b.raw);
    return a.type == JsonType::Number && isExact(a.raw) && isExact(b.raw) && a.raw.toDouble() == b.raw.toDouble();
}

bool isContainer(const Node &node) { return node.type == JsonType::Object || node.type == JsonType::Array; }

class Comparer
{
public:
    Comparer(bool subset, std::size_t max) : m_subset(subset), m_max(max) { }

    void compare(const Node &expected, const Node &actual, const QByteArray &path)
    {
        if (expected.type != actual.type || !isContainer(expected)) {
            if (!sameScalar(expected, actual))
                add(path, expected.raw, actual.raw);
            return;
        }
        if (expected.type == JsonType::Array)
            return elements(expected, actual, path);
        std::set<QByteArray> names;
        for (const Node &member : expected.children) {
            if (!names.insert(member.name).second)
                continue;
            const Node *other = actual.child(member.name);
            if (other)
                compare(*expected.child(member.name), *other, below(path, member.name));
            else
                add(below(path, member.name), member.raw, {});
        }
        for (const Node &member : actual.children) {
            if (!m_subset && names.insert(member.name).second)
                add(below(path, member.name), {}, member.raw);
        }
    }
    std::vector<JsonDifference> found;

private:
    void elements(const Node &expected, const Node &actual, const QByteArray &path)
    {
        const std::size_t both = std::min(expected.children.size(), actual.children.size());
        for (std::size_t i = 0; i < both; ++i)
            compare(expected.children[i], actual.children[i], below(path, QByteArray::number(i)));
        for (std::size_t i = both; i < expected.children.size(); ++i)
            add(below(path, QByteArray::number(i)), expected.children[i].raw, {});
        for (std::size_t i = both; i < actual.children.size(); ++i)
            add(below(path, QByteArray::number(i)), {}, actual.children[i].raw);
    }
    static QByteArray below(const QByteArray &path, const QByteArray &step) { return path.isEmpty() ? step : path + '.' + step; }
    void add(const QByteArray &path, QByteArrayView expected, QByteArrayView actual)
    {
        if (found.size() < m_max)
            found.push_back({path, expected.toByteArray(), actual.toByteArray()});
    }

    const bool m_subset;
    const std::size_t m_max;
};

} // namespace

const Node *JsonTree::Node::child(QByteArrayView step) const
{
    if (type == JsonType::Object) {
        const auto found = std::find_if(children.rbegin(), children.rend(), [step](const Node &node) { return node.name == step; });
        return found == children.rend() ? nullptr : &*found;
    }
    bool isIndex = false;
    const qulonglong index = step.toByteArray().toULongLong(&isIndex);
    return isIndex && type == JsonType::Array && index < children.size() ? &children[std::size_t(index)] : nullptr;
}

const Node *JsonTree::Node::at(QByteArrayView path) const
{
    const Node *node = this;
    if (path.isEmpty())
        return node;
    for (const QByteArray &step : path.toByteArray().split('.')) {
        node = node->child(step);
        if (!node)
            break;
    }
    return node;
}

QByteArray JsonTree::Node::text() const { return isString() ? decodeJsonString(raw) : raw.toByteArray(); }

Result<JsonTree> JsonTree::parse(const QByteArray &text)
{
    JsonReader reader;
    if (!reader.read(text)) {
        return failure(ErrorCode::InvalidJson, QStringLiteral("%1 at byte %2").arg(QString::fromUtf8(reader.error().message))
                                                   .arg(reader.error().offset));
    }
    JsonTree tree;
    tree.m_text = text;
    tree.m_root = Builder(tree.m_text).value();
    return tree;
}

bool sameJson(const Node &a, const Node &b)
{
    Comparer comparer(false, 1);
    comparer.compare(a, b, {});
    return comparer.found.empty();
}

std::vector<JsonDifference> differences(const Node &expected, const Node &actual, bool subset, std::size_t max)
{
    Comparer comparer(subset, max);
    comparer.compare(expected, actual, {});
    return std::move(comparer.found);
}

} // namespace trunkline
