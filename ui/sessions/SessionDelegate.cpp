// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sessions/SessionDelegate.h"

#include "ui/models/Format.h"
#include "ui/models/Roles.h"
#include "ui/models/SessionModel.h"

#include <QPainter>

namespace trunkline {

namespace {

constexpr int kPadding = 12;

}

SessionDelegate::SessionDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme)
{
}

QSize SessionDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {100, m_theme.scaled(27)};
}

void SessionDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto *model = qobject_cast<const SessionModel *>(index.model());
    if (!model)
        return;
    const SessionRow &row = model->at(index.row());
    const bool heading = row.kind == SessionRow::Kind::Heading;
    const Token ground = option.state & QStyle::State_Selected ? Token::Selection
                       : option.state & QStyle::State_MouseOver && !heading ? Token::Raised : Token::Panel;
    painter->fillRect(option.rect, m_theme.color(ground));
    QRect area = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const QString text = index.data().toString();
    if (heading) {
        QFont font = m_theme.font(-1.5, QFont::DemiBold);
        font.setCapitalization(QFont::AllUppercase);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.4);
        painter->setFont(font);
        painter->setPen(m_theme.color(Token::Muted));
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, text);
        return;
    }
    const Token tone = static_cast<Token>(index.data(ToneRole).toInt());
    const QPixmap icon = m_theme.pixmap(index.data(IconRole).toString(), tone, painter->device()->devicePixelRatio());
    const QSize size = icon.deviceIndependentSize().toSize();
    const int indent = !row.fold.isEmpty() && row.kind == SessionRow::Kind::Client ? m_theme.scaled(14) : 0;
    painter->drawPixmap(area.left() + indent, area.center().y() - size.height() / 2 + 1, icon);
    area.setLeft(area.left() + indent + size.width() + 8);
    painter->setFont(m_theme.fixedFont());
    const qint64 waiting = row.kind == SessionRow::Kind::Waiting ? row.waiting.messages : row.session.waiting;
    painter->setPen(m_theme.ink(row.session.queuedBytes > 0 || waiting > 0 ? Token::Late : Token::Muted, ground));
    const QString rate = row.kind == SessionRow::Kind::Elsewhere ? painter->fontMetrics().elidedText(QString::fromUtf8(row.hubs), Qt::ElideRight, area.width() / 2)
                       : row.session.queuedBytes > 0 ? tr("%1 queued").arg(format::bytes(row.session.queuedBytes))
                       : waiting > 0                 ? tr("%1 waiting").arg(format::count(static_cast<quint64>(waiting)))
                                                     : format::rate(row.rate);
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignRight, rate);
    area.setRight(area.right() - painter->fontMetrics().horizontalAdvance(rate) - 8);
    painter->setFont(m_theme.font());
    painter->setPen(m_theme.color(row.kind == SessionRow::Kind::Fold ? Token::Muted : Token::Text));
    painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
}

} // namespace trunkline
