// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/BenchDesk.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace trunkline {

BenchDesk::BenchDesk(Place place, QObject *parent) : QObject(parent), m_place(std::move(place)) {}

BenchDesk::~BenchDesk()
{
    if (m_recorder)
        m_recorder->disconnect(this);
    if (m_runner)
        m_runner->disconnect(this);
    if (!m_faults.empty())
        m_place.setFaults({});
}

void BenchDesk::moveTo(Place place)
{
    stopRecording();
    m_place = std::move(place);
    if (!m_faults.empty())
        setFaults(m_faults, m_seed);
    if (!m_runner)
        return;
    m_webSocketUrl.setPort(m_place.access.url.port());
    runBots();
}

/// The hub may listen on more addresses than the one by which we know it.
BenchHub BenchDesk::hub(const HubSnapshot &seen) const
{
    QUrl url(QString::fromUtf8(seen.webSocketUrl));
    url.setHost(m_place.access.url.host());
    url.setPort(m_place.access.url.port());
    url.setScheme(m_place.access.url.scheme() == u"https" ? QStringLiteral("wss") : QStringLiteral("ws"));
    BenchHub hub{m_place.access, url};
    hub.access.pushPath = seen.ssePath;
    hub.access.sendPath = seen.sseSendPath;
    return hub;
}

Result<void> BenchDesk::startRecording(const CaptureFile::Options &file, const QByteArrayList &redact)
{
    stopRecording();
    auto started = Recorder::start({.file = file, .from = Recorder::From::Now, .settings = m_place.settings, .redact = redact}, m_place.makeView);
    if (!started)
        return tl::unexpected(started.error());
    m_recorder = *std::move(started);
    m_path = file.path;
    connect(m_recorder.get(), &Recorder::grew, this, &BenchDesk::recordingChanged, Qt::QueuedConnection);
    connect(m_recorder.get(), &Recorder::started, this, &BenchDesk::recordingChanged, Qt::QueuedConnection);
    connect(m_recorder.get(), &Recorder::failed, this, [this](const QString &why) {
        Q_EMIT noticed(tr("Recording has ended: %1").arg(why));
        stopRecording();
    }, Qt::QueuedConnection);
    connect(m_recorder.get(), &Recorder::lost, this, [this](const QString &why) {
        Q_EMIT noticed(tr("Recording has ended: %1").arg(why));
        stopRecording();
    }, Qt::QueuedConnection);
    Q_EMIT recordingChanged();
    return {};
}

void BenchDesk::stopRecording()
{
    if (!m_recorder)
        return;
    m_recorder->disconnect(this);
    m_recorder->flush();
    const quint64 messages = m_recorder->messages();
    const quint64 skipped = m_recorder->skipped();
    m_recorder.reset();
    const QString name = QFileInfo(std::exchange(m_path, QString())).fileName();
    Q_EMIT noticed(skipped > 0 ? tr("%1 messages in %2; %3 were missed").arg(messages).arg(name).arg(skipped) : tr("%1 messages in %2").arg(messages).arg(name));
    Q_EMIT recordingChanged();
}

BenchDesk::Recording BenchDesk::recording() const
{
    return m_recorder ? Recording{m_path, m_recorder->messages(), m_recorder->skipped(), m_recorder->bytes()} : Recording{};
}

void BenchDesk::startBots(const BotFile &file, const HubSnapshot &seen)
{
    m_file = file;
    m_webSocketUrl = hub(seen).webSocketUrl;
    runBots();
}

void BenchDesk::runBots()
{
    if (m_runner)
        m_runner->disconnect(this);
    m_runner.reset();
    m_bots.clear();
    for (const auto &[user, rules] : m_file.bots)
        m_bots.push_back({user, Bot::State::Connecting, {}});
    m_runner = std::make_unique<BotRunner>(
        BotPlace{.webSocketUrl = m_webSocketUrl, .token = m_place.access.token, .tls = m_place.access.tls, .insecure = m_place.access.insecure}, m_file);
    connect(m_runner.get(), &BotRunner::ready, this, [this](const QByteArray &user) { note(user, Bot::State::Connected, {}); }, Qt::QueuedConnection);
    connect(m_runner.get(), &BotRunner::lost, this, [this](const QByteArray &user, const QString &why) { note(user, Bot::State::Lost, why); }, Qt::QueuedConnection);
    Q_EMIT botsChanged();
}

void BenchDesk::note(const QByteArray &user, Bot::State state, const QString &why)
{
    const auto found = std::find_if(m_bots.begin(), m_bots.end(), [&user](const Bot &bot) { return bot.user == user; });
    if (found == m_bots.end())
        return;
    found->state = state;
    found->why = why;
    Q_EMIT botsChanged();
}

void BenchDesk::stopBots()
{
    if (m_runner)
        m_runner->disconnect(this);
    m_runner.reset();
    m_bots.clear();
    Q_EMIT botsChanged();
}

void BenchDesk::setFaults(std::vector<FaultRule> rules, quint64 seed)
{
    if (!m_place.setFaults)
        return;
    m_faults = std::move(rules);
    m_seed = seed;
    m_place.setFaults(FaultPlan(m_faults, seed));
    Q_EMIT faultsChanged();
}

} // namespace trunkline
