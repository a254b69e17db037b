// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/metrics/MetricsHistory.h"
#include "ui/models/ExchangeProxy.h"
#include "ui/models/TrafficModel.h"
#include "ui/theme/Theme.h"
#include "ui/window/HubSilence.h"
#include "ui/window/ReadingPace.h"

#include <QHash>
#include <QMainWindow>
#include <QPointer>

#include <optional>

class QAction;
class QFrame;
class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QSettings;
class QSplitter;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace trunkline {

class ComposePanel;
class DetailPane;
struct Draft;
class EmptyState;
class FilterBar;
class ListeningPill;
class LiveTable;
class LogModel;
class LogPage;
class MetricsPage;
class SessionsPanel;
class StatusStrip;
class TabStrip;
class ActivityReader;
class WindowHost;
struct HubPlace;

/// The window over one hub. It pulls when the view says that there is news, and keeps what it has read: a pause, a filter or
/// an eviction in the hub changes nothing under the reader's eyes. Sees the hub through HubView and HubControl only.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    enum class Page { Exchanges, Traffic, Metrics, Log };
    /// What the toolbar, the menus and the command palette do. Tests trigger them by name.
    enum class Do {
        Pause, Follow, Clear, ClearHub, Compose, Palette, CopyAddress, TryIt, StopDemo, Filter, ClearFilter, Columns,
        Resend, EditAndResend, NextOfSame, PreviousOfSame, NextRow, PreviousRow, Mark, NextMarked, PreviousMarked, TimesFromHere,
        ShowExchange, CopyMarkdown, Disconnect, NextPane, BackToTable, ZoomIn, ZoomOut, ZoomReset,
        ThemeSystem, ThemeLight, ThemeDark, LanguageSystem, LanguageEnglish, LanguageChinese, ToggleSessions, PageExchanges, PageTraffic, PageMetrics, PageLog, Keys, Close,
        Find, FindNext, FindPrevious, AsTable, Export, TypeToFilter, Attach, OwnHub, Retry, NewWindow, Settings, OpenCapture, Quit
    };
    Q_ENUM(Do)      // an action's objectName is "action" and this name
    enum class Rows { Forget, Keep };
    enum class Land { Anywhere, OnLongestGap };

    struct Parts
    {
        Theme &theme;
        LogModel &log;
        QSettings &settings;
        QString program = QStringLiteral("trunkline");          ///< what a person types, for the commands that are shown
        WindowHost *host = nullptr;                             ///< outlives the window
    };

    explicit MainWindow(const Parts &parts);
    ~MainWindow() override;

    /// Shows another hub; both may be null: then there is none, and the window says so. The caller keeps them alive. Rows that
    /// are kept stand in front of a gap: the same hub was started again.
    void setHub(HubView *view, HubControl *control, Rows rows = Rows::Forget);
    /// A line under the toolbar with an optional button; an empty text removes it.
    void showBanner(const QString &text, const QString &button = {}, std::function<void()> pressed = {});

    void setPage(Page page);
    [[nodiscard]] Page page() const;
    [[nodiscard]] bool isPaused() const { return m_paused; }
    [[nodiscard]] bool isSelectionEmpty() const;
    /// Writes what is shown; the ending of the name says how: .jsonl, .csv or .har. The status line tells when it is done.
    void exportTo(const QString &path);
    /// One more column in both tables with what stands at `path` in a payload.
    void addColumn(const QString &path);
    /// Selects an exchange and shows its timeline; waits for it when it is not known yet.
    void selectExchange(const QByteArray &correlation, Land land = Land::Anywhere);
    /// The messages of one exchange that this window has.
    [[nodiscard]] std::vector<JournalEntry> messagesOf(const QByteArray &correlation) const { return m_trafficModel.entriesOf(correlation); }

    /// Those that came in its time: quick, however much this window has.
    [[nodiscard]] std::vector<JournalEntry> messagesOf(const ExchangeInfo &exchange) const;
    /// What to mark exchanges for.
    void setRemarks(ExchangeRemarks::Source source) { m_exchanges.setRemarks(std::move(source)); }

