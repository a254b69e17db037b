// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/BenchClients.h"
#include "hub/bots/BotRunner.h"
#include "hub/capture/Recorder.h"

namespace trunkline {

/// What of the test bench runs at one hub: a recording, bots, faults. Windows over the same hub share it; it ends what it runs.
/// GUI thread.
class BenchDesk final : public QObject
{
    Q_OBJECT

public:
    /// One hub, for those who record it and meddle with it.
    struct Place
    {
        HubAccess access{};
        /// A view with both legs, made on the recorder's thread.
        Recorder::MakeView makeView{};
        /// Null: the hub is in another process, and its faults are its own.
        std::function<void(const FaultPlan &)> setFaults{};
        std::vector<std::pair<QByteArray, QByteArray>> settings{};      ///< for the header of a capture
    };
    struct Bot
    {
        enum class State { Connecting, Connected, Lost };
        UserId user{};
        State state = State::Connecting;
        QString why{};              ///< Lost: in one sentence
    };
    struct Recording
    {
        QString path{};             ///< empty: nothing is recorded
        quint64 messages = 0;
        quint64 skipped = 0;
        qint64 bytes = 0;
    };

    explicit BenchDesk(Place place, QObject *parent = nullptr);
    ~BenchDesk() override;

    /// The hub was started again, maybe at another port: bots and faults go on there, a recording has ended.
    void moveTo(Place place);
    [[nodiscard]] const HubAccess &access() const { return m_place.access; }
    [[nodiscard]] const std::vector<std::pair<QByteArray, QByteArray>> &settings() const { return m_place.settings; }
    /// Where a client of this hub connects; `seen` is what the hub says of itself.
    [[nodiscard]] BenchHub hub(const HubSnapshot &seen) const;

    /// Io: the file cannot be written. One at a time.
    Result<void> startRecording(const CaptureFile::Options &file, const QByteArrayList &redact);
    /// All that has come so far is in the file.
    void stopRecording();
    [[nodiscard]] Recording recording() const;

    /// Bots that ran before are gone.
    void startBots(const BotFile &file, const HubSnapshot &seen);
    void stopBots();
    [[nodiscard]] const std::vector<Bot> &bots() const { return m_bots; }

    [[nodiscard]] bool canSetFaults() const { return bool(m_place.setFaults); }
    /// For clients that connect from now on; none ends it.
    void setFaults(std::vector<FaultRule> rules, quint64 seed);
    [[nodiscard]] std::size_t faultRules() const { return m_faults.size(); }
    [[nodiscard]] quint64 seed() const { return m_seed; }

Q_SIGNALS:
    void recordingChanged();        ///< it began, grew or ended
    void botsChanged();
    void faultsChanged();
    void noticed(const QString &text);

private:
    void runBots();
    void note(const QByteArray &user, Bot::State state, const QString &why);

    Place m_place;
    std::unique_ptr<Recorder> m_recorder;
    QString m_path;
    std::unique_ptr<BotRunner> m_runner;
    BotFile m_file;
    QUrl m_webSocketUrl;
    std::vector<Bot> m_bots;
    std::vector<FaultRule> m_faults;
    quint64 m_seed = 0;
};

} // namespace trunkline
