// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/BenchRoom.h"

#include "bench/ExchangeCapture.h"
#include "bench/ReplyLint.h"
#include "bench/ScenarioFrom.h"
#include "hub/capture/CaptureView.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/BotsPage.h"
#include "ui/bench/CapsuleDialog.h"
#include "ui/bench/FaultsPage.h"
#include "ui/bench/RecordDialog.h"
#include "ui/bench/ScenariosPage.h"
#include "ui/bench/StreamPage.h"
#include "ui/compose/Draft.h"
#include "ui/detail/DetailPane.h"
#include "ui/models/Format.h"
#include "ui/window/MainWindow.h"
#include "ui/window/StatusStrip.h"
#include "ui/window/WindowHost.h"

#include <QFileInfo>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMetaEnum>
#include <QPushButton>

#include <utility>

namespace trunkline {

BenchRoom::BenchRoom(MainWindow &window, const Parts &parts)
    : QObject(&window), m_window(window), m_theme(parts.theme), m_settings(parts.settings), m_host(parts.host), m_recording(new QLabel)
{
    makeActions();
    makePages();
    window.addStrip(makeStrip());
    m_recording->setObjectName(QStringLiteral("recordingLabel"));
    m_recording->hide();
    window.status().addWidget(m_recording);
    connect(&window, &MainWindow::hubChanged, this, &BenchRoom::refresh);
    connect(&window, &MainWindow::rowMenuOpening, this, &BenchRoom::addToMenu);
    connect(&window.detail(), &DetailPane::subjectShown, this, &BenchRoom::showStream);
    connect(&m_theme, &Theme::changed, this, &BenchRoom::refreshTheme);
    window.setRemarks([this](const ExchangeInfo &exchange) { return remarkOn(exchange); });
    refreshTheme();
    refresh();
}

/// What the linter has to say, for the mark in the table; the Stream tab says the same.
std::optional<QString> BenchRoom::remarkOn(const ExchangeInfo &exchange) const
{
    if (exchange.chunks == 0)
        return QString();
    const ReplyLint lint = lintReplies(exchange, m_window.messagesOf(exchange));
    if (lint.pieces.size() < std::size_t(exchange.chunks + exchange.lateReplies))
        return std::nullopt;        // the journal comes a moment later, or has forgotten them
    QStringList sentences;
    for (const LintFinding &finding : lint.findings)
        sentences << finding.text;
    return sentences.join(u'\n');
}

void BenchRoom::makeActions()
{
    const auto add = [this](Do what, const QString &text, const QString &icon, const QKeySequence &keys, bool button, auto run) {
        const QString name = QStringLiteral("tool") % QLatin1StringView(QMetaEnum::fromType<Do>().valueToKey(static_cast<int>(what)));
        connect(m_window.addTool({.name = name, .text = text, .icon = icon, .keys = keys, .button = button}), &QAction::triggered, this, run);
    };
    add(Do::Record, tr("Record"), QStringLiteral("record"), QKeySequence(Qt::CTRL | Qt::Key_R), true, [this] { toggleRecording(); });
    add(Do::Bots, tr("Bots"), QStringLiteral("bot"), QKeySequence(Qt::CTRL | Qt::Key_5), true, [this] { m_window.showPage(m_botsPage); });
    add(Do::Faults, tr("Faults"), QStringLiteral("fault"), QKeySequence(Qt::CTRL | Qt::Key_6), true, [this] { m_window.showPage(m_faultsPage); });
    add(Do::Scenarios, tr("Scenarios"), QStringLiteral("scenario"), QKeySequence(Qt::CTRL | Qt::Key_7), true, [this] { m_window.showPage(m_scenariosPage); });
    add(Do::Capsule, tr("Make a capsule of this exchange…"), QStringLiteral("capsule"), {}, false, [this] { makeCapsuleOf(m_window.detail().subject().exchange); });
    add(Do::MakeScenario, tr("Make a scenario from this exchange"), QStringLiteral("scenario"), {}, false, [this] { makeScenarioOf(m_window.detail().subject().exchange); });
}

QAction *BenchRoom::action(Do what) const
{
    return m_window.findChild<QAction *>(QStringLiteral("tool") % QLatin1StringView(QMetaEnum::fromType<Do>().valueToKey(static_cast<int>(what))));
}

void BenchRoom::makePages()
{
    m_bots = new BotsPage(m_theme, m_settings);
    m_faults = new FaultsPage(m_theme);
    m_scenarios = new ScenariosPage(m_theme, m_settings);
    m_stream = new StreamPage(m_theme);
    m_botsPage = m_window.addPage(tr("Bots"), m_bots);
    m_faultsPage = m_window.addPage(tr("Faults"), m_faults);
    m_scenariosPage = m_window.addPage(tr("Scenarios"), m_scenarios);
    m_streamPage = m_window.detail().addPage(tr("Stream"), m_stream);
    connect(m_bots, &BotsPage::noticed, this, &BenchRoom::notice);
    connect(m_scenarios, &ScenariosPage::noticed, this, &BenchRoom::notice);
    connect(m_scenarios, &ScenariosPage::captureWanted, this, [this](const QString &path, const QByteArray &correlation) {
        if (m_host)
            m_host->openCapture(m_window, path, correlation);
    });
}

QFrame *BenchRoom::makeStrip()
{
    m_strip = new QFrame;
    m_strip->setObjectName(QStringLiteral("faultStrip"));
    m_stripText = new QLabel;
    m_stripOff = new QPushButton(tr("Switch off"));
    m_stripOff->setObjectName(QStringLiteral("faultStripOff"));
    m_stripOff->setAutoDefault(false);
    connect(m_stripOff, &QPushButton::clicked, this, [this] {
        if (m_desk)
            m_desk->setFaults({}, 0);
    });
    auto *show = new QPushButton(tr("Show"));
    show->setObjectName(QStringLiteral("faultStripShow"));
    show->setAutoDefault(false);
    connect(show, &QPushButton::clicked, action(Do::Faults), &QAction::trigger);
    auto *row = new QHBoxLayout(m_strip);
    row->setContentsMargins(14, 5, 12, 5);
    row->addWidget(m_stripText, 1);
    row->addWidget(show);
    row->addWidget(m_stripOff);
    m_strip->hide();
    return m_strip;
}

void BenchRoom::refreshTheme()
{
    const QColor ground = blend(m_theme.color(Token::Failed), m_theme.color(Token::Panel), 0.16);
    m_strip->setStyleSheet(QStringLiteral("QFrame#faultStrip { background: %1; border-bottom: 1px solid %2; }").arg(ground.name(), m_theme.color(Token::Hairline).name()));
    m_recording->setFont(m_theme.font(-0.8));
    m_recording->setStyleSheet(QStringLiteral("QLabel { color: %1; }").arg(m_theme.ink(Token::Failed).name()));
    refreshRecording();
}

void BenchRoom::setDesk(std::shared_ptr<BenchDesk> desk)
{
    if (m_desk)
        m_desk->disconnect(this);
    m_desk = std::move(desk);
    if (m_desk) {
        connect(m_desk.get(), &BenchDesk::recordingChanged, this, &BenchRoom::refreshRecording);
        connect(m_desk.get(), &BenchDesk::botsChanged, this, &BenchRoom::refreshFaults);
        connect(m_desk.get(), &BenchDesk::faultsChanged, this, &BenchRoom::refreshFaults);
        connect(m_desk.get(), &BenchDesk::noticed, this, &BenchRoom::notice);
    }
    refresh();
}

/// Another hub, or another desk.
void BenchRoom::refresh()
{
    HubView *view = m_window.view();
    if (view)
        connect(view, &HubView::updated, this, &BenchRoom::refreshFaults, Qt::UniqueConnection);
    m_bots->setDesk(m_desk.get(), view);
    m_faults->setDesk(m_desk.get(), view);
    m_scenarios->setDesk(m_desk.get(), view);
    refreshRecording();
    refreshFaults();
}

void BenchRoom::refreshRecording()
{
    const BenchDesk::Recording recording = m_desk ? m_desk->recording() : BenchDesk::Recording{};
    const bool on = !recording.path.isEmpty();
    QAction *record = action(Do::Record);
    record->setEnabled(m_desk != nullptr);
    const QString text = on ? tr("Stop recording") : tr("Record");
    if (record->text() != text || record->icon().isNull()) {
        record->setText(text);
        record->setIconText(u' ' % text);
        record->setToolTip(text);
    }
    record->setIcon(m_theme.icon(on ? QStringLiteral("stop") : QStringLiteral("record"), Token::Failed));
    m_recording->setVisible(on);
    if (!on)
        return;
    QString words = tr("Recording %1: %2, %n messages", nullptr, static_cast<int>(recording.messages)).arg(QFileInfo(recording.path).fileName(), format::bytes(recording.bytes));
    if (recording.skipped > 0)
        words += tr(", %1 missed").arg(recording.skipped);
    m_recording->setText(QStringLiteral("%1 %2").arg(QChar(0x25cf)).arg(words));
    m_recording->setToolTip(recording.path);
}

void BenchRoom::refreshFaults()
{
    const HubView *view = m_window.view();
    const int rules = view ? view->snapshot()->faultRules : 0;
    const std::size_t bots = m_desk ? m_desk->bots().size() : 0;
    m_window.setPageTitle(m_botsPage, bots > 0 ? tr("Bots %1 %2").arg(QChar(0xb7)).arg(bots) : tr("Bots"));
    m_window.setPageTitle(m_faultsPage, rules > 0 ? tr("Faults %1 on").arg(QChar(0xb7)) : tr("Faults"));
    m_strip->setVisible(rules > 0);
    m_stripOff->setVisible(m_desk && m_desk->canSetFaults());
    m_stripText->setText(tr("Faults are on: %n rules meddle with messages on purpose.", nullptr, rules));
    m_strip->setAccessibleName(m_stripText->text());
}

void BenchRoom::toggleRecording()
{
    if (!m_desk)
        return;
    if (!m_desk->recording().path.isEmpty()) {
        m_desk->stopRecording();
        return;
    }
    auto *dialog = new RecordDialog(m_settings, &m_window);
    connect(dialog, &RecordDialog::startWanted, this, [this, dialog] {
        const auto started = m_desk ? m_desk->startRecording(dialog->file(), dialog->redact()) : Result<void>();
        if (started)
            dialog->accept();
        else
            dialog->showProblem(started.error().detail);
    });
    dialog->open();
}

void BenchRoom::addToMenu(QMenu *menu, const ExchangePtr &exchange)
{
    menu->addSeparator();
    menu->addAction(m_theme.icon(QStringLiteral("capsule")), action(Do::Capsule)->text(), this, [this, exchange] { makeCapsuleOf(exchange); })
        ->setObjectName(QStringLiteral("makeCapsule"));
    menu->addAction(m_theme.icon(QStringLiteral("scenario")), action(Do::MakeScenario)->text(), this, [this, exchange] { makeScenarioOf(exchange); })
        ->setObjectName(QStringLiteral("makeScenario"));
}

namespace {

/// The body that a service would post again.
QByteArray postedBody(const ExchangeInfo &exchange, const std::vector<JournalEntry> &messages)
{
    for (const JournalEntry &entry : messages) {
        if (entry.leg == Leg::Upstream && entry.direction == Direction::In && entry.kind == EntryKind::Request && !entry.text.isEmpty())
            return entry.text;
    }
    const auto draft = draftFrom(exchange);
    return draft ? compactJson(draft->body) : QByteArray();
}

} // namespace

void BenchRoom::makeCapsuleOf(const ExchangePtr &exchange)
{
    if (!exchange || !m_window.view())
        return notice(tr("Select an exchange first"));
    const auto *recorded = qobject_cast<const CaptureView *>(m_window.view());
    const std::vector<JournalEntry> messages = m_window.messagesOf(exchange->correlation);
    Capture capture = recorded ? recorded->capture() : captureOf(*m_window.view()->snapshot(), *exchange, messages, postedBody(*exchange, messages));
    if (!recorded && m_desk)
        capture.header.settings = m_desk->settings();
    auto *dialog = new CapsuleDialog(m_theme, std::move(capture), exchange->correlation, &m_window);
    connect(dialog, &CapsuleDialog::saved, this, [this](const QString &path) { notice(tr("Saved %1").arg(path)); });
    dialog->open();
}

void BenchRoom::makeScenarioOf(const ExchangePtr &exchange)
{
    if (!exchange)
        return notice(tr("Select an exchange first"));
    if (exchange->state == ExchangeState::Streaming)
        return notice(tr("It has not ended yet"));
    const std::vector<JournalEntry> messages = m_window.messagesOf(exchange->correlation);
    const QByteArray posted = postedBody(*exchange, messages);
    if (posted.isEmpty())
        return notice(tr("Select a message whose text was kept"));
    m_scenarios->add(scenarioFrom(*exchange, messages, posted));
    m_window.showPage(m_scenariosPage);
}

/// The tab says when the linter has found something, whichever tab is in sight.
void BenchRoom::showStream()
{
    const DetailPane &detail = m_window.detail();
    m_stream->show(detail.subject());
    const std::size_t found = m_stream->lint().findings.size();
    m_window.detail().setPageTitle(m_streamPage, found > 0 ? tr("Stream %1 %n findings", nullptr, static_cast<int>(found)).arg(QChar(0xb7)) : tr("Stream"));
}

void BenchRoom::notice(const QString &text)
{
    m_window.status().notice(text);
}

} // namespace trunkline
