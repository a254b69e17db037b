// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/ReplyLint.h"
#include "ui/detail/Subject.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QListWidget;
class QPlainTextEdit;
class QTreeWidget;

namespace trunkline {

/// The answer of an exchange as a stream: each event with its time and what it adds, the merged text beside them, and what the
/// linter says.
class StreamPage final : public QWidget
{
    Q_OBJECT

public:
    explicit StreamPage(const Theme &theme, QWidget *parent = nullptr);

    void show(const Subject &subject);
    [[nodiscard]] const ReplyLint &lint() const { return m_lint; }
    [[nodiscard]] QTreeWidget &events() const { return *m_events; }
    [[nodiscard]] QPlainTextEdit &merged() const { return *m_merged; }
    [[nodiscard]] QListWidget &findings() const { return *m_findings; }

private:
    void fill();

    const Theme &m_theme;
    ReplyLint m_lint;
    QTreeWidget *m_events;
    QPlainTextEdit *m_merged;
    QListWidget *m_findings;
};

} // namespace trunkline