    /// What another room adds: an action in the menu of the test bench, the palette and the list of keys; with `button` in the
    /// toolbar, too.
    struct Tool
    {
        QString name;           ///< its objectName
        QString text;
        QString icon{};
        QKeySequence keys{};
        bool button = false;
    };
    QAction *addTool(const Tool &tool);
    /// One more tab beside those of Page; returns its index.
    int addPage(const QString &title, QWidget *page);
    void setPageTitle(int index, const QString &title);
    void showPage(int index);
    /// A line between toolbar and filter; its owner shows and hides it.
    void addStrip(QWidget *strip);

    [[nodiscard]] QAction *action(Do what) const { return m_actions.value(what); }
    [[nodiscard]] LiveTable &exchanges() const { return *m_exchangeTable; }
    [[nodiscard]] LiveTable &traffic() const { return *m_trafficTable; }
    [[nodiscard]] DetailPane &detail() const { return *m_detail; }
    [[nodiscard]] SessionsPanel &sessions() const { return *m_sessions; }
    [[nodiscard]] LogPage &logPage() const { return *m_logPage; }
    [[nodiscard]] MetricsPage &metricsPage() const { return *m_metricsPage; }
    [[nodiscard]] FilterBar &filterBar() const { return *m_filter; }
    [[nodiscard]] StatusStrip &status() const { return *m_status; }
    /// Null while there is no hub to send to.
    [[nodiscard]] ComposePanel *compose() const { return m_compose; }
    [[nodiscard]] HubControl *control() const { return m_control; }
    [[nodiscard]] HubView *view() const { return m_view; }

Q_SIGNALS:
    void closed();
    void exported(const QString &problem);      ///< empty: it is written
    void hubChanged();                          ///< view() and control() are others now
    void rowMenuOpening(QMenu *menu, const ExchangePtr &exchange);  ///< entries can be added

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // MainWindow.cpp
    void build();
    QWidget *makeToolbar();
    QWidget *makeBanner();
    void makeFilter();
    QWidget *makePages();
    QWidget *makeExchangesPage();
    QWidget *makeTrafficPage();
    QPushButton *makeNoMatch();
    QWidget *makeLogPage();
    void refreshTheme();
    void fold();
    void shareHeight();

    // MainWindowActions.cpp
    void makeActions();
    void makeViewActions();
    QAction *add(Do what, const QString &text, const QString &icon, const QList<QKeySequence> &keys, std::function<void()> run);
    void fillMoreMenu();
    void makeHubActions();
    [[nodiscard]] LiveTable *currentTable() const;
    void showPalette();
    void cyclePanes();
    void setTheme(Theme::Mode mode);
    void makeLanguageActions();
    void addLanguages(QMenu *menu);

    // MainWindowRows.cpp
    void makeRowActions();
    void stepInCorrelation(int direction);
    void step(int direction);
    void toggleMarks();
    void stepToMark(int direction);
    void toggleTimeReference();
    void setTimeReference(std::optional<TimeReference> reference);
    void applyColors();

    // MainWindowFeed.cpp
    void onNews();
    void refresh();
    void passSecond();
    void readMore();
    void readSoon();
    void refreshOrders();
    void refreshDetail();
    void selectPending();
    void onExchangeSelected();
    void onTrafficSelected();
    void setPaused(bool paused);
    void applyFilter();
    void tellValues(const HubSnapshot &snapshot);
    void clear();
    void refreshDemo(const HubSnapshot &snapshot);
    void forgetHub();
    void logRefusals(const HubSnapshot &snapshot);

    // MainWindowShown.cpp
    void refreshPill();
    void refreshPages();
    void refreshStatus();

    // MainWindowHub.cpp
    void onLinkChanged();
    void onRestarted();
    void showStale();
    void showAttach();
    void showSettings();
    void showExport();
    void find();
    void showAsTable(bool shown);
    void removeColumn(int column);

