// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/bots/Yaml.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QListWidget;
class QPlainTextEdit;

namespace trunkline {

/// A file of bots or a scenario while it is written, and what is wrong with it: a click on a mistake goes there.
class YamlEditor final : public QWidget
{
    Q_OBJECT

public:
    YamlEditor(const Theme &theme, const QString &name, QWidget *parent = nullptr);

    [[nodiscard]] QByteArray text() const;
    void setText(const QByteArray &text);
    void setReadOnly(bool readOnly);
    void showProblems(const FileProblems &problems);
    [[nodiscard]] QPlainTextEdit &field() const { return *m_field; }
    [[nodiscard]] QListWidget &problems() const { return *m_problems; }

Q_SIGNALS:
    void changed();

private:
    void refreshTheme();

    const Theme &m_theme;
    QPlainTextEdit *m_field;
    QListWidget *m_problems;
};

} // namespace trunkline
