// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/MentionRouter.h"

#include <QTest>

using namespace trunkline;

/// Which public account a text names.
class TestMentionRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
    void addsOwnAccounts();
    void leavesTheDefaultsOut();
};

void TestMentionRouter::finds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("account");
    const auto row = [](const char *name, const char *text, const char *account) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(account);
    };
    row("alone", R"("@ci_bot")", "ci_bot");
    row("in a sentence", R"("please build, @ci_bot!")", "ci_bot");
    row("first of two", R"("@email_bot and @ci_bot")", "email_bot");
    row("unknown before", R"("@alice asks @system_bot")", "system_bot");
    row("glued to a word", R"("mail@notification_bot")", "notification_bot");
    row("two signs", R"("@@ci_bot")", "ci_bot");
    row("back to back", R"("@x@ci_bot")", "ci_bot");
    row("followed by a hyphen", R"("@ci_bot-2")", "ci_bot");
    row("followed by umlaut", "\"@ci_bot\xc3\xa4\"", "ci_bot");
    row("longer name", R"("@ci_bots")", "");
    row("longer name with underscore", R"("@ci_bot_")", "");
    row("prefix only", R"("@ci")", "");
    row("other case", R"("@CI_BOT")", "");
    row("no sign", R"("ci_bot")", "");
    row("space after the sign", R"("@ ci_bot")", "");
    row("sign at the end", R"("hello @")", "");
    row("escaped sign", R"("\u0040ci_bot")", "ci_bot");
    row("escaped letter", R"("@c\u0069_bot")", "ci_bot");
    row("line break before", R"("\n@ci_bot")", "ci_bot");
    row("escape ends the name", R"("@ci_bot\nx")", "ci_bot");
    row("empty", R"("")", "");
    row("no text", "", "");
}

void TestMentionRouter::finds()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, account);
    const MentionRouter router;
    QCOMPARE(router.mentioned(text).value_or(QByteArray()), account);
}

void TestMentionRouter::addsOwnAccounts()
{
    const MentionRouter router({"helpdesk", "ci_bot"});
    QCOMPARE(router.accounts(), (QByteArrayList{"ci_bot", "email_bot", "helpdesk", "notification_bot", "system_bot"}));
    QVERIFY(router.isPublic("helpdesk"));
    QVERIFY(!router.isPublic("alice"));
    QCOMPARE(router.mentioned(R"("@helpdesk")"), std::optional(UserId("helpdesk")));
}

void TestMentionRouter::leavesTheDefaultsOut()
{
    const MentionRouter router({"helpdesk"}, false);
    QCOMPARE(router.accounts(), QByteArrayList{"helpdesk"});
    QVERIFY(!router.mentioned(R"("@ci_bot")"));
    QVERIFY(!MentionRouter({}, false).mentioned(R"("@ci_bot")"));
}

QTEST_APPLESS_MAIN(TestMentionRouter)
#include "tst_mentionrouter.moc"
