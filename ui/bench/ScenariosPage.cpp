// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/ScenariosPage.h"

#include "bench/Capsule.h"
#include "bench/Report.h"
#include "hub/capture/CaptureView.h"
#include "ui/bench/BenchDesk.h"
#include "ui/bench/PageHead.h"
#include "ui/bench/YamlEditor.h"
#include "ui/exchanges/TimelineView.h"
#include "ui/models/Format.h"
#include "ui/tables/TabStrip.h"

#include <QComboBox>
#include <QDir>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QTreeWidget>

#include <utility>

namespace trunkline {

namespace {

constexpr int kJobs = 2;            // hubs side by side
const QString kFiles = QStringLiteral("bench/scenarios");

/// Captures of what did not pass; they stay until the program is asked to forget them by removing the folder.
QString captureFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/captures");
    QDir().mkpath(folder);
    return folder;
}

} // namespace

ScenariosPage::ScenariosPage(const Theme &theme, QSettings &settings, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_settings(settings), m_head(new PageHead(theme)), m_list(new QTreeWidget), m_tabs(new TabStrip(theme)),
      m_stack(new QStackedWidget), m_editor(new YamlEditor(theme, tr("Scenario"))), m_report(new QPlainTextEdit), m_timeline(new TimelineView(theme)),
      m_run(m_head->addButton("scenariosRun", tr("Run all"))), m_stop(m_head->addButton("scenariosStop", tr("Stop"))), m_save(nullptr),
      m_openCapture(new QPushButton(tr("Open the capture"))), m_at(new QComboBox)
{
    connect(m_head->addButton("scenariosOpen", tr("Open…")), &QPushButton::clicked, this, &ScenariosPage::askForFiles);
    m_save = m_head->addButton("scenariosSave", tr("Save"));
    connect(m_save, &QPushButton::clicked, this, &ScenariosPage::save);
    connect(m_run, &QPushButton::clicked, this, &ScenariosPage::run);
    connect(m_stop, &QPushButton::clicked, this, &ScenariosPage::stop);
    m_at->addItems({tr("each at a hub of its own"), tr("at this hub")});
    m_at->setAccessibleName(tr("Where they run"));
    m_head->add(m_at);
    m_list->setHeaderLabels({tr("Scenario"), tr("Result"), tr("Time")});
    m_list->setAccessibleName(tr("Scenarios"));
    m_list->setObjectName(QStringLiteral("benchList"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->headerItem()->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem *item) { show(item ? m_list->indexOfTopLevelItem(item) : -1); });
    m_tabs->addTab(tr("Result"));
    m_tabs->addTab(tr("File"));
    m_tabs->setAccessibleName(tr("Result and file"));
    connect(m_tabs, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
    m_stack->addWidget(makeResult());
    m_stack->addWidget(m_editor);
    auto *right = new QWidget;
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tabs, 0, Qt::AlignLeft);
    column->addWidget(m_stack, 1);
    auto *split = new QSplitter;
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_list);
    split->addWidget(right);
    split->setSizes({440, 640});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(split, 1);
    connect(m_editor, &YamlEditor::changed, this, [this] {
        Item *item = current();
        if (!item || m_showing)
            return;
        item->text = m_editor->text();
        item->changed = true;
        refreshRow(m_shown);
        refresh();
    });
    connect(&theme, &Theme::changed, this, &ScenariosPage::refresh);
    QStringList known;
    for (const QString &path : m_settings.value(kFiles).toStringList()) {
        if (QFile::exists(path))
            known << path;
    }
    open(known);
    refresh();
}

ScenariosPage::~ScenariosPage()
{
    stop();
}

QWidget *ScenariosPage::makeResult()
{
    m_report->setReadOnly(true);
    m_report->setAccessibleName(tr("What was expected and what came"));
    m_report->document()->setDocumentMargin(12);
    m_openCapture->setObjectName(QStringLiteral("scenariosCapture"));
    m_openCapture->setAutoDefault(false);
    connect(m_openCapture, &QPushButton::clicked, this, [this] {
        const Item *item = current();
        if (!item || !item->result)
            return;
        QByteArray correlation;
        for (const StepFailure &failure : item->result->failures)
            correlation = correlation.isEmpty() ? failure.correlation : correlation;
        Q_EMIT captureWanted(item->result->capture, correlation);
    });
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 8);
    column->setSpacing(8);
    column->addWidget(m_report, 1);
    column->addWidget(m_timeline, 2);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(16, 0, 16, 0);
    row->addWidget(m_openCapture);
    row->addStretch();
    column->addLayout(row);
    return page;
}

