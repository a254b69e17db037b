// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/Capsule.h"
#include "ui/theme/Theme.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;

namespace trunkline {

/// One exchange bundled for somebody else: what goes out and what is masked stands here before anything is written.
class CapsuleDialog final : public QDialog
{
    Q_OBJECT

public:
    CapsuleDialog(const Theme &theme, Capture capture, const QByteArray &correlation, QWidget *parent);

    /// Writes the capsule; false, and the reason in the dialog, when that cannot be.
    bool saveTo(const QString &path);
    [[nodiscard]] QTreeWidget &preview() const { return *m_preview; }
    [[nodiscard]] QLineEdit &masked() const { return *m_masked; }
    [[nodiscard]] QCheckBox &keepSecrets() const { return *m_keep; }

Q_SIGNALS:
    void saved(const QString &path);

private:
    void askWhereTo();
    void refresh();

    const Theme &m_theme;
    const Capture m_capture;
    const QByteArray m_correlation;
    Capsule m_capsule;
    QTreeWidget *m_preview;
    QLineEdit *m_masked;
    QCheckBox *m_keep;
    QLabel *m_problem;
    QPushButton *m_save;
};

} // namespace trunkline
