// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace trunkline {

/// The row at the top of a place of the test bench: buttons on the left, what is the state on the right.
class PageHead final : public QWidget
{
    Q_OBJECT

public:
    explicit PageHead(const Theme &theme, QWidget *parent = nullptr) : QWidget(parent), m_theme(theme), m_row(new QHBoxLayout(this)), m_state(new QLabel)
    {
        m_row->setContentsMargins(12, 8, 16, 8);
        m_row->setSpacing(8);
        m_row->addStretch();
        m_row->addWidget(m_state);
    }

    /// One more button; `name` is its objectName.
    QPushButton *addButton(const char *name, const QString &text)
    {
        auto *button = new QPushButton(text);
        button->setObjectName(QString::fromLatin1(name));
        button->setAutoDefault(false);
        add(button);
        return button;
    }
    void add(QWidget *widget) { m_row->insertWidget(m_count++, widget); }
    /// In the color of what it means.
    void showState(const QString &words, Token tone)
    {
        m_state->setText(words);
        m_state->setStyleSheet(QStringLiteral("QLabel { color: %1; }").arg(m_theme.ink(tone).name()));
    }
    [[nodiscard]] QString state() const { return m_state->text(); }

private:
    const Theme &m_theme;
    QHBoxLayout *m_row;
    QLabel *m_state;
    int m_count = 0;
};

} // namespace trunkline
