// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hub/view/HubView.h"
#include "ui/theme/Theme.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace trunkline {

/// What the hub answers: a status and JSON, or the events of a stream one line each as they come, with the time since the send.
class AnswerView final : public QWidget
{
    Q_OBJECT

public:
    explicit AnswerView(const Theme &theme, QWidget *parent = nullptr);

    void begin(HubControl::Kind kind);          ///< something is on its way now
    void show(const ComposeAnswer &answer);     ///< may come several times, with a longer body each
    void clear();

    [[nodiscard]] bool isWaiting() const { return m_waiting; }
    [[nodiscard]] int events() const { return m_events; }
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] QString text() const;
    [[nodiscard]] QByteArray correlation() const { return m_correlation; }

Q_SIGNALS:
    void exchangeWanted(const QByteArray &correlation);     ///< "Show the exchange" was clicked

private:
    void refreshTheme();
    void addEvents(const QByteArray &stream);
    void addLine(const QString &prefix, const QString &line, Token tone);
    void setStatus(const QString &text, Token tone);
    void showWhole(const QByteArray &body);

    const Theme &m_theme;
    QLabel *m_icon;
    QLabel *m_status;
    QPushButton *m_open;
    QPlainTextEdit *m_view;
    QElapsedTimer m_clock;
    HubControl::Kind m_kind = HubControl::Kind::Send;
    QByteArray m_correlation;
    Token m_tone = Token::Muted;
    QString m_iconName;
    qsizetype m_read = 0;           // bytes of the stream that are shown
    int m_events = 0;
    bool m_waiting = false;
    bool m_ended = false;
    bool m_failed = false;          // the stream ended with an error event
};

} // namespace trunkline
