// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/view/RemoteFeed.h"

#include "hub/view/HubJson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkReply>

#include <utility>

namespace trunkline {

namespace {

using std::chrono::milliseconds;

constexpr int kTransferTimeout = 10'000;        // milliseconds
constexpr qsizetype kMaxEvent = 64 * 1024;

/// One sentence on why a hub did not answer as it should.
QString explain(const QNetworkReply &reply, const QByteArray &body)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return reply.error() == QNetworkReply::NoError ? RemoteFeed::tr("The hub closed the connection") : reply.errorString();
    const QString detail = QJsonDocument::fromJson(body).object().value(QLatin1StringView("detail")).toString();
    if (status == 200)
        return RemoteFeed::tr("The hub went away");
    return detail.isEmpty() ? RemoteFeed::tr("The hub answered %1").arg(status)
                            : RemoteFeed::tr("The hub answered %1: %2").arg(QString::number(status), detail);
}

} // namespace

RemoteFeed::RemoteFeed(const HubAccess &access, std::shared_ptr<HubMailbox> mailbox, Legs legs)
    : m_access(access), m_legs(legs), m_mailbox(std::move(mailbox)), m_manager(this), m_retry(this), m_pump(this), m_silence(this)
{
    m_manager.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    for (QTimer *timer : {&m_retry, &m_pump, &m_silence})
        timer->setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &RemoteFeed::listen);
    connect(&m_pump, &QTimer::timeout, this, &RemoteFeed::askWhatIsNew);
    connect(&m_silence, &QTimer::timeout, this, [this] {
        if (m_events)
            m_events->abort();
    });
}

void RemoteFeed::start() { listen(); }

void RemoteFeed::retry()
{
    if (!m_retry.isActive())
        return;
    m_retry.stop();
    m_nextRetry = kFirstRetry;
    listen();
}

void RemoteFeed::listen()
{
    QNetworkRequest request = hubRequest(m_access, m_legs == Legs::Both ? QStringLiteral("/admin/events?legs=both") : QStringLiteral("/admin/events"));
    request.setRawHeader("Accept", "text/event-stream");
    m_buffer.clear();
    m_events = m_manager.get(request);
    if (m_access.insecure)
        m_events->ignoreSslErrors();
    connect(m_events, &QNetworkReply::readyRead, this, &RemoteFeed::readEvents);
    connect(m_events, &QNetworkReply::finished, this, &RemoteFeed::lost);
    m_silence.start(kTransferTimeout);
}

void RemoteFeed::readEvents()
{
    if (m_events->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 200)
        return;
    m_buffer += m_events->readAll();
    if (m_silence.interval() > 0)
        m_silence.start();
    // The hub writes each event as one `data:` line, with an `id:` line before it when it numbers them; others are comments.
    for (qsizetype end = m_buffer.indexOf("\n\n"); end >= 0; end = m_buffer.indexOf("\n\n")) {
        const QByteArray event = m_buffer.first(end);
        m_buffer.remove(0, end + 2);
        const qsizetype data = event.indexOf("data: ");
        if (data == 0 || (data > 0 && event[data - 1] == '\n'))
            takeEvent(event.mid(data + 6));
    }
    if (m_buffer.size() > kMaxEvent)
        m_events->abort();
}

void RemoteFeed::takeEvent(const QByteArray &json)
{
    const QJsonObject event = QJsonDocument::fromJson(json).object();
    takeInstance(event);
    HubNews news;
    if (event.value(QLatin1StringView("type")).toString() == QStringLiteral("hello")) {
        m_nextRetry = kFirstRetry;
        m_live = true;
        news.link = HubView::Link::Live;
        news.linkDetail = QString();
        news.readOnly = event.value(QLatin1StringView("role")).toString() != QStringLiteral("admin");
        m_mailbox->put(std::move(news));
        const int keepalive = event.value(QLatin1StringView("keepalive_ms")).toInt();
        m_silence.stop();
        m_silence.setInterval(keepalive > 0 ? keepalive * 5 / 2 : 0);
        if (keepalive > 0)
            m_silence.start();
    }
    m_snapshot.there = quint64(event.value(QLatin1StringView("snapshot")).toInteger());
    m_journal.there = quint64(event.value(QLatin1StringView("journal")).toInteger());
    m_exchanges.there = quint64(event.value(QLatin1StringView("exchanges")).toInteger());
    askWhatIsNew();
}

void RemoteFeed::takeInstance(const QJsonObject &event)
{
    const QByteArray instance = event.value(QLatin1StringView("instance")).toString().toUtf8();
    const auto cleared = quint64(event.value(QLatin1StringView("cleared")).toInteger());
    HubNews news;
    if (instance != m_instance) {
        news.restarted = !m_instance.isEmpty();
        m_instance = instance;
        m_snapshot.have = m_journal.have = m_exchanges.have = 0;
        ++m_epoch;
    } else if (cleared != m_cleared) {
        news.cleared = true;
        m_exchanges.have = 0;
        ++m_epoch;
    }
    m_cleared = cleared;
    if (news.restarted || news.cleared)
        m_mailbox->put(std::move(news));
}

