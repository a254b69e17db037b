// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/FilterCompletion.h"

#include "hub/view/filter/Filter.h"

#include <QCoreApplication>

namespace trunkline::filter {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Filter)
};

/// The word around the cursor, from behind the last space or parenthesis; an open quote holds spaces.
qsizetype wordBegin(const QString &text, qsizetype cursor)
{
    qsizetype begin = 0;
    bool quoted = false;
    for (qsizetype i = 0; i < cursor; ++i) {
        if (text[i] == u'"' && (i == 0 || text[i - 1] != u'\\'))
            quoted = !quoted;
        else if (!quoted && (text[i].isSpace() || text[i] == u'(' || text[i] == u')'))
            begin = i + 1;
    }
    return begin;
}

qsizetype wordEnd(const QString &text, qsizetype cursor)
{
    while (cursor < text.size() && !text[cursor].isSpace() && text[cursor] != u')' && text[cursor] != u',')
        ++cursor;
    return cursor;
}

/// What the field takes most often behind its name.
QString operatorOf(const FieldInfo &field)
{
    const bool isNumber = field.type == FieldType::Count || field.type == FieldType::Duration || field.type == FieldType::Bytes;
    return isNumber && field.field != Field::Session ? QStringLiteral(">") : QStringLiteral(":");
}

class Collector
{
public:
    Collector(Completion &out, int most) : m_out(out), m_most(std::size_t(most)) {}
    /// First what was typed, then those that begin with it, then those that hold it.
    void add(const QString &text, const QString &note, const QString &typed, const QString &compared)
    {
        if (compared.compare(typed, Qt::CaseInsensitive) == 0)
            m_out.suggestions.insert(m_out.suggestions.begin(), {text, note});
        else if (compared.startsWith(typed, Qt::CaseInsensitive))
            m_out.suggestions.push_back({text, note});
        else if (typed.size() > 1 && compared.contains(typed, Qt::CaseInsensitive))
            m_later.push_back({text, note});
    }
    void finish()
    {
        m_out.suggestions.insert(m_out.suggestions.end(), m_later.begin(), m_later.end());
        if (m_out.suggestions.size() > m_most)
            m_out.suggestions.resize(m_most);
    }

private:
    Completion &m_out;
    std::vector<Suggestion> m_later;
    std::size_t m_most;
};

void completeField(const QString &typed, Record record, Collector &collector)
{
    for (const FieldInfo &field : fields()) {
        if (!(record == Record::Entry ? field.ofEntries : field.ofExchanges))
            continue;
        const QString name = QString::fromLatin1(field.name);
        collector.add(name + operatorOf(field), Words::tr(field.help), typed, name);
    }
    if (typed.isEmpty())
        return;
    collector.add(QStringLiteral("and "), Words::tr("both; a space means the same"), typed, QStringLiteral("and"));
    collector.add(QStringLiteral("or "), Words::tr("one of the two"), typed, QStringLiteral("or"));
    collector.add(QStringLiteral("not "), Words::tr("what does not pass the next one"), typed, QStringLiteral("not"));
}

void completeValue(const FieldInfo &field, const QString &typed, const QStringList &values, Collector &collector)
{
    for (const QString &word : wordsOf(field))
        collector.add(word, {}, typed, word);
    for (const QString &value : values)
        collector.add(filterValue(value), {}, typed, value);
    if (field.type == FieldType::Duration && typed.isEmpty()) {
        for (const char *example : {"10ms", "100ms", "300ms", "1s"})
            collector.add(QString::fromLatin1(example), {}, typed, QString::fromLatin1(example));
    }
}

} // namespace

Completion complete(const QString &text, qsizetype cursor, Record record, const QHash<Field, QStringList> &values, int most)
{
    cursor = std::clamp<qsizetype>(cursor, 0, text.size());
    Completion completion;
    completion.begin = wordBegin(text, cursor);
    completion.end = wordEnd(text, cursor);
    const QString word = text.sliced(completion.begin, cursor - completion.begin);
    Collector collector(completion, most);
    if (word.startsWith(u'@')) {
        ++completion.begin;
        for (const QString &name : values.value(Field::Mention))
            collector.add(name, {}, word.sliced(1), name);
        collector.finish();
        return completion;
    }
    qsizetype at = 0;
    while (at < word.size() && !QStringView(u":~<>=!").contains(word[at]))
        ++at;
    const FieldInfo *field = at < word.size() ? findField(QStringView(word).first(at)) : nullptr;
    if (at == word.size()) {
        completeField(word, record, collector);
    } else if (field && word[at] != u'~') {
        while (at < word.size() && QStringView(u":~<>=!").contains(word[at]))
            ++at;
        at = std::max(at, word.lastIndexOf(u',') + 1);
        completion.begin += at;
        QString typed = word.sliced(at);
        if (typed.startsWith(u'"'))
            typed.remove(0, 1);
        completeValue(*field, typed, values.value(field->field), collector);
    }
    collector.finish();
    return completion;
}

} // namespace trunkline::filter
