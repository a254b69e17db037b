// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/LiveHub.h"
#include "ui/log/LogModel.h"
#include "ui/window/MainWindow.h"
#include "ui/window/StatusStrip.h"

#include <QLabel>
#include <QSettings>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace trunkline;

namespace {

QLabel *exposureOf(const StatusStrip &strip)
{
    for (QLabel *label : strip.findChildren<QLabel *>()) {
        if (label->accessibleName() == QStringLiteral("Exposure"))
            return label;
    }
    return nullptr;
}

} // namespace

/// Who was refused and why, TLS and protected mode, as the window shows them.
class TestRefusals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysHowExposedTheHubIs_data();
    void saysHowExposedTheHubIs();
    void countsAndNamesWhoWasRefused();
    void logsWhoWasRefused();

private:
    Theme m_theme;
};

void TestRefusals::saysHowExposedTheHubIs_data()
{
    QTest::addColumn<bool>("secure");
    QTest::addColumn<bool>("loopback");
    QTest::addColumn<bool>("protectedMode");
    QTest::addColumn<bool>("tokens");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("without");
    const auto words = [](std::initializer_list<const char *> all) {
        QStringList list;
        for (const char *one : all)
            list << QString::fromLatin1(one);
        return list;
    };
    QTest::newRow("as it starts") << false << true << true << false << words({"no TLS", "loopback only"}) << words({"tokens", "refused"});
    QTest::newRow("loopback with tokens") << false << true << true << true << words({"loopback only, with tokens"}) << words({"open"});
    QTest::newRow("protected") << true << false << true << false << words({"TLS", "protected mode"}) << words({"no TLS", "open"});
    QTest::newRow("tokens") << true << false << true << true << words({"tokens required"}) << words({"protected mode"});
    QTest::newRow("open") << false << false << false << false << words({"open to the network"}) << words({"protected mode"});
}

void TestRefusals::saysHowExposedTheHubIs()
{
    QFETCH(bool, secure);
    QFETCH(bool, loopback);
    QFETCH(bool, protectedMode);
    QFETCH(bool, tokens);
    QFETCH(QStringList, words);
    QFETCH(QStringList, without);
    HubSnapshot snapshot;
    snapshot.secure = secure;
    snapshot.boundToLoopback = loopback;
    snapshot.protectedMode = protectedMode;
    snapshot.tokensNeeded = tokens;
    StatusStrip strip(m_theme);
    strip.show(snapshot, {});
    const QString text = exposureOf(strip)->text();
    for (const QString &word : words)
        QVERIFY2(text.contains(word), qPrintable(text));
    for (const QString &word : without)
        QVERIFY2(!text.contains(word), qPrintable(text));
}

void TestRefusals::countsAndNamesWhoWasRefused()
{
    HubSnapshot snapshot;
    snapshot.metrics.refusedForbidden = 1'200;
    snapshot.metrics.refusedRates = 34;
    for (int i = 1; i <= 9; ++i)
        snapshot.refusals.push_back({quint64(i), {}, "192.0.2.7:4711", 403, "Reason <b>" + QByteArray::number(i) + "</b>", quint64(i)});
    StatusStrip strip(m_theme);
    strip.show(snapshot, {});
    QLabel *label = exposureOf(strip);
    QVERIFY2(label->text().contains(QStringLiteral("1,234 refused")), qPrintable(label->text()));
    const QStringList lines = label->toolTip().split(QChar(u'\n'));
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.last(), QStringLiteral("192.0.2.7:4711 refused with 403: Reason <b>9</b> (9 times)"));
    QCOMPARE(refusalText(snapshot.refusals.front()), QStringLiteral("192.0.2.7:4711 refused with 403: Reason <b>1</b>"));
    // A link that keys reach, too.
    QVERIFY(label->textInteractionFlags().testFlag(Qt::LinksAccessibleByKeyboard));
    const QSignalSpy wanted(&strip, &StatusStrip::refusalsWanted);
    Q_EMIT label->linkActivated(QStringLiteral("refused"));
    QCOMPARE(wanted.size(), 1);
}

void TestRefusals::logsWhoWasRefused()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("s.ini")), QSettings::IniFormat);
    LogModel log;
    LiveHub hub;
    MainWindow window({.theme = m_theme, .log = log, .settings = settings, .program = QStringLiteral("trunkline")});
    window.setHub(hub.view.get(), hub.control.get());
    window.show();
    QTcpSocket page;
    page.connectToHost(hub.hub->url().host(), quint16(hub.hub->url().port()));
    page.write("POST /sse/push HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length: 2\r\n\r\n{}");
    QTRY_COMPARE(log.rowCount(), 1);
    const auto cell = [&log](LogModel::Column column) { return log.index(0, int(column)).data().toString(); };
    QCOMPARE(cell(LogModel::Column::Category), QStringLiteral("trunkline.refused"));
    QVERIFY2(cell(LogModel::Column::Text).contains(QStringLiteral("Adding https://evil.example to CORS_ORIGINS would allow it")),
             qPrintable(cell(LogModel::Column::Text)));
    QVERIFY(exposureOf(window.status())->text().contains(QStringLiteral("1 refused")));
    Q_EMIT window.status().refusalsWanted();
    QCOMPARE(window.page(), MainWindow::Page::Log);
    window.setHub(nullptr, nullptr);
}

QTEST_MAIN(TestRefusals)
#include "tst_refusals.moc"
