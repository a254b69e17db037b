// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/bots/Yaml.h"

#include "hub/core/Json.h"
#include "hub/core/NearestName.h"
#include "hub/core/SettingsValues.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <QStringDecoder>

#include <sstream>

namespace trunkline {

namespace {

constexpr qsizetype kMaxFile = 1024 * 1024;
constexpr std::size_t kMaxDepth = 64;

TextPlace placeOf(const YAML::Mark &mark) { return {mark.line + 1, mark.column + 1}; }

/// What the parser sees, as a tree.
class TreeBuilder final : public YAML::EventHandler
{
public:
    explicit TreeBuilder(FileProblems &problems) : m_problems(problems) { }

    std::optional<YamlNode> root;

    void OnDocumentStart(const YAML::Mark &) override { }
    void OnDocumentEnd() override { }
    void OnNull(const YAML::Mark &mark, YAML::anchor_t) override { add(scalar(mark, true, "null")); }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t) override
    {
        m_problems.push_back({placeOf(mark), QStringLiteral("a word that begins with * is an alias in YAML: quote it")});
        add(scalar(mark, true, "null"));
    }
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t, const std::string &value) override
    {
        QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
        [[maybe_unused]] const QString decoded = decoder(QByteArrayView(value.data(), qsizetype(value.size())));
        if (decoder.hasError())
            m_problems.push_back({placeOf(mark), QStringLiteral("this is no UTF-8")});
        add(scalar(mark, tag == "?" || tag.empty(), QByteArray::fromStdString(value)));
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        open(mark, YamlNode::Kind::Sequence);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t, YAML::EmitterStyle::value) override
    {
        open(mark, YamlNode::Kind::Map);
    }
    void OnMapEnd() override { close(); }

private:
    static YamlNode scalar(const YAML::Mark &mark, bool plain, QByteArray text)
    {
        YamlNode node;
        node.place = placeOf(mark);
        node.plain = plain;
        node.text = std::move(text);
        return node;
    }
    void open(const YAML::Mark &mark, YamlNode::Kind kind)
    {
        if (m_open.size() >= kMaxDepth)
            throw YAML::ParserException(mark, "this is nested too deeply");
        YamlNode node;
        node.kind = kind;
        node.place = placeOf(mark);
        m_open.push_back(std::move(node));
    }
    void close()
    {
        YamlNode node = std::move(m_open.back());
        m_open.pop_back();
        add(std::move(node));
    }
    void add(YamlNode node)
    {
        if (m_open.empty()) {
            root = std::move(node);
            return;
        }
        YamlNode &parent = m_open.back();
        if (parent.kind == YamlNode::Kind::Map && parent.keys.size() == parent.items.size())
            addKey(parent, std::move(node));
        else
            parent.items.push_back(std::move(node));
    }
    void addKey(YamlNode &map, YamlNode key)
    {
        if (!key.isScalar())
            m_problems.push_back({key.place, QStringLiteral("a key is one word")});
        for (const YamlNode &other : map.keys) {
            if (key.isScalar() && other.text == key.text)
                m_problems.push_back({key.place, QStringLiteral("\"%1\" stands here twice; the first is in line %2")
                                                     .arg(QString::fromUtf8(key.text)).arg(other.place.line)});
        }
        map.keys.push_back(std::move(key));
    }

    FileProblems &m_problems;
    std::vector<YamlNode> m_open;
};

/// The byte at a place; 0 when there is none.
char charAt(const QByteArray &text, const TextPlace &place)
{
    const QByteArrayList lines = text.split('\n');
    const QByteArray line = lines.value(place.line - 1);
    return place.column >= 1 && place.column <= line.size() ? line[place.column - 1] : '\0';
}

bool isJsonScalar(const QByteArray &text)
{
    if (text == "true" || text == "false" || text == "null")
        return true;
    if (text.isEmpty() || (text[0] != '-' && (text[0] < '0' || text[0] > '9')))
        return false;
    JsonReader reader;
    const JsonReader::Object *value = reader.read(text);
    return value && value->type == JsonType::Number;
}

} // namespace

QString problemText(const QString &file, const FileProblem &problem)
{
    return QStringLiteral("%1:%2:%3: %4").arg(file).arg(problem.place.line).arg(problem.place.column).arg(problem.text);
}

const YamlNode *YamlNode::find(QByteArrayView key) const
{
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].text == key)
            return &items[i];
    }
    return nullptr;
}

