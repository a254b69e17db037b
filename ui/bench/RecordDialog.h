// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/capture/CaptureFile.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QSettings;
class QSpinBox;

namespace trunkline {

/// Where a recording goes, how large it may grow, and what is masked in it.
class RecordDialog final : public QDialog
{
    Q_OBJECT

public:
    RecordDialog(QSettings &settings, QWidget *parent);

    [[nodiscard]] CaptureFile::Options file() const;
    [[nodiscard]] QByteArrayList redact() const;
    [[nodiscard]] QLineEdit &path() const { return *m_path; }
    [[nodiscard]] QLineEdit &masked() const { return *m_masked; }
    [[nodiscard]] QSpinBox &size() const { return *m_size; }
    /// Why it could not begin; the dialog stays.
    void showProblem(const QString &text);

Q_SIGNALS:
    void startWanted();

private:
    QWidget *makeFields();
    QWidget *makeButtons();
    void askWhereTo();

    QSettings &m_settings;
    QLineEdit *m_path;
    QSpinBox *m_size;
    QSpinBox *m_keep;
    QLineEdit *m_masked;
    QLabel *m_problem;
};

/// "data.token, *.password" as paths.
[[nodiscard]] QByteArrayList pathsIn(const QString &text);

} // namespace trunkline
