// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QAbstractButton>

namespace trunkline {

/// "● Listening 127.0.0.1:8080 [copy]": what the window is connected to. A click copies the address.
class ListeningPill final : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ListeningPill(const Theme &theme, QWidget *parent = nullptr);

    /// `word` says the state, `tone` colors the dot beside it, `address` is what is copied; empty: nothing to copy.
    void show(const QString &word, Token tone, const QString &address, const QString &url);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void copied(const QString &url);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QString m_word;
    QString m_address;
    QString m_url;
    Token m_tone = Token::Muted;
};

} // namespace trunkline
