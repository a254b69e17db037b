// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/ListeningPill.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QPainter>

namespace trunkline {

namespace {

constexpr int kPadding = 10;
constexpr int kGap = 8;

}

ListeningPill::ListeningPill(const Theme &theme, QWidget *parent) : QAbstractButton(parent), m_theme(theme)
{
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
    connect(this, &QAbstractButton::clicked, this, [this] {
        if (m_url.isEmpty())
            return;
        QGuiApplication::clipboard()->setText(m_url);
        Q_EMIT copied(m_url);
    });
    connect(&theme, &Theme::changed, this, [this] { updateGeometry(); update(); });
}

void ListeningPill::show(const QString &word, Token tone, const QString &address, const QString &url)
{
    if (word == m_word && tone == m_tone && address == m_address && url == m_url)
        return;
    m_word = word;
    m_tone = tone;
    m_address = address;
    m_url = url;
    setAccessibleName(tr("%1 %2, copy the address").arg(word, address));
    setToolTip(url.isEmpty() ? word : tr("Copy %1").arg(url));
    updateGeometry();
    update();
}

QSize ListeningPill::sizeHint() const
{
    const int word = QFontMetrics(m_theme.font(0.0, QFont::DemiBold)).horizontalAdvance(m_word);
    const int address = QFontMetrics(m_theme.fixedFont()).horizontalAdvance(m_address);
    const int copy = m_url.isEmpty() ? 0 : m_theme.scaled(Theme::IconSize) + kGap;
    return {2 * kPadding + m_theme.scaled(8) + kGap + word + (address > 0 ? kGap + address : 0) + copy, m_theme.scaled(26)};
}

void ListeningPill::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(m_theme.color(Token::Accent)) : Qt::NoPen);
    painter.setBrush(underMouse() ? m_theme.color(Token::Hairline) : m_theme.color(Token::Raised));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
    const double dot = m_theme.scaled(8);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(m_tone));
    painter.drawEllipse(QRectF(kPadding, (height() - dot) / 2, dot, dot));
    QRect area = rect().adjusted(kPadding + static_cast<int>(dot) + kGap, 0, -kPadding, 0);
    painter.setFont(m_theme.font(0.0, QFont::DemiBold));
    painter.setPen(m_theme.color(Token::Text));
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, m_word);
    area.setLeft(area.left() + painter.fontMetrics().horizontalAdvance(m_word) + kGap);
    painter.setFont(m_theme.fixedFont());
    painter.drawText(area, Qt::AlignVCenter | Qt::AlignLeft, m_address);
    if (!m_url.isEmpty()) {
        const QPixmap icon = m_theme.pixmap(QStringLiteral("copy"), Token::Muted, devicePixelRatioF());
        const QSize size = icon.deviceIndependentSize().toSize();
        painter.drawPixmap(rect().right() - kPadding - size.width() + 1, (height() - size.height()) / 2, icon);
    }
}

} // namespace trunkline
