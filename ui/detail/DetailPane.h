// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/detail/Subject.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace trunkline {

class BodyView;
class DiffView;
class FindBar;
class HeadersView;
class RouteView;
class TabStrip;
class TimelineTable;
class TimelineView;
class TrafficModel;

/// The lower half: timeline, body, headers, route and comparison of what is selected.
class DetailPane final : public QWidget
{
    Q_OBJECT

public:
    enum class Tab { Timeline, Body, Headers, Route, Diff };

    DetailPane(const Theme &theme, const TrafficModel &traffic, QWidget *parent = nullptr);

    void show(Subject subject, Subject other = {});     ///< an empty one: says how to choose
    void markEvicted();                                 ///< what is shown has left the tables
    void setTab(Tab tab);
    void setTimelineAsTable(bool on);
    /// Timeline and body stand on the reply that was longest in coming; nothing where none was.
    void landOnLongestGap();
    /// One more tab, filled by its owner at subjectShown(); returns its index.
    int addPage(const QString &title, QWidget *page);
    void setPageTitle(int index, const QString &title);
    [[nodiscard]] TimelineView &timeline() const { return *m_timeline; }
    /// Opens the search in what is shown; a painted timeline has no text, then it looks in the body.
    void find();
    void findNext(int direction);           ///< opens it when it is closed
    [[nodiscard]] FindBar &findBar() const { return *m_find; }
    [[nodiscard]] Tab tab() const;
    [[nodiscard]] const Subject &subject() const { return m_subject; }
    [[nodiscard]] BodyView &body() const { return *m_body; }
    /// "2.41 s of 2.43 s waiting for bob; …", plain.
    [[nodiscard]] QString sentence() const;

Q_SIGNALS:
    void subjectShown();                ///< another subject, or the same on another tab
    void filterRequested(const QString &filter);
    void columnRequested(const QString &path);
    void noticed(const QString &what);      ///< for the status line

private:
    QWidget *makeTimeline();
    void showTab();
    void showSubject();
    void aimFind();
    void showSentence();
    [[nodiscard]] static QString loneSentence(const Subject &subject);
    void refreshTheme();

    const Theme &m_theme;
    const TrafficModel &m_traffic;
    Subject m_subject;
    Subject m_other;
    TabStrip *m_tabs;
    QLabel *m_id;
    QLabel *m_sentence;
    QStackedWidget *m_stack;
    QLabel *m_nothing;
    QStackedWidget *m_timelineStack;
    TimelineView *m_timeline;
    TimelineTable *m_timelineTable;
    FindBar *m_find;
    BodyView *m_body;
    HeadersView *m_headers;
    RouteView *m_route;
    DiffView *m_diff;
};

} // namespace trunkline