QByteArray YamlNode::toJson() const
{
    if (isScalar())
        return isNull() ? QByteArray("null") : plain && isJsonScalar(text) ? text : encodeJsonString(text);
    QByteArray json(1, isMap() ? '{' : '[');
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            json += ',';
        if (isMap())
            json += encodeJsonString(keys[i].text) + ':';
        json += items[i].toJson();
    }
    return json + (isMap() ? '}' : ']');
}

std::optional<YamlNode> readYaml(const QByteArray &text, FileProblems &problems)
{
    if (text.size() > kMaxFile) {
        problems.push_back({{1, 1}, QStringLiteral("the file is larger than 1 MiB")});
        return std::nullopt;
    }
    const std::size_t before = problems.size();
    TreeBuilder builder(problems);
    try {
        std::istringstream stream(text.toStdString());
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder) || !builder.root)
            problems.push_back({{1, 1}, QStringLiteral("the file is empty")});
    } catch (const YAML::Exception &exception) {
        const TextPlace place = placeOf(exception.mark);
        const char c = charAt(text, place);
        QString what = QString::fromStdString(exception.msg);
        if (c == '@' || c == '*' || c == '`')
            what = QStringLiteral("a word that begins with %1 means something else in YAML: quote it").arg(QLatin1Char(c));
        problems.push_back({place, what});
    }
    return problems.size() > before ? std::nullopt : std::move(builder.root);
}

QString suggestion(const QString &typed, const QStringList &known)
{
    const QString nearest = nearestName(typed, known);
    return nearest.isEmpty() ? QStringLiteral("; known are ") + known.join(QStringLiteral(", ")) : QStringLiteral(", did you mean \"%1\"?").arg(nearest);
}

YamlFields::YamlFields(const YamlNode &node, const QString &what, FileProblems &problems) : m_node(node), m_what(what), m_problems(problems)
{
    if (!node.isMap())
        complain(node, QStringLiteral("%1 is a map here: name: value").arg(what));
}

const YamlNode *YamlFields::take(const char *name)
{
    m_known << QString::fromLatin1(name);
    return m_node.isMap() ? m_node.find(name) : nullptr;
}

std::optional<QByteArray> YamlFields::text(const char *name)
{
    const YamlNode *node = take(name);
    if (!node)
        return std::nullopt;
    if (node->isScalar() && !node->isNull())
        return node->text;
    complain(*node, QStringLiteral("%1 is a text").arg(QLatin1StringView(name)));
    return std::nullopt;
}

std::optional<qint64> YamlFields::number(const char *name, qint64 least, qint64 most)
{
    const YamlNode *node = take(name);
    if (!node)
        return std::nullopt;
    const auto value = node->isScalar() ? values::wholeNumber(QString::fromUtf8(node->text)) : std::nullopt;
    if (value && *value >= least && *value <= most)
        return value;
    complain(*node, QStringLiteral("%1 is a whole number from %2 to %3").arg(QLatin1StringView(name)).arg(least).arg(most));
    return std::nullopt;
}

std::optional<double> YamlFields::fraction(const char *name, double least, double most)
{
    const YamlNode *node = take(name);
    if (!node)
        return std::nullopt;
    bool fine = false;
    const double value = node->text.toDouble(&fine);
    if (node->isScalar() && fine && value >= least && value <= most)
        return value;
    complain(*node, QStringLiteral("%1 is a number from %2 to %3").arg(QLatin1StringView(name)).arg(least).arg(most));
    return std::nullopt;
}

std::optional<bool> YamlFields::boolean(const char *name)
{
    const YamlNode *node = take(name);
    if (!node)
        return std::nullopt;
    if (node->isScalar() && node->plain && (node->text == "true" || node->text == "false"))
        return node->text == "true";
    complain(*node, QStringLiteral("%1 is true or false").arg(QLatin1StringView(name)));
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> YamlFields::duration(const char *name)
{
    const YamlNode *node = take(name);
    if (!node)
        return std::nullopt;
    const auto value = yamlDuration(*node);
    if (!value)
        complain(*node, QStringLiteral("%1 is a duration such as 20ms or 2s").arg(QLatin1StringView(name)));
    return value;
}

void YamlFields::finish()
{
    for (const YamlNode &key : m_node.keys) {
        const QString typed = QString::fromUtf8(key.text);
        if (key.isScalar() && !m_known.contains(typed))
            complain(key, QStringLiteral("%1 knows no \"%2\"%3").arg(m_what, typed, suggestion(typed, m_known)));
    }
}

std::optional<std::chrono::milliseconds> yamlDuration(const YamlNode &node)
{
    return node.isScalar() ? values::duration(QString::fromUtf8(node.text)) : std::nullopt;
}

} // namespace trunkline
