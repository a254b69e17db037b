// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/theme/Theme.h"

#include <QPointer>
#include <QWidget>

class QPushButton;
class QSettings;
class QTreeWidget;

namespace trunkline {

class BenchDesk;
class PageHead;
class YamlEditor;

/// Bots that answer by rule: their file, from a template or from disk, and how they are.
class BotsPage final : public QWidget
{
    Q_OBJECT

public:
    BotsPage(const Theme &theme, QSettings &settings, QWidget *parent = nullptr);

    /// Both may be null: there is no hub to connect to.
    void setDesk(BenchDesk *desk, HubView *view);
    void open(const QString &path);
    void saveTo(const QString &path);
    [[nodiscard]] YamlEditor &editor() const { return *m_editor; }
    [[nodiscard]] QTreeWidget &list() const { return *m_list; }
    [[nodiscard]] QPushButton &startButton() const { return *m_start; }
    [[nodiscard]] QPushButton &stopButton() const { return *m_stop; }
    [[nodiscard]] PageHead &head() const { return *m_head; }

Q_SIGNALS:
    void noticed(const QString &text);

private:
    void makeTemplates(QPushButton *button);
    void askForFile();
    void askWhereTo();
    void start();
    void refresh();

    const Theme &m_theme;
    QSettings &m_settings;
    QPointer<BenchDesk> m_desk;
    QPointer<HubView> m_view;
    PageHead *m_head;
    YamlEditor *m_editor;
    QTreeWidget *m_list;
    QPushButton *m_start;
    QPushButton *m_stop;
};

} // namespace trunkline