void ScenariosPage::setDesk(BenchDesk *desk, HubView *view)
{
    if (m_view)
        m_view->disconnect(this);
    m_desk = desk;
    m_view = view;
    if (view)
        connect(view, &HubView::linkChanged, this, &ScenariosPage::refresh);
    if (!desk)
        setAt(At::OwnHubs);
    refresh();
}

void ScenariosPage::setAt(At at)
{
    m_at->setCurrentIndex(static_cast<int>(at));
}

void ScenariosPage::open(const QStringList &paths)
{
    for (const QString &path : paths) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            Q_EMIT noticed(tr("%1 cannot be read: %2").arg(path, file.errorString()));
            continue;
        }
        m_items.push_back({.path = path, .text = file.readAll()});
        new QTreeWidgetItem(m_list);
        refreshRow(static_cast<int>(m_items.size()) - 1);
    }
    QStringList files;
    for (const Item &item : m_items)
        files << item.path;
    files.removeAll(QString());
    m_settings.setValue(kFiles, files);
    if (!paths.isEmpty() && m_list->topLevelItemCount() > 0)
        m_list->setCurrentItem(m_list->topLevelItem(m_list->topLevelItemCount() - 1));
    refresh();
}

void ScenariosPage::add(const QByteArray &yaml)
{
    m_items.push_back({.path = {}, .text = yaml, .changed = true});
    auto *item = new QTreeWidgetItem(m_list);
    refreshRow(static_cast<int>(m_items.size()) - 1);
    m_list->setCurrentItem(item);
    m_tabs->setCurrentIndex(1);
    refresh();
}

ScenariosPage::Item *ScenariosPage::current()
{
    return m_shown >= 0 && m_shown < static_cast<int>(m_items.size()) ? &m_items[static_cast<std::size_t>(m_shown)] : nullptr;
}

std::optional<ScenarioResult> ScenariosPage::result(int row) const
{
    return m_items.at(static_cast<std::size_t>(row)).result;
}

void ScenariosPage::show(int row)
{
    m_shown = row;
    const Item *item = current();
    m_showing = true;
    m_editor->setText(item ? item->text : QByteArray());
    m_showing = false;
    m_editor->setReadOnly(!item);
    showResult(item ? *item : Item{});
    refresh();
}

void ScenariosPage::showResult(const Item &item)
{
    m_report->setFont(m_theme.fixedFont());
    const ScenarioResult result = item.result.value_or(ScenarioResult{});
    ScenarioResult told = result;       // the timeline and the way to the capture stand below
    told.capture.clear();
    for (StepFailure &failure : told.failures)
        failure.timeline.clear();
    m_report->setPlainText(item.result ? resultText(told, {}) : tr("Not run yet."));
    m_openCapture->setVisible(!result.capture.isEmpty() && QFile::exists(result.capture));
    showTimeline(result);
}

/// Of the first exchange that is to blame, on what was longest in coming.
void ScenariosPage::showTimeline(const ScenarioResult &result)
{
    ExchangePtr shown;
    for (const StepFailure &failure : result.failures) {
        if (failure.correlation.isEmpty() || shown)
            continue;
        const auto capture = openCapture(result.capture);
        for (ExchangeInfo &exchange : capture ? exchangesOf(*capture) : std::vector<ExchangeInfo>()) {
            if (exchange.correlation == failure.correlation)
                shown = std::make_shared<const ExchangeInfo>(std::move(exchange));
        }
    }
    m_timeline->setVisible(shown != nullptr);
    m_timeline->show(shown);
    if (shown)
        m_timeline->emphasize(laneOfLongestGap(*shown, m_timeline->lanes()));
}

std::optional<std::vector<Scenario>> ScenariosPage::readAll()
{
    std::vector<Scenario> scenarios;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        FileProblems problems;
        auto scenario = Scenario::read(m_items[i].text, m_items[i].path.isEmpty() ? QStringLiteral("scenario.yaml") : m_items[i].path, problems);
        if (scenario) {
            scenarios.push_back(*std::move(scenario));
            continue;
        }
        m_list->setCurrentItem(m_list->topLevelItem(static_cast<int>(i)));
        m_tabs->setCurrentIndex(1);
        m_editor->showProblems(problems);
        return std::nullopt;
    }
    return scenarios;
}

