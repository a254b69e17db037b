// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/filter/FilterBar.h"
#include "ui/tables/TabStrip.h"
#include "ui/window/StatusStrip.h"
#include "ui/window/WindowHost.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>

namespace trunkline {

namespace {

/// The captures and capsules among what is dragged.
QStringList capturesIn(const QMimeData &data)
{
    QStringList paths;
    for (const QUrl &url : data.urls()) {
        const QString path = url.toLocalFile();
        if (path.endsWith(QStringLiteral(".trunk"), Qt::CaseInsensitive) || path.endsWith(QStringLiteral(".trunkcase"), Qt::CaseInsensitive))
            paths << path;
    }
    return paths;
}

} // namespace

QAction *MainWindow::addTool(const Tool &tool)
{
    auto *action = new QAction(tool.text, this);
    action->setObjectName(tool.name);
    action->setShortcut(tool.keys);
    action->setProperty("iconName", tool.icon);
    action->setIconText(u' ' % tool.text);
    if (!tool.icon.isEmpty())
        action->setIcon(m_theme.icon(tool.icon));
    if (!tool.keys.isEmpty())
        action->setToolTip(tr("%1 (%2)").arg(tool.text, tool.keys.toString(QKeySequence::NativeText)));
    addAction(action);
    m_tools << action;
    m_benchMenu->addAction(action);
    m_benchMenu->menuAction()->setVisible(true);
    if (tool.button) {
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        button->setFocusPolicy(Qt::TabFocus);
        button->setIconSize(QSize(m_theme.scaled(Theme::IconSize), m_theme.scaled(Theme::IconSize)));
        const auto name = [button, action] { button->setAccessibleName(action->text()); };
        connect(action, &QAction::changed, button, name);
        name();
        m_toolButtons << button;
        m_toolbarRow->insertWidget(m_toolbarSpot++, button);
        fold();
    }
    return action;
}

int MainWindow::addPage(const QString &title, QWidget *page)
{
    m_pages->addWidget(page);
    return m_tabs->addTab(title);
}

void MainWindow::setPageTitle(int index, const QString &title)
{
    if (m_tabs->tabText(index) != title)
        m_tabs->setTabText(index, title);
}

void MainWindow::showPage(int index)
{
    setPage(static_cast<Page>(index));
}

void MainWindow::addStrip(QWidget *strip)
{
    auto *layout = static_cast<QVBoxLayout *>(centralWidget()->layout());
    layout->insertWidget(layout->indexOf(m_filter), strip);
}

void MainWindow::showOpenCapture()
{
    auto *dialog = new QFileDialog(this, tr("Open a capture"), m_settings.value(QStringLiteral("capture/folder")).toString());
    dialog->setObjectName(QStringLiteral("openCaptureDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilters({tr("Captures and capsules (*.trunk *.trunkcase)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_settings.setValue(QStringLiteral("capture/folder"), QFileInfo(path).path());
        m_host->openCapture(*this, path, {});
    });
    dialog->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (m_host && !capturesIn(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    for (const QString &path : capturesIn(*event->mimeData()))
        m_host->openCapture(*this, path, {});
    event->acceptProposedAction();
}

std::vector<JournalEntry> MainWindow::messagesOf(const ExchangeInfo &exchange) const
{
    // Both clocks are rounded to milliseconds, and what waited in a queue was noted a little later.
    constexpr std::chrono::milliseconds margin(50);
    std::chrono::microseconds length = exchange.latency;
    for (const ExchangeStep &step : exchange.steps)
        length = std::max(length, step.at);
    return m_trafficModel.entriesOf(exchange.correlation, exchange.startedAt - margin,
                                    exchange.startedAt + std::chrono::duration_cast<std::chrono::milliseconds>(length) + margin);
}

} // namespace trunkline
