// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Comparison.h"

#include <QHash>

#include <algorithm>
#include <deque>

namespace trunkline {

namespace {

using Kind = ReplayDifference::Kind;
constexpr qsizetype kNowhere = -1;

void writeCanonical(const JsonTree::Node &node, QByteArray &out)
{
    if (node.type != JsonType::Object && node.type != JsonType::Array) {
        const int digits = int(std::count_if(node.raw.begin(), node.raw.end(), [](char c) { return c >= '0' && c <= '9'; }));
        if (node.isString())
            out += encodeJsonString(node.text());
        else if (node.type == JsonType::Number && digits <= 15)
            out += QByteArray::number(node.raw.toDouble(), 'g', 17);
        else
            out += node.raw;
        return;
    }
    std::vector<const JsonTree::Node *> children;
    for (const JsonTree::Node &child : node.children) {
        if (node.type == JsonType::Array || node.child(child.name) == &child)       // of one name the last one counts
            children.push_back(&child);
    }
    if (node.isObject())
        std::sort(children.begin(), children.end(), [](const auto *a, const auto *b) { return a->name < b->name; });
    out += node.isObject() ? '{' : '[';
    for (const JsonTree::Node *child : children) {
        if (node.isObject())
            out += encodeJsonString(child->name) + ':';
        writeCanonical(*child, out);
        out += ',';
    }
    out += node.isObject() ? '}' : ']';
}

/// The same for all texts that say the same.
QByteArray canonical(const QByteArray &text)
{
    const auto tree = JsonTree::parse(text);
    if (!tree)
        return text;
    QByteArray out;
    writeCanonical(tree->root(), out);
    return out;
}

/// For each recorded message the place where it came, if it came at all: equal ones are paired in order.
std::vector<qsizetype> pairEqual(const std::vector<RecordedText> &expected, const QByteArrayList &actual, std::vector<bool> &taken)
{
    QHash<QByteArray, std::deque<qsizetype>> places;
    for (qsizetype i = 0; i < actual.size(); ++i)
        places[canonical(actual[i])].push_back(i);
    std::vector<qsizetype> found(expected.size(), kNowhere);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        auto equal = places.find(canonical(expected[i].text));
        if (equal == places.end() || equal->empty())
            continue;
        found[i] = equal->front();
        taken[std::size_t(equal->front())] = true;
        equal->pop_front();
    }
    return found;
}

/// Which of the paired ones form the longest run in order (patience sorting).
std::vector<bool> inOrder(const std::vector<qsizetype> &places)
{
    std::vector<std::size_t> tails;
    std::vector<qsizetype> before(places.size(), kNowhere);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (places[i] == kNowhere)
            continue;
        const auto pile = std::lower_bound(tails.begin(), tails.end(), places[i], [&](std::size_t index, qsizetype place) { return places[index] < place; });
        before[i] = pile == tails.begin() ? kNowhere : qsizetype(*(pile - 1));
        if (pile == tails.end())
            tails.push_back(i);
        else
            *pile = i;
    }
    std::vector<bool> kept(places.size(), false);
    for (qsizetype i = tails.empty() ? kNowhere : qsizetype(tails.back()); i != kNowhere; i = before[std::size_t(i)])
        kept[std::size_t(i)] = true;
    return kept;
}

class Collector
{
public:
    Collector(const QByteArray &stream, const QByteArrayList &actual, std::vector<bool> taken) : m_stream(stream), m_actual(actual), m_taken(std::move(taken)) { }

    /// All extra ones before `place`; the recorded ones that did not come in this stretch take their places first.
    void stretch(std::vector<RecordedText> &lost, qsizetype place)
    {
        auto next = lost.begin();
        for (; m_at < place; ++m_at) {
            if (m_taken[std::size_t(m_at)])
                continue;
            if (next != lost.end())
                payload(*next++, m_actual[m_at]);
            else
                found.push_back({Kind::Extra, m_stream, 0, {}, {}, m_actual[m_at]});
        }
        for (; next != lost.end(); ++next)
            found.push_back({Kind::Missing, m_stream, next->number, {}, next->text, {}});
        lost.clear();
    }
    void order(const RecordedText &expected) { found.push_back({Kind::Order, m_stream, expected.number, {}, expected.text, {}}); }

    std::vector<ReplayDifference> found;

private:
    void payload(const RecordedText &expected, const QByteArray &actual)
    {
        const auto wanted = JsonTree::parse(expected.text);
        const auto came = JsonTree::parse(actual);
        if (!wanted || !came)
            return found.push_back({Kind::Payload, m_stream, expected.number, {}, expected.text, actual});
        for (const JsonDifference &difference : differences(wanted->root(), came->root()))
            found.push_back({Kind::Payload, m_stream, expected.number, difference.path, difference.expected, difference.actual});
    }

    const QByteArray m_stream;
    const QByteArrayList &m_actual;
    const std::vector<bool> m_taken;
    qsizetype m_at = 0;
};

QString shortened(const QByteArray &text)
{
    constexpr qsizetype most = 200;
    const QString shown = QString::fromUtf8(text);
    return shown.size() > most ? shown.left(most) + QStringLiteral("…") : shown;
}

} // namespace

std::vector<ReplayDifference> compareStream(const QByteArray &stream, const std::vector<RecordedText> &expected, const QByteArrayList &actual)
{
    std::vector<bool> taken(std::size_t(actual.size()), false);
    const std::vector<qsizetype> places = pairEqual(expected, actual, taken);
    const std::vector<bool> kept = inOrder(places);
    Collector collector(stream, actual, taken);
    std::vector<RecordedText> lost;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (places[i] == kNowhere)
            lost.push_back(expected[i]);
        else if (!kept[i])
            collector.order(expected[i]);
        else
            collector.stretch(lost, places[i]);
    }
    collector.stretch(lost, actual.size());
    return std::move(collector.found);
}

QByteArray kindName(ReplayDifference::Kind kind)
{
    switch (kind) {
    case Kind::Missing: return "missing";
    case Kind::Extra: return "extra";
    case Kind::Order: return "order";
    case Kind::Payload: return "payload";
    }
    return {};
}

QString differenceText(const ReplayDifference &difference)
{
    const QString stream = QString::fromUtf8(difference.stream);
    switch (difference.kind) {
    case Kind::Missing: return QStringLiteral("missing: message %1 did not come (%2): %3").arg(difference.number).arg(stream, shortened(difference.expected));
    case Kind::Extra: return QStringLiteral("extra: nothing of the kind was recorded (%1): %2").arg(stream, shortened(difference.actual));
    case Kind::Order: return QStringLiteral("order: message %1 came out of its place (%2): %3").arg(difference.number).arg(stream, shortened(difference.expected));
    case Kind::Payload: break;
    }
    const auto value = [](const QByteArray &token) { return token.isEmpty() ? QStringLiteral("nothing") : shortened(token); };
    return QStringLiteral("payload: message %1 differs at %2 (%3): %4, recorded %5").arg(difference.number)
        .arg(difference.path.isEmpty() ? QStringLiteral("the whole") : QString::fromUtf8(difference.path), stream, value(difference.actual), value(difference.expected));
}

} // namespace trunkline
