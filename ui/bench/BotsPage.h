// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bench/BenchPage.h"

class QPushButton;
class QSettings;
class QTreeWidget;

namespace trunkline {

class YamlEditor;

/// Bots that answer by rule: their file, from a template or from disk, and how they are.
class BotsPage final : public BenchPage
{
    Q_OBJECT

public:
    BotsPage(const Theme &theme, QSettings &settings, QWidget *parent = nullptr);

    void open(const QString &path);
    void saveTo(const QString &path);
    [[nodiscard]] YamlEditor &editor() const { return *m_editor; }
    [[nodiscard]] QTreeWidget &list() const { return *m_list; }
    [[nodiscard]] QPushButton &startButton() const { return *m_start; }
    [[nodiscard]] QPushButton &stopButton() const { return *m_stop; }

Q_SIGNALS:
    void noticed(const QString &text);

private:
    void makeTemplates(QPushButton *button);
    void askForFile();
    void askWhereTo();
    void start();
    void refresh() override;

    QSettings &m_settings;
    YamlEditor *m_editor;
    QTreeWidget *m_list;
    QPushButton *m_start;
    QPushButton *m_stop;
};

} // namespace trunkline
