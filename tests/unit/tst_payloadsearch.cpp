// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/filter/PayloadJson.h"
#include "hub/view/filter/RegexNeeds.h"
#include "hub/view/filter/TextPattern.h"

#include <QTest>

using namespace trunkline::filter;

/// How a filter looks into payloads: paths, and what is searched for before a regular expression is tried.
class tst_PayloadSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsValuesByPath_data();
    void findsValuesByPath();
    void knowsWhatARegexNeeds_data();
    void knowsWhatARegexNeeds();
    void needsNeverRefuseAMatch_data();
    void needsNeverRefuseAMatch();
};

void tst_PayloadSearch::findsValuesByPath_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("values");
    const QByteArray order = R"({"a":[{"x":1},{"x":[2,3]}], "b\"\\" : {"x":"]}"} , "n":{"n":{"x":4}},"x":5,"data":{"x":6,"data":{"x":7}}, "x":8})";
    const auto row = [](const QByteArray &json, const char *path, const char *values) {
        QTest::addRow("%s in %s", path, json.left(40).constData()) << json << QString::fromLatin1(path) << QString::fromLatin1(values);
    };
    row(order, "x", "5 6 8");
    row(order, "data.x", "5 6 8");
    row(order, "a.x", "1 [2,3] 2 3");
    row(order, "a.1.x", "[2,3] 2 3");
    row(order, "a.1.x.1", "3");
    row(order, "a.9.x", "");
    row(order, "n.n.x", "4");
    row(order, "n.x", "");
    row(order, "x.x", "");
    row(R"([{"x":1},{"x":2}])", "x", "1 2");
    row(R"([{"x":1},{"x":2}])", "data.1.x", "2");
    row(R"({"s":"\\","x":1})", "x", "1");
    row(R"({"s":"\\\"","x":1})", "x", "1");
    row(R"({"s":"","x":1})", "x", "1");
    row(R"({"s":"open)", "s", R"("open)");
    row(R"({"x":1,"y")", "x", "1");
    row(R"({"a":{"x":1}, "x":)", "a.x", "1");
    row(R"({"a" 1, "x":2})", "x", "");
    row(R"({"a":[1,,2],"x":2})", "a.1", "");
    row("\"x\"", "x", "");
}

void tst_PayloadSearch::findsValuesByPath()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, path);
    QFETCH(QString, values);
    JsonPath parts;
    for (const QString &part : path.split(u'.'))
        parts << part.toUtf8();
    QStringList found;
    QVERIFY(!anyValueAt(json, parts, [&found](QByteArrayView token) {
        found << QString::fromUtf8(token);
        return false;
    }));
    QStringList wanted = values.split(u' ', Qt::SkipEmptyParts);
    std::sort(found.begin(), found.end());
    std::sort(wanted.begin(), wanted.end());
    QCOMPARE(found, wanted);
    for (const QString &value : wanted)
        QVERIFY(anyValueAt(json, parts, [&value](QByteArrayView token) { return QString::fromUtf8(token) == value; }));
}

void tst_PayloadSearch::knowsWhatARegexNeeds_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("exact");
    QTest::addColumn<QString>("ignoringCase");
    const auto row = [](const char *pattern, const char *exact, const char *ignoringCase) {
        QTest::newRow(pattern) << QString::fromUtf8(pattern) << QString::fromUtf8(exact) << QString::fromUtf8(ignoringCase);
    };
    row("4.*2", "4 2", "4 2");
    row("order", "order", "order");
    row("Task", "Task", "ta");
    row("ne+dle", "ne dle", "ne dle");
    row("ab?c", "a c", "a c");
    row("ab*c", "a c", "a c");
    row("ab{0,2}c", "a c", "a c");
    row("ab{2}?c", "a c", "a c");
    row("a(b|c)d", "a d", "a d");
    row("a(b)?d", "a d", "a d");
    row("a(?:b(c))+d", "a d", "a d");
    row("a([)])d", "a d", "a d");
    row("a[^]b]c", "a c", "a c");
    row("a[\\]]*c", "a c", "a c");
    row("^a\\.b\\d+c$", "a.b c", "a.b c");
    row("a|b", "", "");
    row("(?i)a", "", "");
    row("a(?=b)c", "", "");
    row("a(?#b)c", "", "");
    row("a(b)\\1c", "", "");
    row("a[[:alpha:]]c", "", "");
    row("\\Qa.b\\Ec", "", "");
    row("\\x41b", "", "");
    row("a{x}", "", "");
    row("日本x", "日本x", "x");
    row("é?x", "x", "x");
}

void tst_PayloadSearch::knowsWhatARegexNeeds()
{
    QFETCH(QString, pattern);
    QTEST(neededTexts(pattern, false).join(u' '), "exact");
    QTEST(neededTexts(pattern, true).join(u' '), "ignoringCase");
}

void tst_PayloadSearch::needsNeverRefuseAMatch_data()
{
    QTest::addColumn<QString>("pattern");
    for (const char *pattern : {"4.*2", "a+b?c*", "(a|b)c", "[ab]{2}c", "k", "s+", "a\\wc", "^ab|c$", "a.c", "(ab)?c", "a{0}b", "ſ", "A.b", "\\bab", "é+", "\\Aa"})
        QTest::newRow(pattern) << QString::fromUtf8(pattern);
}

/// All texts of up to four of some letters, among them those that fold to ASCII: the same answer as the expression alone.
void tst_PayloadSearch::needsNeverRefuseAMatch()
{
    QFETCH(QString, pattern);
    const bool asksForCase = TextPattern::asksForCase(pattern, true);
    const QRegularExpression plain(pattern, asksForCase ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption);
    const TextPattern fast = TextPattern::regex(plain);
    const QString letters = QStringLiteral("aAbc42kK\u212asſéÉ ");
    QStringList texts{QString()};
    for (qsizetype i = 0; i < texts.size(); ++i) {
        QCOMPARE(fast.matches(texts[i].toUtf8()), plain.match(texts[i]).hasMatch());
        if (texts[i].size() < 3) {
            for (const QChar letter : letters)
                texts << texts[i] + letter;
        }
    }
    QCOMPARE(texts.size(), 1 + 14 + 14 * 14 + 14 * 14 * 14);
}

QTEST_APPLESS_MAIN(tst_PayloadSearch)
#include "tst_payloadsearch.moc"
