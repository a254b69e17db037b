// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/BotFiles.h"
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "bench/SseLint.h"
#include "hub/core/SettingsValues.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QTimer>

#include <algorithm>

namespace trunkline {

namespace {

QString counted(qint64 number, const char *what)
{
    return QStringLiteral("%1 %2%3").arg(number).arg(QLatin1StringView(what), number == 1 ? QString() : QStringLiteral("s"));
}

/// Reads one stream to its end, or as long as allowed; then says what it found and ends the event loop.
class Linting : public QObject
{
public:
    Linting(const QNetworkRequest &request, const QByteArray &method, const QByteArray &body, bool insecure, std::chrono::milliseconds limit, bool json) : m_json(json)
    {
        m_manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
        m_time.start();
        m_reply = m_manager.sendCustomRequest(request, method, body);
        if (insecure)
            m_reply->ignoreSslErrors();
        connect(m_reply, &QNetworkReply::metaDataChanged, this, &Linting::takeHead);
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { m_lint.feed(m_reply->readAll(), now()); });
        connect(m_reply, &QNetworkReply::finished, this, &Linting::finish);
        QTimer::singleShot(limit, this, [this] {
            m_cut = true;
            finish();
        });
    }
    ~Linting() override { m_reply->disconnect(this); }
    /// As if the time were up.
    void stop()
    {
        m_cut = true;
        finish();
    }

private:
    [[nodiscard]] std::chrono::microseconds now() const { return std::chrono::microseconds(m_time.nsecsElapsed() / 1000); }

    void takeHead()
    {
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 0 || std::exchange(m_hasHead, true))
            return;
        m_lint.head(status, m_reply->rawHeader("Content-Type"), m_reply->rawHeader("Cache-Control"), m_reply->rawHeader("Content-Encoding"));
    }

    void finish()
    {
        if (std::exchange(m_finished, true))
            return;
        takeHead();
        if (!m_hasHead) {
            printError(QStringLiteral("cannot reach %1: %2").arg(m_reply->url().toString(), m_cut ? QStringLiteral("no answer in time") : m_reply->errorString()));
            return QCoreApplication::exit(ExitHubLost);
        }
        m_lint.feed(m_reply->readAll(), now());
        if (!m_cut)
            m_lint.end(now());
        report();
        const bool wrong = std::any_of(m_lint.findings().begin(), m_lint.findings().end(), [](const LintFinding &finding) { return finding.level == LintFinding::Level::Error; });
        QCoreApplication::exit(wrong ? ExitCheckFailed : ExitFine);
    }

    void report() const
    {
        if (m_json) {
            QJsonArray findings;
            for (const LintFinding &finding : m_lint.findings())
                findings.append(QJsonObject{{QStringLiteral("level"), QString::fromLatin1(levelName(finding.level))}, {QStringLiteral("rule"), QString::fromLatin1(finding.rule)},
                                            {QStringLiteral("byte"), finding.at}, {QStringLiteral("text"), finding.text}});
            printOut(QJsonDocument(QJsonObject{{QStringLiteral("events"), m_lint.events()}, {QStringLiteral("comments"), m_lint.comments()}, {QStringLiteral("findings"), findings},
                                               {QStringLiteral("text"), QString::fromUtf8(m_lint.mergedText())}}).toJson());
            return;
        }
        for (const LintFinding &finding : m_lint.findings())
            printOut(QStringLiteral("%1: byte %2: %3 (%4)\n").arg(QString::fromLatin1(levelName(finding.level))).arg(finding.at).arg(finding.text, QString::fromLatin1(finding.rule)));
        if (!m_lint.mergedText().isEmpty())
            printOut(QStringLiteral("text: ") + QString::fromUtf8(m_lint.mergedText()) + u'\n');
        printOut(QStringLiteral("%1, %2: %3\n").arg(counted(m_lint.events(), "event"), counted(m_lint.comments(), "comment"),
                                                   m_lint.findings().empty() ? QStringLiteral("nothing to complain about")
                                                                             : counted(qint64(m_lint.findings().size()), "finding")));
    }

    const bool m_json;
    QNetworkAccessManager m_manager;
    QNetworkReply *m_reply = nullptr;
    QElapsedTimer m_time;
    SseLint m_lint;
    bool m_hasHead = false;
    bool m_finished = false;
    bool m_cut = false;
};

} // namespace

int runLint(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("lint"),
        .help = QStringLiteral("Usage: %1 lint URL [OPTIONS]\n\nReads a stream of Server-Sent Events of any server and says what is wrong with it.\n\n"),
        .footer = QStringLiteral("\nFor the hub itself: %1 lint http://127.0.0.1:8080/sse/send --data '{\"user_id\":\"demo_bot\",\"data\":{}}'\n"
                                 "Exit codes: 0 no error, 1 an error was found, 2 bad usage, 4 no server there, 130 interrupted.\n").arg(invocation.program),
        .options = {{QStringLiteral("data"), Takes::Value, QStringLiteral("JSON"), QStringLiteral("POST this; else GET. @FILE reads a file")},
                    {QStringLiteral("for"), Takes::Value, QStringLiteral("TIME"), QStringLiteral("Look this long at a stream that does not end; else 60s")},
                    {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object instead")},
                    {QStringLiteral("token"), Takes::Value, QStringLiteral("TOKEN"), QStringLiteral("Sent as a bearer token")},
                    {QStringLiteral("insecure"), Takes::Nothing, {}, QStringLiteral("Take any certificate")}},
        .mostPositional = 1};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &) {
        const QUrl url(arguments.positional().value(0), QUrl::StrictMode);
        if (!url.isValid() || (url.scheme() != u"http" && url.scheme() != u"https"))
            return command.usageError(invocation, QStringLiteral("which stream? lint http://…"));
        const auto limit = values::duration(arguments.value(QStringLiteral("for"), QStringLiteral("60s")));
        if (!limit || limit->count() == 0)
            return command.usageError(invocation, QStringLiteral("--for: allowed: a duration such as 300ms, 30s or 5m"));
        QByteArray body = arguments.value(QStringLiteral("data")).toUtf8();
        if (body.startsWith('@')) {
            const auto bytes = readWhole(QString::fromUtf8(body.sliced(1)));
            if (!bytes)
                return int(ExitUsage);
            body = *bytes;
        }
        QNetworkRequest request(url);
        request.setRawHeader("Accept", "text/event-stream");
        request.setRawHeader("Accept-Encoding", "identity");
        request.setRawHeader("User-Agent", "trunkline-lint/" TRUNKLINE_VERSION);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        if (!body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        if (arguments.has(QStringLiteral("token")))
            request.setRawHeader("Authorization", "Bearer " + arguments.value(QStringLiteral("token")).toUtf8());
        Linting linting(request, body.isEmpty() ? "GET" : "POST", body, arguments.has(QStringLiteral("insecure")), *limit, arguments.has(QStringLiteral("json")));
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, &linting, [&linting] { linting.stop(); });
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
