// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/DemoHub.h"
#include "app/trunkline/Platform.h"
#include "app/trunkline/ReadyFile.h"
#include "bench/Waterfall.h"
#include "hub/bots/DemoEngine.h"
#include "hub/core/Json.h"
#include "hub/core/JsonText.h"
#include "hub/net/EpollDispatcher.h"
#include "hub/view/HubJson.h"
#include "hub/view/RemoteHubView.h"
#include "hub/view/WhyLate.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QElapsedTimer>

namespace trunkline {

namespace {

using std::chrono::microseconds;

/// What the demo saw itself, where the hub does not let it look: the same values with fewer steps.
class OwnWatch
{
public:
    OwnWatch()
    {
        m_exchange.route = {.named = "demo_bot", .target = "demo_bot", .mention = {}, .sessionsFound = 1, .written = 1, .overflowed = 0, .answer = {}};
    }
    void begin()
    {
        m_time.start();
        m_exchange.steps = {{StepKind::RequestComplete, {}, 0}, {StepKind::Written, {}, 0}};
    }
    void event(const QByteArray &json)
    {
        ++m_exchange.chunks;
        const microseconds now(m_time.nsecsElapsed() / 1000);
        m_exchange.steps.push_back({StepKind::Reply, now, json.size()});
        m_exchange.steps.push_back({StepKind::EventWritten, now, json.size()});
        m_exchange.latency = now;
        m_exchange.state = ExchangeState::Done;
    }
    [[nodiscard]] const ExchangeInfo &exchange() const { return m_exchange; }

private:
    QElapsedTimer m_time;
    ExchangeInfo m_exchange;
};

/// Runs the demo once and prints it; ends the event loop.
class Demonstration : public QObject
{
public:
    Demonstration(const HubLocation &hub, int load, bool ownHub, bool json)
        : m_load(load), m_ownHub(ownHub), m_json(json),
          m_engine({hub.url.toEncoded(), hub.webSocketUrl.toEncoded(), hub.token, "/sse/push/batch", "/sse/send"}, this)
    {
        if (!hub.token.isEmpty()) {
            m_view = std::make_unique<RemoteHubView>(HubAccess{.url = hub.url, .token = hub.token, .tls = hub.tls, .insecure = hub.insecure});
            connect(m_view.get(), &HubView::updated, this, &Demonstration::look);
        }
        connect(&m_engine, &DemoEngine::botReady, this, [this] { m_watch.begin(); });
        connect(&m_engine, &DemoEngine::eventReceived, this, &Demonstration::showToken);
        connect(&m_engine, &DemoEngine::requestEnded, this, &Demonstration::endRequest);
        connect(&m_engine, &DemoEngine::loadConnected, this, &Demonstration::showLoad);
        connect(&m_engine, &DemoEngine::burstEnded, this, [this] { endBurst(); });
        connect(&m_engine, &DemoEngine::botLost, this, [this](const QString &why) { fail(why); });
        m_engine.start(load);
        m_loadTime.start();
    }
    ~Demonstration() override { m_engine.stop(); }

private:
    void showToken(const QByteArray &json)
    {
        m_watch.event(json);
        m_correlation = correlationIn(json);
        const auto token = jsontext::valueAt(json, "data.delta");
        const QByteArray shown = token ? decodeJsonString(*token) : json;
        m_text += shown;
        if (!m_json)
            printOut(shown);
    }

    void endRequest(const QString &problem)
    {
        if (!problem.isEmpty())
            return fail(problem);
        if (!m_json)
            printOut(QByteArray("\n\n"));
        m_ended = true;
        if (!m_view)
            return print(m_watch.exchange());
        QTimer::singleShot(1000, this, [this] {
            if (!m_printed)
                print(m_watch.exchange());      // the hub does not tell
        });
        look();
    }

