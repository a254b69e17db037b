// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/trunkline/HubRecorder.h"

#include "hub/Server.h"
#include "hub/capture/Recorder.h"
#include "hub/capture/TapScribe.h"
#include "hub/view/HubMonitor.h"

namespace trunkline {

namespace {

using First = platform::Companion::First;

/// What a recorder that falls behind has to catch up.
constexpr std::size_t kMemory = 64 * 1024 * 1024;
constexpr std::chrono::milliseconds kLook{100};
/// The recorder of a hub that was killed a moment ago is still writing.
constexpr std::chrono::seconds kPatience{3};

Result<void> write(CaptureFile &file, std::span<char> memory, First &first)
{
    QByteArray line;
    First::News news;
    while (!line.endsWith('\n') && news.state == First::State::Lives) {
        news = first.wait(std::chrono::minutes(1));
        line += news.told;
    }
    const auto header = readCapture(line);
    if (!header)
        return {};      // the hub did not start
    file.goOn(header->header);
    TapScribe scribe(JournalTap(memory), file);
    for (; news.state == First::State::Lives; news = first.wait(kLook)) {
        if (auto looked = scribe.look(); !looked)
            return looked;
    }
    return scribe.finish(news.state == First::State::Killed ? TapScribe::End::Killed : TapScribe::End::Orderly);
}

} // namespace

HubRecorder::HubRecorder(std::shared_ptr<CaptureFile> file, std::unique_ptr<platform::Companion> companion)
    : m_file(std::move(file)), m_companion(std::move(companion)), m_tap(m_companion->memory())
{
}

Result<std::unique_ptr<HubRecorder>> HubRecorder::prepare(CaptureFile::Options file)
{
    file.patience = kPatience;
    auto made = CaptureFile::create(file);
    if (!made)
        return tl::unexpected(made.error());
    const std::shared_ptr<CaptureFile> opened = *std::move(made);
    auto companion = platform::Companion::start(kMemory, opened->descriptor(), [opened](std::span<char> memory, First &first) {
        const auto written = write(*opened, memory, first);
        return written ? QByteArray() : written.error().detail.toUtf8();
    });
    if (!companion)
        return tl::unexpected(companion.error());
    return std::unique_ptr<HubRecorder>(new HubRecorder(opened, *std::move(companion)));
}

HubRecorder::~HubRecorder()
{
    m_companion->end();
}

Result<void> HubRecorder::start(Server &server, std::vector<std::pair<QByteArray, QByteArray>> settings)
{
    server.monitor().record(m_tap);
    CaptureHeader header = captureHeaderOf(*server.monitor().snapshot(), m_tap.base());
    header.settings = std::move(settings);
    if (auto begun = m_file->begin(header); !begun)
        return begun;
    m_companion->tell(captureLine(header));
    m_file.reset();     // a part that is deleted later gives its room back
    m_companion->listen(this, [this](const QByteArray &word) {
        Q_EMIT failed(word.isEmpty() ? QStringLiteral("its process has ended") : QString::fromUtf8(word));
    });
    return {};
}

} // namespace trunkline
