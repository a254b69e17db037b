// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/core/Result.h"

#include <QByteArray>
#include <QStringList>

#include <chrono>
#include <optional>
#include <vector>

/// YAML files of people (bots, scenarios) as trees that know where each value stands. Plain values.
namespace trunkline {

/// Line and column, from 1.
struct TextPlace
{
    int line = 0;
    int column = 0;
    friend bool operator==(const TextPlace &, const TextPlace &) = default;
};

/// A mistake in a file, for people.
struct FileProblem
{
    TextPlace place;
    QString text;
};
using FileProblems = std::vector<FileProblem>;

/// `file:line:column: what`
[[nodiscard]] QString problemText(const QString &file, const FileProblem &problem);

/// A value in a YAML file. An unquoted scalar that is a JSON number, true, false or null is that, digit for digit; every
/// other scalar is a string.
struct YamlNode
{
    enum class Kind { Scalar, Sequence, Map };

    Kind kind = Kind::Scalar;
    TextPlace place{};
    bool plain = false;                     ///< a scalar without quotes
    QByteArray text{};                      ///< of a scalar
    std::vector<YamlNode> items{};          ///< of a sequence, or the values of a map
    std::vector<YamlNode> keys{};           ///< of a map: keys[i] belongs to items[i]

    [[nodiscard]] bool isMap() const { return kind == Kind::Map; }
    [[nodiscard]] bool isSequence() const { return kind == Kind::Sequence; }
    [[nodiscard]] bool isScalar() const { return kind == Kind::Scalar; }
    [[nodiscard]] bool isNull() const { return isScalar() && plain && (text == "null" || text.isEmpty()); }
    [[nodiscard]] const YamlNode *find(QByteArrayView key) const;
    /// The same value as JSON.
    [[nodiscard]] QByteArray toJson() const;
};

/// Reads one document of at most 1 MiB. On any mistake (syntax, a key that stands twice, an alias) it is added to `problems`
/// and nothing is returned.
[[nodiscard]] std::optional<YamlNode> readYaml(const QByteArray &text, FileProblems &problems);

/// Takes the members of a map one by one and complains about those that nobody asked for.
class YamlFields final
{
public:
    /// `what` the map is, for the complaint when it is none: "a step". Complains, and is empty then.
    YamlFields(const YamlNode &node, const QString &what, FileProblems &problems);
    YamlFields(const YamlFields &) = delete;
    YamlFields &operator=(const YamlFields &) = delete;

    [[nodiscard]] const YamlNode *take(const char *name);
    // The same with a type; nullopt when it is not there, or is something else, which is a problem.
    std::optional<QByteArray> text(const char *name);
    std::optional<qint64> number(const char *name, qint64 least, qint64 most);
    std::optional<double> fraction(const char *name, double least, double most);
    std::optional<bool> boolean(const char *name);
    std::optional<std::chrono::milliseconds> duration(const char *name);
    /// Each unknown key is a problem that names the nearest known one. After the last take().
    void finish();
    [[nodiscard]] bool isMap() const { return m_node.isMap(); }
    void complain(const YamlNode &at, const QString &text) { m_problems.push_back({at.place, text}); }
    [[nodiscard]] FileProblems &problems() const { return m_problems; }

private:
    const YamlNode &m_node;
    const QString m_what;
    FileProblems &m_problems;
    QStringList m_known;
};

/// 20ms, 2s; a bare number is seconds.
[[nodiscard]] std::optional<std::chrono::milliseconds> yamlDuration(const YamlNode &node);
/// ", did you mean X?" or ": allowed are …" for `typed`.
[[nodiscard]] QString suggestion(const QString &typed, const QStringList &known);

} // namespace trunkline