    void look()
    {
        if (!m_ended || m_printed)
            return;
        for (const auto &exchange : m_view->exchangesAfter(0, 20'000).exchanges) {
            if (exchange->correlation == m_correlation && exchange->state == ExchangeState::Done)
                return print(*exchange);
        }
    }

    void print(const ExchangeInfo &exchange)
    {
        m_printed = true;
        m_shown = exchange;
        if (!m_json)
            printOut(waterfall(exchange, colorsOnStdout() ? Colors::On : Colors::Off));
        for (const QString &line : m_notes)
            printError(line);
        endWhenDone();
    }

    /// A remark that does not break into the answer while it streams.
    void note(const QString &line)
    {
        if (m_printed)
            printError(line);
        else
            m_notes << line;
    }

    void showLoad(int users)
    {
        const microseconds took(m_loadTime.nsecsElapsed() / 1000);
        note(QStringLiteral("%1 of %2 users connected in %3").arg(users).arg(m_load).arg(durationText(took)));
        m_loadFacts = "{\"wanted\":" + QByteArray::number(m_load) + ",\"users\":" + QByteArray::number(users) + ",\"connect_us\":"
            + QByteArray::number(qint64(took.count()));
        if (const QString why = m_engine.shortage(); !why.isEmpty())
            note(why);
        m_loadTime.start();
    }

    void endBurst()
    {
        const microseconds took(m_loadTime.nsecsElapsed() / 1000);
        note(QStringLiteral("the burst took %1").arg(durationText(took)));
        m_loadFacts += ",\"burst_us\":" + QByteArray::number(qint64(took.count())) + '}';
        m_burstEnded = true;
        endWhenDone();
    }

    void endWhenDone()
    {
        if (!m_printed || (m_load > 0 && !m_burstEnded))
            return;
        if (m_json)
            printOut("{\"answer\":" + encodeJsonString(m_text) + ",\"exchange\":" + hubjson::encode(m_shown)
                     + (m_loadFacts.isEmpty() ? QByteArray() : ",\"load\":" + m_loadFacts) + "}\n");
        if (m_load > 0 && !m_ownHub && platform::isTerminal(stdout))
            return printError(QStringLiteral("The users stay; Ctrl+C removes them."));
        QCoreApplication::exit(ExitFine);
    }

    void fail(const QString &problem)
    {
        printError(problem);
        QCoreApplication::exit(m_watch.exchange().chunks > 0 ? ExitCheckFailed : ExitHubLost);
    }

    const int m_load;
    const bool m_ownHub;
    const bool m_json;
    DemoEngine m_engine;
    std::unique_ptr<RemoteHubView> m_view;
    OwnWatch m_watch;
    QElapsedTimer m_loadTime;
    QByteArray m_correlation;
    QByteArray m_text;          ///< all tokens
    QByteArray m_loadFacts;     ///< JSON
    ExchangeInfo m_shown;
    QStringList m_notes;        ///< until the waterfall was printed
    bool m_ended = false;
    bool m_printed = false;
    bool m_burstEnded = false;
};

/// A hub of the demo's own when no other is meant; null when one is, or when it cannot listen.
std::unique_ptr<DemoHub> ownHub(const Arguments &arguments, int load, quint64 openFiles)
{
    if (arguments.has(QStringLiteral("hub")) || qEnvironmentVariableIsSet("TRUNKLINE_HUB") || !ReadyFile::live().isEmpty())
        return nullptr;
    return DemoHub::start(load, openFiles);
}

} // namespace

int runDemo(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("demo"),
        .help = QStringLiteral("Usage: %1 demo [--load N] [OPTIONS]\n\n"
                               "Connects demo_bot, asks it for twelve tokens and shows where the time went. Uses the hub that runs,\n"
                               "or one of its own when none does.\n\n"),
        .footer = QStringLiteral("\nExit codes: 0 fine, 1 the stream ended early, 2 bad usage, 4 no hub there or it refused, 130 interrupted.\n"),
        .options = QList<Option>{{QStringLiteral("load"), Takes::Value, QStringLiteral("N"),
                                  QStringLiteral("Also N users, at most 20000, and a burst of ten messages for each")},
                                 {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("Print one JSON object at the end")}} + hubOptions()};
    if (auto dispatcher = makeEventDispatcher(true))
        QCoreApplication::setEventDispatcher(dispatcher.release());
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &found) {
        bool fine = true;
        const int load = arguments.value(QStringLiteral("load"), QStringLiteral("0")).toInt(&fine);
        if (!fine || load < 0 || load > 20'000)
            return command.usageError(invocation, QStringLiteral("--load: allowed: a number from 0 to 20000"));
        const quint64 openFiles = platform::raiseOpenFileLimit();
        const std::unique_ptr<DemoHub> own = ownHub(arguments, load, openFiles);
        const HubLocation hub = own ? own->location(found) : found;
        printError(QStringLiteral("%1 at %2").arg(own ? own->isChild() ? QStringLiteral("a hub of its own in a second process, for this one may not open so many files (ulimit -n)")
                                                         : QStringLiteral("a hub of its own") : QStringLiteral("the hub"), hub.text()));
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, qApp, [] { QCoreApplication::exit(ExitInterrupted); });
        const Demonstration demonstration(hub, load, own != nullptr, arguments.has(QStringLiteral("json")));
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