void ScenariosPage::run()
{
    if (m_pool || m_items.empty())
        return;
    auto scenarios = readAll();
    if (!scenarios)
        return;
    const bool here = m_at->currentIndex() == static_cast<int>(At::ThisHub) && m_desk && m_view;
    ScenarioTarget target{.captureFolder = captureFolder()};
    if (here)
        target.hub = m_desk->hub(*m_view->snapshot());
    m_cancelled = target.cancelled;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        m_items[i].result.reset();
        refreshRow(static_cast<int>(i));
    }
    m_pool = std::make_unique<ScenarioPool>(*std::move(scenarios), target, here ? 1 : kJobs);
    connect(m_pool.get(), &ScenarioPool::settled, this, &ScenariosPage::note);
    connect(m_pool.get(), &ScenarioPool::finished, this, &ScenariosPage::end, Qt::QueuedConnection);
    m_pool->start();
    m_tabs->setCurrentIndex(0);
    if (const Item *item = current())
        showResult(*item);
    refresh();
}

void ScenariosPage::stop()
{
    if (m_pool)
        *m_cancelled = true;
}

void ScenariosPage::note(std::size_t index)
{
    m_items[index].result = m_pool->results()[index];
    refreshRow(static_cast<int>(index));
    if (m_shown == static_cast<int>(index))
        showResult(m_items[index]);
    refresh();
}

void ScenariosPage::end()
{
    m_pool.reset();
    // What failed is what one looks at next.
    const Item *shown = current();
    for (std::size_t i = 0; i < m_items.size() && shown && shown->result && shown->result->outcome == ScenarioResult::Outcome::Passed; ++i) {
        if (m_items[i].result && m_items[i].result->outcome != ScenarioResult::Outcome::Passed) {
            m_list->setCurrentItem(m_list->topLevelItem(static_cast<int>(i)));
            break;
        }
    }
    refresh();
    Q_EMIT finished();
}

void ScenariosPage::refreshRow(int row)
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    QTreeWidgetItem *line = m_list->topLevelItem(row);
    FileProblems problems;
    const auto scenario = Scenario::read(item.text, item.path, problems);
    const QString file = item.path.isEmpty() ? tr("not saved yet") : QFileInfo(item.path).fileName();
    line->setText(0, (scenario && !scenario->name.isEmpty() ? scenario->name : file) + (item.changed ? QStringLiteral(" *") : QString()));
    line->setToolTip(0, item.path);
    using Outcome = ScenarioResult::Outcome;
    const bool passed = item.result && item.result->outcome == Outcome::Passed;
    const bool failed = item.result && item.result->outcome == Outcome::Failed;
    const QString words = !scenario      ? tr("has mistakes")
                          : !item.result ? (m_pool ? tr("runs") : QString())
                          : passed       ? tr("passed")
                          : failed       ? tr("failed")
                          : item.result->outcome == Outcome::HubLost ? tr("hub lost") : tr("cannot run");
    const Token tone = passed ? Token::Done : !scenario || item.result ? Token::Failed : Token::Late;
    line->setText(1, words);
    line->setIcon(1, words.isEmpty() ? QIcon() : m_theme.icon(passed ? QStringLiteral("done") : !scenario || item.result ? QStringLiteral("failed") : QStringLiteral("clock"), tone));
    line->setForeground(1, m_theme.ink(tone));
    line->setText(2, item.result ? format::duration(item.result->took) : QString());
    line->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
}

void ScenariosPage::refresh()
{
    const Item *item = current();
    m_run->setEnabled(!m_pool && !m_items.empty());
    m_stop->setEnabled(m_pool != nullptr);
    m_save->setEnabled(item && item->changed);
    m_editor->field().setEnabled(item && !m_pool);
    m_at->setEnabled(m_desk && m_view && m_view->link() == HubView::Link::Live && !m_pool);
    std::size_t passed = 0;
    std::size_t settled = 0;
    for (const Item &one : m_items) {
        settled += one.result ? 1 : 0;
        passed += one.result && one.result->outcome == ScenarioResult::Outcome::Passed ? 1 : 0;
    }
    if (m_items.empty())
        m_head->showState(tr("Open a scenario, or make one from an exchange"), Token::Muted);
    else if (m_pool)
        m_head->showState(tr("%1 of %2").arg(settled).arg(m_items.size()), Token::Late);
    else if (settled > 0)
        m_head->showState(tr("%1 passed, %2 failed").arg(passed).arg(settled - passed), passed == settled ? Token::Done : Token::Failed);
    else
        m_head->showState(tr("%n scenarios", nullptr, static_cast<int>(m_items.size())), Token::Muted);
}

} // namespace trunkline
