// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/CaptureFile.h"
#include "hub/view/MailboxView.h"

#include <QThread>

#include <atomic>

namespace trunkline {

struct Settings;

/// Records a hub, in this process or elsewhere, into a capture. It is fed through a view; reading, formatting and writing happen
/// on a thread of its own, ten times a second; the hub's thread only copies. What was missed becomes a gap line. Made, used and
/// destroyed on one thread. `serve --record` is cheaper: TapScribe.
class Recorder final : public QObject
{
    Q_OBJECT

public:
    enum class From {
        Beginning,      ///< with what the hub still remembers: for a hub that starts now
        Now             ///< who is connected now comes as connect entries with the number 0
    };
    struct Options
    {
        CaptureFile::Options file{};
        From from = From::Now;
        std::vector<std::pair<QByteArray, QByteArray>> settings{};
        QByteArrayList redact{};        ///< paths that are masked before they are written
    };
    /// Makes the view, with Legs::Both; called on the recorder's thread.
    using MakeView = std::function<std::unique_ptr<MailboxView>()>;
    /// For that view: all that its mailbox may hold at once.
    static constexpr ViewStore::Limits kViewLimits{.entries = HubMailbox::kMaxEntries, .bytes = HubMailbox::kMaxBytes, .exchanges = 1, .failed = 1};

    /// Io: the file cannot be written.
    static Result<std::unique_ptr<Recorder>> start(const Options &options, MakeView makeView);
    /// Writes what has come so far, then ends.
    ~Recorder() override;

    /// Writes what has come so far and waits for it.
    void flush();
    [[nodiscard]] quint64 messages() const { return m_messages; }
    [[nodiscard]] quint64 skipped() const { return m_skipped; }
    [[nodiscard]] qint64 bytes() const { return m_bytes; }

Q_SIGNALS:
    /// The first line is written.
    void started();
    /// More messages are in the file.
    void grew();
    /// The file cannot be written any more; recording has ended.
    void failed(const QString &detail);
    /// The hub has gone (`why`); what it said before is in the file.
    void lost(const QString &why);

private:
    class Writer;
    Recorder(const Options &options, std::unique_ptr<CaptureFile> file);
    void beginOn(MakeView makeView);
    void pull();
    void begin(const HubSnapshot &snapshot);
    void writeHeader(const HubSnapshot &snapshot);
    void put();

    const Options m_options;
    QThread m_thread;
    std::atomic<quint64> m_messages = 0;
    std::atomic<quint64> m_skipped = 0;
    std::atomic<qint64> m_bytes = 0;
    // On the thread only.
    QObject *m_worker;
    std::unique_ptr<CaptureFile> m_file;
    std::unique_ptr<MailboxView> m_view;
    QByteArray m_lines;                 ///< not written yet
    quint64 m_sequence = 0;
    Clock::Instant m_base{};
    bool m_begun = false;
    bool m_broken = false;
};

/// What a capture's first line says of a hub; times count from `base`. Settings and redactions are left to who writes it.
[[nodiscard]] CaptureHeader captureHeaderOf(const HubSnapshot &hub, Clock::Instant base);
/// The settings as a capture's header holds them: no secrets.
[[nodiscard]] std::vector<std::pair<QByteArray, QByteArray>> recordedSettings(const Settings &settings);

} // namespace trunkline
