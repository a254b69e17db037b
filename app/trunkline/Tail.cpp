// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/Client.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Platform.h"
#include "bench/Waterfall.h"
#include "hub/core/JsonText.h"
#include "hub/core/SettingsValues.h"
#include "hub/view/HubJson.h"
#include "hub/view/RemoteHubView.h"
#include "hub/view/WhyLate.h"
#include "hub/view/filter/Filter.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QSet>
#include <QTimer>

namespace trunkline {

namespace {

const char *stateWord(ExchangeState state)
{
    switch (state) {
    case ExchangeState::Streaming: return "streaming";
    case ExchangeState::Done: return "done";
    case ExchangeState::TimedOut: return "timed out";
    case ExchangeState::NotConnected: return "not connected";
    case ExchangeState::Disconnected: return "disconnected";
    case ExchangeState::Cancelled: return "cancelled";
    case ExchangeState::Shutdown: return "shutdown";
    case ExchangeState::Overflow: return "overflow";
    }
    return "";
}

QString lineOf(const ExchangeInfo &exchange, bool colors)
{
    const QString time = QDateTime::fromMSecsSinceEpoch(exchange.startedAt.count()).toString(QStringLiteral("HH:mm:ss.zzz"));
    QString state = QString::fromLatin1(stateWord(exchange.state)).leftJustified(13);
    if (colors)
        state = QStringLiteral("\x1b[%1m%2\x1b[0m").arg(exchange.isFailed() ? QStringLiteral("31") : QStringLiteral("32"), state);
    QString late = exchange.lateReplies > 0 ? QStringLiteral("  %1 late").arg(exchange.lateReplies) : QString();
    // On one line, and nothing in it that a terminal would obey.
    QByteArray request = jsontext::oneLine(exchange.request.left(200)).trimmed();
    for (char &c : request) {
        if (uchar(c) < 0x20 || uchar(c) == 0x7f)
            c = ' ';
    }
    return QStringLiteral("%1  #%2  %3  %4  %5 chunks  %6%7  %8  %9").arg(time).arg(exchange.number, -5).arg(QString::fromUtf8(exchange.route.target), -16)
        .arg(state).arg(exchange.chunks, 3).arg(durationText(exchange.latency), 8).arg(late, QString::fromUtf8(exchange.correlation), QString::fromUtf8(request));
}

/// Prints exchanges as they end; ends the event loop after `count`, or when the one that was asked for has been shown.
class Tail : public QObject
{
public:
    struct Options
    {
        Filter filter;
        QByteArray cid;
        bool json = false;
        qint64 count = 0;
    };
    Tail(const HubLocation &hub, const Options &options)
        : m_hub(hub), m_options(options), m_view(HubAccess{.url = hub.url, .token = hub.token, .tls = hub.tls, .insecure = hub.insecure})
    {
        connect(&m_view, &HubView::updated, this, &Tail::look);
        connect(&m_view, &HubView::restarted, this, [this] { m_revision = 0; });
        connect(&m_view, &HubView::linkChanged, this, [this] {
            if (m_view.link() != HubView::Link::Lost)
                return;
            const bool refused = m_view.linkDetail().contains(QStringLiteral("401")) || m_view.linkDetail().contains(QStringLiteral("403"));
            printError(m_seen ? QStringLiteral("the hub went away: ") + m_view.linkDetail() : refused ? m_view.linkDetail() : m_hub.unreachable(m_view.linkDetail()));
            QCoreApplication::exit(refused ? ExitCheckFailed : ExitHubLost);
        });
    }

private:
    void look()
    {
        if (m_view.snapshot()->number == 0 || m_ended)
            return;
        m_seen = true;
        for (;;) {
            const ExchangePage page = m_view.exchangesAfter(m_revision, 2'000);
            if (page.exchanges.empty())
                break;
            m_revision = page.revision;
            for (const auto &exchange : page.exchanges) {
                if (!take(*exchange))
                    return;
            }
        }
        if (!m_options.cid.isEmpty() && !m_open && !std::exchange(m_waiting, true)) {
            // The first answers are here; the exchanges come right behind them.
            QTimer::singleShot(1000, this, [this] {
                if (m_open || m_ended)
                    return;
                printError(QStringLiteral("the hub knows no exchange %1").arg(QString::fromUtf8(m_options.cid)));
                QCoreApplication::exit(ExitCheckFailed);
            });
        }
    }

    /// False: enough.
    bool take(const ExchangeInfo &exchange)
    {
        const bool ended = exchange.state != ExchangeState::Streaming;
        if (!m_options.cid.isEmpty()) {
            if (exchange.correlation != m_options.cid)
                return true;
            m_open = true;
            return !ended || !show(exchange, QString::fromUtf8(waterfall(exchange, colorsOnStdout() ? Colors::On : Colors::Off)));
        }
        if (!ended || !m_options.filter.matches(exchange) || m_shown.contains(exchange.number))
            return true;
        if (m_shown.size() > 100'000)
            m_shown.clear();    // those are long out of the hub's own log
        m_shown.insert(exchange.number);
        show(exchange, lineOf(exchange, colorsOnStdout()) + u'\n');
        return !m_ended;
    }

    bool show(const ExchangeInfo &exchange, const QString &text)
    {
        const bool written = printOut(m_options.json ? hubjson::encode(exchange) + '\n' : text.toUtf8());
        if (!written || !m_options.cid.isEmpty() || ++m_printed == m_options.count) {
            m_ended = true;
            QCoreApplication::exit(written ? ExitFine : ExitCheckFailed);
        }
        return true;
    }

    const HubLocation m_hub;
    const Options m_options;
    RemoteHubView m_view;
    quint64 m_revision = 0;
    qint64 m_printed = 0;
    QSet<quint64> m_shown;
    bool m_seen = false;
    bool m_open = false;
    bool m_waiting = false;
    bool m_ended = false;
};

} // namespace

int runTail(const Invocation &invocation)
{
    using Takes = Option::Takes;
    const ClientCommand command{
        .name = QStringLiteral("tail"),
        .help = QStringLiteral("Usage: %1 tail [FILTER] [OPTIONS]\n\nPrints the exchanges of a running hub as they end: those that it remembers, then new ones.\n\n"),
        .footer = QStringLiteral("\nFILTER is the window's filter language: 'user:bob state:failed gap>300ms \"some text\"'.\n"
                                 "Exit codes: 0 fine, 1 no such exchange or the hub refused, 2 bad usage, 4 no hub there or it went away, 130 interrupted.\n"),
        .options = QList<Option>{{QStringLiteral("cid"), Takes::Value, QStringLiteral("ID"), QStringLiteral("The timeline of this exchange, then end")},
                                 {QStringLiteral("count"), Takes::Value, QStringLiteral("N"), QStringLiteral("End after N exchanges")},
                                 {QStringLiteral("json"), Takes::Nothing, {}, QStringLiteral("One JSON object a line")}} + hubOptions(),
        .mostPositional = 1};
    return command.start(invocation, [&](const Arguments &arguments, const HubLocation &hub) {
        Tail::Options options{.filter = {}, .cid = arguments.value(QStringLiteral("cid")).toUtf8(), .json = arguments.has(QStringLiteral("json"))};
        if (!arguments.positional().isEmpty()) {
            const auto filter = Filter::parse(arguments.positional().first());
            if (!filter)
                return command.usageError(invocation, QStringLiteral("filter: ") + filter.error().reason);
            if (const QStringList strangers = filter->strangersTo(filter::Record::Exchange); !strangers.isEmpty())
                return command.usageError(invocation, QStringLiteral("filter: an exchange has no field %1").arg(strangers.first()));
            options.filter = *filter;
        }
        if (arguments.has(QStringLiteral("count"))) {
            const auto count = values::wholeNumber(arguments.value(QStringLiteral("count")));
            if (!count || *count < 1)
                return command.usageError(invocation, QStringLiteral("--count: a whole number from 1 on"));
            options.count = *count;
        }
        const platform::StopSignals signalWatch;
        QObject::connect(&signalWatch, &platform::StopSignals::received, qApp, [] { QCoreApplication::exit(ExitInterrupted); });
        const Tail tail(hub, options);
        return QCoreApplication::exec();
    });
}

} // namespace trunkline
