// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/capture/Recorder.h"

#include "hub/capture/Redaction.h"
#include "hub/core/HandOver.h"
#include "hub/core/SettingsTable.h"

namespace trunkline {

namespace {

constexpr qsizetype kWriteBytes = 256 * 1024;       // at a time

} // namespace

/// Makes lines of what the view holds.
class Recorder::Writer final : public JournalSink
{
public:
    explicit Writer(Recorder &recorder) : m_recorder(recorder), m_redaction(recorder.m_options.redact) { }

    void missed(quint64 count) override
    {
        m_recorder.m_lines += captureGapLine(count);
        m_recorder.m_skipped += count;
    }
    void entry(const JournalItem &item) override
    {
        JournalItem own = item;
        own.time = {item.time - m_recorder.m_base};
        QByteArray redacted;
        if (!m_recorder.m_options.redact.isEmpty()) {
            redacted = m_redaction.apply(item.record.text.toByteArray());
            own.record.text = redacted;
            own.textBytes = redacted.size();
        }
        appendCaptureLine(m_recorder.m_lines, own);
        m_recorder.m_sequence = item.sequence;
        ++m_written;
        if (m_recorder.m_lines.size() >= kWriteBytes)
            m_recorder.put();
    }
    [[nodiscard]] quint64 written() const { return m_written; }

private:
    Recorder &m_recorder;
    const Redaction m_redaction;
    quint64 m_written = 0;
};

Recorder::Recorder(const Options &options, std::unique_ptr<CaptureFile> file)
    : m_options(options), m_worker(new QObject), m_file(std::move(file))
{
    m_thread.setObjectName(QStringLiteral("recorder"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
}

Result<std::unique_ptr<Recorder>> Recorder::start(const Options &options, MakeView makeView)
{
    auto file = CaptureFile::create(options.file);
    if (!file)
        return tl::unexpected(file.error());
    std::unique_ptr<Recorder> recorder(new Recorder(options, *std::move(file)));
    recorder->m_thread.start();
    callLater(recorder->m_worker, [own = recorder.get(), makeView = std::move(makeView)] { own->beginOn(makeView); });
    return recorder;
}

Recorder::~Recorder()
{
    callThere(m_worker, [this] {
        pull();
        m_view.reset();
    });
    m_thread.quit();
    m_thread.wait();
}

void Recorder::flush()
{
    callThere(m_worker, [this] { pull(); });
}

void Recorder::beginOn(MakeView makeView)
{
    m_view = makeView();
    connect(m_view.get(), &HubView::updated, m_worker, [this] { pull(); });
    connect(m_view.get(), &HubView::restarted, m_worker, [this] { m_sequence = 0; });
    connect(m_view.get(), &HubView::linkChanged, m_worker, [this] {
        if (m_view->link() != HubView::Link::Lost)
            return;
        pull();
        Q_EMIT lost(m_view->linkDetail());
    });
}

void Recorder::begin(const HubSnapshot &snapshot)
{
    m_begun = true;
    m_base = snapshot.instant;
    const JournalPage first = m_options.from == From::Beginning ? m_view->journalAfter(0, 1) : JournalPage{};
    if (!first.entries.empty())
        m_base = std::min(m_base, first.entries.front().time);
    if (m_options.from == From::Now)
        m_sequence = snapshot.journalLast;
    writeHeader(snapshot);
    if (m_broken)
        return;
    for (const SessionInfo &session : m_options.from == From::Now ? snapshot.sessions : std::vector<SessionInfo>()) {
        JournalEntry entry;
        entry.leg = Leg::Client;
        entry.kind = EntryKind::Connect;
        entry.session = session.id;
        entry.user = session.user;
        entry.text = session.remote;
        entry.textBytes = entry.text.size();
        appendCaptureLine(m_lines, entry);
    }
    put();
    Q_EMIT started();
}

CaptureHeader captureHeaderOf(const HubSnapshot &hub, Clock::Instant base)
{
    CaptureHeader header;
    header.version = hub.version;
    header.startedAt = wallTime(hub, base);
    header.url = hub.url;
    header.webSocketUrl = hub.webSocketUrl;
    header.pushPath = hub.ssePath;
    header.sendPath = hub.sseSendPath;
    return header;
}

void Recorder::writeHeader(const HubSnapshot &snapshot)
{
    CaptureHeader header = captureHeaderOf(snapshot, m_base);
    header.settings = m_options.settings;
    header.redactions = m_options.redact;
    if (const auto begun = m_file->begin(header); !begun) {
        m_broken = true;
        Q_EMIT failed(begun.error().detail);
        return;
    }
    m_bytes = m_file->bytes();
}

void Recorder::pull()
{
    if (m_broken || !m_view)
        return;
    if (!m_begun) {
        if (const auto snapshot = m_view->snapshot(); snapshot->number > 0)
            begin(*snapshot);
    }
    if (!m_begun || m_broken)
        return;
    Writer writer(*this);
    m_view->readJournal(m_sequence, writer);
    put();
    m_view->forgetJournal(m_sequence);
    m_messages += writer.written();
    if (writer.written() > 0)
        Q_EMIT grew();
}

void Recorder::put()
{
    if (!m_lines.isEmpty() && !m_broken) {
        if (const auto written = m_file->write(m_lines); !written) {
            m_broken = true;
            Q_EMIT failed(written.error().detail);
        }
        m_bytes = m_file->bytes();
    }
    m_lines.resize(0);      // keeps its memory
}

std::vector<std::pair<QByteArray, QByteArray>> recordedSettings(const Settings &settings)
{
    std::vector<std::pair<QByteArray, QByteArray>> recorded;
    for (const Setting &setting : settingsTable()) {
        if (!setting.isSecret())
            recorded.emplace_back(setting.name, setting.text(settings).toUtf8());
    }
    return recorded;
}

} // namespace trunkline