    // MainWindowMenu.cpp
    void makeCompose();
    void showCompose(bool shown);
    void resend(bool editFirst);
    void sendAgain(const Draft &draft, bool editFirst);
    void showExchangeMenu(const QModelIndex &index, const QPoint &at);
    void showTrafficMenu(const QModelIndex &index, const QPoint &at);
    void showRowMenu(const QModelIndex &index, const QPoint &at, const ExchangePtr &exchange, const JournalEntry *entry);
    void addCopies(QMenu &menu, const QModelIndex &index, const ExchangePtr &exchange, const JournalEntry *entry);
    void addOrders(QMenu &menu, const ExchangePtr &exchange, const JournalEntry *entry);
    void copy(const QString &text);
    void showExchangeOf(const QByteArray &correlation);
    void requestFilter(const QString &filter);

    // MainWindowTools.cpp
    void showOpenCapture();
    [[nodiscard]] bool isRecorded() const { return m_view && m_view->link() == HubView::Link::Recorded; }

    // MainWindowState.cpp
    void restore();
    void save();

    Theme &m_theme;
    LogModel &m_log;
    quint64 m_lastRefusal = 0;      ///< that the log has
    QSettings &m_settings;
    QString m_program;
    WindowHost *m_host;
    QPointer<HubView> m_view;
    HubControl *m_control = nullptr;
    ExchangeModel m_exchanges;
    ExchangeProxy m_shownExchanges;
    TrafficModel m_trafficModel;
    MetricsHistory m_history;
    std::optional<TimeReference> m_reference;
    QHash<Do, QAction *> m_actions;
    QList<QPair<QToolButton *, Do>> m_buttons;
    std::function<void()> m_bannerPressed;
    QList<QAction *> m_tools;                   // of other rooms
    QHBoxLayout *m_toolbarRow = nullptr;
    int m_toolbarSpot = 0;                      // where the next button of a tool goes
    QList<QToolButton *> m_toolButtons;
    QMenu *m_benchMenu = nullptr;

    ListeningPill *m_pill = nullptr;
    QToolButton *m_more = nullptr;
    QFrame *m_banner = nullptr;
    QLabel *m_bannerText = nullptr;
    QPushButton *m_bannerButton = nullptr;
    FilterBar *m_filter = nullptr;
    SessionsPanel *m_sessions = nullptr;
    TabStrip *m_tabs = nullptr;
    QSplitter *m_columns = nullptr;
    QSplitter *m_rows = nullptr;
    QStackedWidget *m_pages = nullptr;
    QStackedWidget *m_exchangeStack = nullptr;
    EmptyState *m_empty = nullptr;
    LiveTable *m_exchangeTable = nullptr;
    LiveTable *m_trafficTable = nullptr;
    LogPage *m_logPage = nullptr;
    QPushButton *m_noMatch = nullptr;
    QStackedWidget *m_trafficStack = nullptr;
    QPushButton *m_noTrafficMatch = nullptr;
    MetricsPage *m_metricsPage = nullptr;
    QStackedWidget *m_lower = nullptr;
    DetailPane *m_detail = nullptr;
    ComposePanel *m_compose = nullptr;      // null without a hub that takes messages
    StatusStrip *m_status = nullptr;

    quint64 m_looked = 0;               // messages that had arrived when the detail was looked at
    bool m_rowsAreMine = false;         // the height of the lower half is as a person wants it
    QByteArray m_pending;               // the exchange to select when it comes
    Land m_landing = Land::Anywhere;
    std::chrono::milliseconds m_lostAt{};       // since 1970-01-01 UTC; 0: the hub is in sight
    bool m_gapNoted = false;
    std::optional<bool> m_mayOrder;             // nothing: not looked at yet
    bool m_bannerIsStale = false;
    ActivityReader *m_reader = nullptr;
    int m_filterPercent = -1;
    bool m_paused = false;
    bool m_reading = false;             // more pages are on their way
    ReadingPace m_pace;
    QTimer *m_later;                    // runs while news wait
    HubSilence m_silence;
    bool m_foldToggled = false;
};

} // namespace trunkline
