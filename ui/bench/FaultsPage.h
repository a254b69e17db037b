// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/bench/BenchPage.h"

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace trunkline {

class YamlEditor;

/// Faults on purpose: how often each kind strikes, whom, and the seed that makes them repeatable. What is in force stands beside it
/// as a file of bots or a scenario would have it.
class FaultsPage final : public BenchPage
{
    Q_OBJECT

public:
    explicit FaultsPage(const Theme &theme, QWidget *parent = nullptr);

    /// Per cent of the messages that match; `kind` as in a file: "drop".
    void setRate(const QByteArray &kind, double percent);
    [[nodiscard]] QLineEdit &user() const { return *m_user; }
    [[nodiscard]] QComboBox &direction() const { return *m_direction; }
    [[nodiscard]] QSpinBox &seed() const { return *m_seed; }
    [[nodiscard]] QByteArray yaml() const;
    [[nodiscard]] QPushButton &applyButton() const { return *m_apply; }
    [[nodiscard]] QPushButton &offButton() const { return *m_off; }

private:
    struct Row
    {
        QByteArray kind;
        bool outOnly = false;
        QLabel *label = nullptr;
        QDoubleSpinBox *rate = nullptr;
        QSpinBox *amount = nullptr;     ///< ms, bytes or a close code; null: it has none
        QSpinBox *jitter = nullptr;
    };
    QWidget *makeForm();
    void addRow(QGridLayout *grid, int row, const struct FaultKind &kind);
    void apply();
    void refresh() override;
    void refreshFile();

    YamlEditor *m_file;
    QLineEdit *m_user;
    QComboBox *m_direction;
    QSpinBox *m_seed;
    QPushButton *m_apply;
    QPushButton *m_off;
    std::vector<Row> m_rows;
};

} // namespace trunkline