void RemoteFeed::lost()
{
    QNetworkReply *events = m_events;
    m_events = nullptr;
    m_silence.stop();
    m_silence.setInterval(0);
    const bool refused = events->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 200;
    complain(explain(*events, refused ? events->readAll() : QByteArray()));
    events->deleteLater();
    m_live = false;
    ++m_epoch;
    m_retry.start(m_nextRetry);
    m_nextRetry = qMin(m_nextRetry * 2, kLastRetry);
}

void RemoteFeed::complain(const QString &detail)
{
    HubNews news;
    news.link = HubView::Link::Lost;
    news.linkDetail = detail;
    m_mailbox->put(std::move(news));
}

bool RemoteFeed::isDue(const Question &question)
{
    if (question.underWay || question.there == question.have)
        return false;
    const auto left = question.asked.isValid() ? question.pause - milliseconds(question.asked.elapsed()) : milliseconds(0);
    if (left.count() <= 0)
        return true;
    if (!m_pump.isActive() || m_pump.remainingTimeAsDuration() > left)
        m_pump.start(left);
    return false;
}

void RemoteFeed::askWhatIsNew()
{
    if (!m_live)
        return;
    if (isDue(m_snapshot))
        ask(m_snapshot, QStringLiteral("/admin/snapshot"), &RemoteFeed::takeSnapshot);
    if (isDue(m_journal)) {
        if (m_journal.there > m_journal.have + kFarBehind)
            m_journal.have = m_journal.there - kPage;
        ask(m_journal, QStringLiteral("/admin/journal?after=%1&max=%2").arg(m_journal.have).arg(kPage), &RemoteFeed::takeJournal);
    }
    if (isDue(m_exchanges))
        ask(m_exchanges, QStringLiteral("/admin/exchanges?after=%1").arg(m_exchanges.have), &RemoteFeed::takeExchanges);
}

void RemoteFeed::ask(Question &question, const QString &path, Taker taker)
{
    question.underWay = true;
    question.asked.start();
    QNetworkRequest request = hubRequest(m_access, path);
    request.setTransferTimeout(kTransferTimeout);
    QNetworkReply *reply = m_manager.get(request);
    if (m_access.insecure)
        reply->ignoreSslErrors();
    connect(reply, &QNetworkReply::finished, this, [this, reply, &question, taker, epoch = m_epoch] {
        question.underWay = false;
        reply->deleteLater();
        if (epoch != m_epoch)
            return askWhatIsNew();      // an answer from before a clearing or a restart
        if (reply->error() == QNetworkReply::NoError)
            (this->*taker)(reply->readAll(), std::chrono::nanoseconds(question.asked.nsecsElapsed()));
        else
            question.pause = milliseconds(1000);
        askWhatIsNew();
    });
}

void RemoteFeed::takeSnapshot(const QByteArray &json, std::chrono::nanoseconds took)
{
    auto snapshot = hubjson::decodeSnapshot(json);
    if (!snapshot)
        return;
    m_snapshot.have = snapshot->number;
    m_snapshot.there = qMax(m_snapshot.there, snapshot->number);
    const auto withReading = std::chrono::nanoseconds(m_snapshot.asked.nsecsElapsed());
    m_snapshot.pause = qMax(kPace, std::chrono::duration_cast<milliseconds>(withReading * kSnapshotShare));
    HubNews news;
    news.snapshot = std::make_shared<const HubSnapshot>(*std::move(snapshot));
    news.roundTrip = std::chrono::duration_cast<std::chrono::microseconds>(took);
    m_mailbox->put(std::move(news));
}

void RemoteFeed::takeJournal(const QByteArray &json, std::chrono::nanoseconds)
{
    auto page = hubjson::decodeJournal(json);
    if (!page)
        return;
    m_journal.pause = kPace;
    m_journal.there = qMax(m_journal.there, page->last);
    // Nothing after it: what was counted there is gone.
    m_journal.have = page->entries.empty() ? page->last : page->entries.back().sequence;
    if (page->entries.empty())
        return;
    HubNews news;
    news.journal = packed(page->entries);
    m_mailbox->put(std::move(news));
}

void RemoteFeed::takeExchanges(const QByteArray &json, std::chrono::nanoseconds)
{
    auto page = hubjson::decodeExchanges(json);
    if (!page)
        return;
    m_exchanges.pause = kPace;
    m_exchanges.there = qMax(m_exchanges.there, page->revision);
    m_exchanges.have = page->exchanges.empty() ? m_exchanges.there : page->revision;
    HubNews news;
    news.exchanges = std::move(page->exchanges);
    news.exchangesSkipped = page->skipped;
    if (news.hasData() || news.exchangesSkipped > 0)
        m_mailbox->put(std::move(news));
}

} // namespace trunkline
