// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/ScenarioPool.h"
#include "hub/view/HubView.h"
#include "ui/theme/Theme.h"

#include <QPointer>
#include <QWidget>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSettings;
class QStackedWidget;
class QTreeWidget;

namespace trunkline {

class BenchDesk;
class PageHead;
class TabStrip;
class TimelineView;
class YamlEditor;

/// Scenario files: open, write, run, and what came of each, with the timeline of what failed.
class ScenariosPage final : public QWidget
{
    Q_OBJECT

public:
    enum class At { OwnHubs, ThisHub };

    ScenariosPage(const Theme &theme, QSettings &settings, QWidget *parent = nullptr);
    ~ScenariosPage() override;

    /// Both may be null: then each runs at a hub of its own.
    void setDesk(BenchDesk *desk, HubView *view);
    void open(const QStringList &paths);
    /// One that has no file yet.
    void add(const QByteArray &yaml);
    void setAt(At at);
    void run();
    void stop();
    /// Writes the chosen one; without a file it asks where to.
    void save();
    bool saveTo(const QString &path);
    [[nodiscard]] bool isRunning() const { return m_pool != nullptr; }
    [[nodiscard]] QTreeWidget &list() const { return *m_list; }
    [[nodiscard]] YamlEditor &editor() const { return *m_editor; }
    [[nodiscard]] QPlainTextEdit &report() const { return *m_report; }
    [[nodiscard]] TimelineView &timeline() const { return *m_timeline; }
    [[nodiscard]] PageHead &head() const { return *m_head; }
    [[nodiscard]] std::optional<ScenarioResult> result(int row) const;

Q_SIGNALS:
    void noticed(const QString &text);
    void captureWanted(const QString &path, const QByteArray &correlation);
    void finished();

private:
    struct Item
    {
        QString path{};                             ///< empty: not saved yet
        QByteArray text{};
        bool changed = false;
        std::optional<ScenarioResult> result{};
    };
    QWidget *makeResult();
    [[nodiscard]] Item *current();
    void show(int row);
    void showResult(const Item &item);
    void showTimeline(const ScenarioResult &result);
    void note(std::size_t index);
    void end();
    void refreshRow(int row);
    void refresh();
    void askForFiles();
    void askWhereTo();
    [[nodiscard]] std::optional<std::vector<Scenario>> readAll();

    const Theme &m_theme;
    QSettings &m_settings;
    QPointer<BenchDesk> m_desk;
    QPointer<HubView> m_view;
    PageHead *m_head;
    QTreeWidget *m_list;
    TabStrip *m_tabs;
    QStackedWidget *m_stack;
    YamlEditor *m_editor;
    QPlainTextEdit *m_report;
    TimelineView *m_timeline;
    QPushButton *m_run;
    QPushButton *m_stop;
    QPushButton *m_save;
    QPushButton *m_openCapture;
    QComboBox *m_at;
    std::vector<Item> m_items;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    std::unique_ptr<ScenarioPool> m_pool;
    int m_shown = -1;
    bool m_showing = false;             // the editor changes because another one is shown
};

} // namespace trunkline
