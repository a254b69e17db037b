// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubValues.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace trunkline {

/// What the exchanges say while there are none: two commands that work as they stand, and one click that shows it all.
class EmptyState final : public QWidget
{
    Q_OBJECT

public:
    /// `program` is what a person types for the command line program: "trunkline" or "./run.sh".
    EmptyState(const Theme &theme, const QString &program, QWidget *parent = nullptr);
    void refresh(const HubSnapshot &snapshot, bool readOnly);
    [[nodiscard]] QString connectCommand() const { return m_connect; }
    [[nodiscard]] QString sendCommand() const { return m_send; }

Q_SIGNALS:
    void tryRequested();
    void copied(const QString &text);

private:
    QWidget *makeCommand(QLabel *&label, const QString &name, QString EmptyState::*command);
    void refreshTheme();

    const Theme &m_theme;
    QString m_program;
    QString m_connect;
    QString m_send;
    QLabel *m_title;
    QLabel *m_connectLabel = nullptr;
    QLabel *m_sendLabel = nullptr;
    QPushButton *m_try;
    QList<QWidget *> m_boxes;
    QList<QToolButton *> m_copies;
};

} // namespace trunkline
