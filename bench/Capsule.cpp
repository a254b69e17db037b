// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/Capsule.h"

#include "bench/Export.h"
#include "bench/Waterfall.h"
#include "hub/capture/CaptureView.h"
#include "hub/core/JsonText.h"
#include "hub/view/WhyLate.h"

#include <QDateTime>
#include <QFile>
#include <QTimeZone>

#include <algorithm>
#include <set>

namespace trunkline {

namespace {

constexpr char kCaptureName[] = "capture.trunk";

/// Messages of one exchange, and the sessions that it went to.
Capture only(const Capture &whole, const QByteArray &correlation)
{
    Capture part;
    part.header = whole.header;
    std::set<quint64> sessions;
    for (const JournalEntry &entry : whole.entries) {
        if (entry.correlation == correlation && entry.session)
            sessions.insert(entry.session.value);
    }
    for (const JournalEntry &entry : whole.entries) {
        const bool connection = entry.kind == EntryKind::Connect || entry.kind == EntryKind::Disconnect;
        if (entry.correlation == correlation || (connection && sessions.contains(entry.session.value)))
            part.entries.push_back(entry);
    }
    return part;
}

QByteArray html(const QByteArray &text) { return QString::fromUtf8(text).toHtmlEscaped().toUtf8(); }

QByteArray whatItIs(const JournalEntry &entry)
{
    if (entry.kind == EntryKind::Connect)
        return "connected";
    if (entry.kind == EntryKind::Disconnect)
        return "disconnected";
    if (entry.kind == EntryKind::Event)
        return "event to the sender";
    if (entry.kind == EntryKind::Reply)
        return entry.status == EntryStatus::Late ? "late reply of the client" : "reply of the client";
    if (entry.leg == Leg::Client)
        return "delivered to the client";
    return entry.text.isEmpty() ? "end of the request" : "posted by the sender";
}

QByteArray timeOf(const JournalEntry &entry, const Capture &capture)
{
    const Clock::Instant first = capture.entries.empty() ? Clock::Instant{} : capture.entries.front().time;
    return durationText(entry.time - first).toUtf8();
}

/// Gaps as bars, drawn by nothing but boxes.
QByteArray bars(const ExchangeInfo &exchange)
{
    const WhyLate why = whyLate(exchange);
    QByteArray out;
    for (const Gap &gap : why.gaps) {
        const double total = std::max(1.0, double(why.total.count()));
        const QByteArray owner = gap.owner == GapOwner::Hub ? "hub" : gap.owner == GapOwner::Client ? "client" : "sender";
        out += "<tr><td class=n>" + durationText(gap.to).toUtf8() + "</td><td class=n>" + durationText(gap.length()).toUtf8() + "</td><td class=lane><div class=" + owner
            + " style=\"margin-left:" + QByteArray::number(double(gap.from.count()) / total * 100, 'f', 2) + "%;width:"
            + QByteArray::number(std::max(0.3, double(gap.length().count()) / total * 100), 'f', 2) + "%\"></div></td><td>" + html(ownerName(gap.owner, exchange).toUtf8())
            + (gap.token > 0 ? " reply " + QByteArray::number(gap.token) : QByteArray()) + "</td></tr>\n";
    }
    return out;
}

QByteArray facts(const Capture &capture, const ExchangeInfo &exchange)
{
    const QByteArray when = QDateTime::fromMSecsSinceEpoch(exchange.startedAt.count(), QTimeZone::utc()).toString(Qt::ISODateWithMs).toLatin1();
    return "Exchange " + exchange.correlation + ", asked of " + exchange.route.target + " at " + when + "; hub " + capture.header.version;
}

QByteArray reportHtml(const Capture &capture, const ExchangeInfo &exchange)
{
    const WhyLate why = whyLate(exchange);
    QByteArray out = "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
                     "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>"
        + html(exchange.correlation) + "</title>\n<style>\n"
          ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\n"
          "table{border-collapse:collapse;width:100%}td,th{padding:.25rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid #8884}\n"
          ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.lane{width:55%}.lane div{height:1rem;border-radius:3px}\n"
          ".hub{background:#0f9d8c}.client{background:#2f6fde}.sender{background:#c57600}pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}\n"
          "</style></head><body>\n<h1>" + html(why.sentence.toUtf8()) + "</h1>\n<p>" + html(facts(capture, exchange)) + "</p>\n";
    if (!why.longestText.isEmpty())
        out += "<p><strong>" + html(why.longestText.toUtf8()) + "</strong></p>\n";
    out += "<h2>Where the time went</h2>\n<table><tr><th class=n>until</th><th class=n>took</th><th></th><th>waiting for</th></tr>\n" + bars(exchange) + "</table>\n";
    out += "<h2>Messages</h2>\n<table><tr><th class=n>#</th><th class=n>time</th><th>what</th><th>user</th><th>text</th></tr>\n";
    for (const JournalEntry &entry : capture.entries) {
        out += "<tr><td class=n>" + QByteArray::number(entry.sequence) + "</td><td class=n>" + timeOf(entry, capture) + "</td><td>" + whatItIs(entry) + "</td><td>"
            + html(entry.user) + "</td><td><pre>" + html(entry.text) + "</pre></td></tr>\n";
    }
    out += "</table>\n<h2>Settings</h2>\n<table>\n";
    for (const auto &[name, value] : capture.header.settings)
        out += "<tr><td>" + html(name) + "</td><td>" + html(value) + "</td></tr>\n";
    return out + "</table>\n</body></html>\n";
}

/// A fence that the text cannot close.
QByteArray fenced(const QByteArray &text, const QByteArray &language = {})
{
    QByteArray fence = "```";
    while (text.contains(fence))
        fence += '`';
    return fence + language + '\n' + text + (text.endsWith('\n') ? "" : "\n") + fence + "\n\n";
}

QByteArray reportMarkdown(const Capture &capture, const ExchangeInfo &exchange, const QByteArray &repro)
{
    QByteArray out = "## " + whyLate(exchange).sentence.toUtf8() + "\n\n" + facts(capture, exchange) + ".\n\n" + fenced(waterfall(exchange, Colors::Off));
    out += "### Messages\n\n";
    QByteArray lines;
    for (const JournalEntry &entry : capture.entries)
        lines += timeOf(entry, capture).leftJustified(9) + ' ' + whatItIs(entry) + ", " + entry.user + (entry.text.isEmpty() ? QByteArray("\n") : ": " + jsontext::oneLine(entry.text));
    out += fenced(lines) + "### Again\n\n" + fenced(repro, "sh");
    return out;
}

QByteArray reproOf(const Capture &capture, const QByteArray &correlation)
{
    QByteArray out = "#!/bin/sh\n# Plays the exchange again at a hub of its own, and says what differs:\ntrunkline replay capture.trunk --own --lockstep\n";
    if (const JournalEntry *posted = postedFor(capture, correlation)) {
        if (const auto curl = toCurl(capture, posted->sequence))
            out += "# Or only posts it, at the hub of the capture:\n# " + *curl;
    }
    return out;
}

} // namespace

Result<Capsule> makeCapsule(const Capture &capture, const CapsuleOptions &options)
{
    Capture part = only(capture, options.correlation);
    const Redaction redaction(options.redact, options.secrets);
    redaction.apply(part);
    const std::vector<ExchangeInfo> exchanges = exchangesOf(part);
    if (exchanges.empty())
        return failure(ErrorCode::InvalidMessage, QStringLiteral("the capture has no exchange %1").arg(QString::fromUtf8(options.correlation)));
    const ExchangeInfo &exchange = exchanges.front();
    Capsule capsule;
    const QByteArray repro = reproOf(part, options.correlation);
    capsule.files = {{kCaptureName, toBytes(part)}, {"report.html", reportHtml(part, exchange)}, {"report.md", reportMarkdown(part, exchange, repro)}, {"repro.sh", repro}};
    capsule.masked = redaction.findings();
    return capsule;
}

Result<Capture> openCapture(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::Io, QStringLiteral("cannot read %1: %2").arg(path, file.errorString()));
    const QByteArray bytes = file.readAll();
    const auto named = [&path](const Error &error) { return failure(error.code, path + QStringLiteral(": ") + error.detail); };
    if (!bytes.startsWith("PK")) {
        auto capture = readCapture(bytes);
        return capture ? capture : Result<Capture>(named(capture.error()));
    }
    const auto files = fromZip(bytes);
    if (!files)
        return named(files.error());
    const auto found = std::find_if(files->begin(), files->end(), [](const ZipEntry &entry) { return entry.name == kCaptureName; });
    if (found == files->end())
        return named({ErrorCode::InvalidMessage, QStringLiteral("there is no capture in this archive")});
    auto capture = readCapture(found->bytes);
    return capture ? capture : Result<Capture>(named(capture.error()));
}

} // namespace trunkline
