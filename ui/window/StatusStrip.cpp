// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/StatusStrip.h"

#include "ui/models/Format.h"
#include "ui/theme/ElidedLabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QRegularExpression>
#include <QStyle>
#include <QTimer>

#include <algorithm>

namespace trunkline {

StatusStrip::StatusStrip(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_left(new QLabel), m_notice(new QLabel), m_backplane(new ElidedLabel), m_right(new QLabel), m_fade(new QTimer(this))
{
    setObjectName(QStringLiteral("statusStrip"));
    setAttribute(Qt::WA_StyledBackground);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(16);
    row->addWidget(m_left);
    row->addStretch();
    row->addWidget(m_notice);
    row->addWidget(m_backplane);
    row->addWidget(m_right);
    m_left->setTextFormat(Qt::RichText);
    m_right->setTextFormat(Qt::RichText);
    m_right->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_right->setAccessibleName(tr("Exposure"));
    m_backplane->setObjectName(QStringLiteral("backplane"));
    m_backplane->hide();
    connect(m_right, &QLabel::linkActivated, this, &StatusStrip::refusalsWanted);
    m_notice->setTextFormat(Qt::PlainText);
    for (QLabel *label : {m_left, m_notice, static_cast<QLabel *>(m_backplane), m_right}) {
        label->setProperty("role", QStringLiteral("muted"));
        label->setMinimumWidth(0);
    }
    m_fade->setSingleShot(true);
    m_fade->setInterval(4000);
    connect(m_fade, &QTimer::timeout, m_notice, &QLabel::clear);
    connect(&theme, &Theme::changed, this, &StatusStrip::refreshTheme);
    refreshTheme();
}

void StatusStrip::refreshTheme()
{
    setFixedHeight(m_theme.scaled(28));
    for (QLabel *label : {m_left, m_notice, static_cast<QLabel *>(m_backplane), m_right})
        label->setFont(m_theme.font(-0.8));
}

void StatusStrip::notice(const QString &text)
{
    constexpr qsizetype most = 90;
    m_notice->setText(text.size() > most ? text.left(most) % QChar(0x2026) : text);
    m_fade->start();
}

void StatusStrip::show(const HubSnapshot &snapshot, const Counts &counts)
{
    const QString strong = m_theme.color(Token::Text).name();
    QStringList parts;
    const auto add = [&](const QString &number, const QString &word, const QString &color = {}) {
        parts << QStringLiteral("<span style='color:%1;font-weight:600'>%2</span> %3").arg(color.isEmpty() ? strong : color, number, word);
    };
    add(format::count(counts.total), tr("total"));
    add(format::count(counts.shown), tr("shown"));
    add(format::count(counts.dropped), tr("dropped"), counts.dropped > 0 ? m_theme.color(Token::Failed).name() : QString());
    add(format::count(snapshot.sessions.size()), tr("sessions", "behind their number", static_cast<int>(snapshot.sessions.size())));
    add(format::count(static_cast<quint64>(counts.messagesPerSecond + 0.5)), tr("msg/s"));
    const QString p99 = snapshot.firstReplyP99 < 0 ? QString(QChar(0x2013)) : format::duration(std::chrono::microseconds(snapshot.firstReplyP99));
    parts << tr("p99 %1").arg(QStringLiteral("<span style='color:%1;font-weight:600'>%2</span>").arg(strong, p99));
    if (counts.paused)
        parts << QStringLiteral("<span style='color:%1;font-weight:600'>%2</span>").arg(m_theme.color(Token::Late).name(), tr("paused"));
    if (counts.filterPercent >= 0)
        parts << tr("filtering %1 %").arg(counts.filterPercent);
    m_left->setText(parts.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;")));
    static const QRegularExpression tags(QStringLiteral("<[^>]*>"));
    m_left->setAccessibleName(parts.join(QStringLiteral(", ")).remove(tags));

    if (counts.recorded.isEmpty()) {
        showBackplane(snapshot.backplane);
        showExposure(snapshot);
    } else {
        showBackplane({});
        m_right->setText(counts.recorded.toHtmlEscaped());
        m_right->setToolTip({});
    }
    fitBackplane();
}

void StatusStrip::addWidget(QWidget *widget)
{
    auto *row = static_cast<QHBoxLayout *>(layout());
    row->insertWidget(row->indexOf(m_right), widget);
}

void StatusStrip::showBackplane(const BackplaneState &backplane)
{
    m_backplane->setText(backplaneText(backplane));
    m_backplane->setVisible(backplane.link != BackplaneState::Link::None);
    const QString role = backplane.link == BackplaneState::Link::Down ? QStringLiteral("failed") : QStringLiteral("muted");
    if (m_backplane->property("role") != role) {
        m_backplane->setProperty("role", role);
        m_backplane->style()->unpolish(m_backplane);
        m_backplane->style()->polish(m_backplane);
    }
}

/// A long reason gives way to what else stands there; a layout would take from all alike.
void StatusStrip::fitBackplane()
{
    const auto *row = static_cast<QHBoxLayout *>(layout());
    int others = row->contentsMargins().left() + row->contentsMargins().right();
    for (int i = 0; i < row->count(); ++i) {
        const QWidget *widget = row->itemAt(i)->widget();
        if (widget && widget != m_backplane && !widget->isHidden())
            others += widget->sizeHint().width() + row->spacing();
    }
    m_backplane->setMaximumWidth(std::max(m_backplane->minimumSizeHint().width(), width() - others - row->spacing()));
}

void StatusStrip::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitBackplane();
}

/// Journal, who was turned away, TLS, and who may come in at all.
void StatusStrip::showExposure(const HubSnapshot &snapshot)
{
    const auto toned = [this](Token token, const QString &text) {
        return QStringLiteral("<span style='color:%1'>%2</span>").arg(m_theme.color(token).name(), text);
    };
    QStringList right;
    right << tr("Journal %1 of %2").arg(format::bytes(snapshot.journalBytes), format::bytes(snapshot.journalMaxBytes));
    if (const quint64 refused = refusedInAll(snapshot.metrics); refused > 0) {
        right << QStringLiteral("<a href='refused' style='color:%1'>%2</a>")
                     .arg(m_theme.color(Token::Late).name(), tr("%1 refused").arg(format::count(refused)));
    }
    right << (snapshot.secure ? tr("TLS") : tr("no TLS"));
    if (snapshot.boundToLoopback)
        right << (snapshot.tokensNeeded ? tr("loopback only, with tokens") : tr("loopback only"));
    else if (snapshot.tokensNeeded)
        right << tr("tokens required");
    else
        right << (snapshot.protectedMode ? toned(Token::Done, tr("protected mode")) : toned(Token::Late, tr("open to the network")));
    m_right->setText(right.join(QStringLiteral("&nbsp;&nbsp;&nbsp;&nbsp;")));

    QStringList lines;
    if (!snapshot.boundToLoopback && !snapshot.tokensNeeded && snapshot.protectedMode)
        lines << tr("Protected mode: others than this computer are refused until AUTH_TOKENS is set, or PROTECTED_MODE=no.");
    constexpr std::size_t most = 5;
    for (std::size_t i = snapshot.refusals.size() - std::min(most, snapshot.refusals.size()); i < snapshot.refusals.size(); ++i)
        lines << refusalText(snapshot.refusals[i]);
    m_right->setToolTip(lines.join(QChar(u'\n')));
}

QString backplaneText(const BackplaneState &backplane)
{
    switch (backplane.link) {
    case BackplaneState::Link::None: return {};
    case BackplaneState::Link::Connecting: return StatusStrip::tr("Connecting to Redis");
    case BackplaneState::Link::Down: return StatusStrip::tr("Backplane unavailable: %1").arg(QString::fromUtf8(backplane.problem));
    case BackplaneState::Link::Up: break;
    }
    QStringList parts{QString::fromUtf8(backplane.name), StatusStrip::tr("%n hubs", nullptr, backplane.hubs)};
    parts << (backplane.latencyMicroseconds < 0 ? QStringLiteral("Redis")
                                                : StatusStrip::tr("Redis %1").arg(format::duration(std::chrono::microseconds(backplane.latencyMicroseconds))));
    return parts.join(QStringLiteral(" · "));
}

QString refusalText(const Refusal &refusal)
{
    const QString text = StatusStrip::tr("%1 refused with %2: %3")
                             .arg(QString::fromUtf8(refusal.remote)).arg(refusal.code).arg(QString::fromUtf8(refusal.reason));
    return refusal.count > 1 ? StatusStrip::tr("%1 (%2 times)").arg(text, format::count(refusal.count)) : text;
}

} // namespace trunkline
