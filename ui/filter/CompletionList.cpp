// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/CompletionList.h"

#include <QAbstractItemView>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace trunkline {

namespace {

constexpr int kNoteRole = Qt::UserRole + 1;

class SuggestionDelegate final : public QStyledItemDelegate
{
public:
    SuggestionDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override { return {420, m_theme.scaled(25)}; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, m_theme.color(Token::Selection));
        QRect area = option.rect.adjusted(10, 0, -10, 0);
        const QFont fixed = m_theme.fixedFont();
        const QString text = index.data(Qt::DisplayRole).toString();
        painter->setFont(fixed);
        painter->setPen(m_theme.color(Token::Text));
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft, QFontMetrics(fixed).elidedText(text, Qt::ElideRight, area.width()));
        area.setLeft(area.left() + std::max(110, QFontMetrics(fixed).horizontalAdvance(text) + 16));
        const QFont font = m_theme.font(-0.5);
        painter->setFont(font);
        painter->setPen(m_theme.color(Token::Muted));
        painter->drawText(area, Qt::AlignVCenter | Qt::AlignLeft,
                          QFontMetrics(font).elidedText(index.data(kNoteRole).toString(), Qt::ElideRight, area.width()));
        painter->restore();
    }

private:
    const Theme &m_theme;
};

} // namespace

CompletionList::CompletionList(const Theme &theme, QLineEdit *field)
    : QCompleter(field), m_field(field), m_model(new QStandardItemModel(this)), m_theme(theme)
{
    setModel(m_model);
    setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    setMaxVisibleItems(12);
    setWidget(field);
    auto *view = new QListView;
    view->setObjectName(QStringLiteral("completion"));
    view->setAccessibleName(tr("Suggestions"));
    view->setUniformItemSizes(true);
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setPopup(view);
    view->setItemDelegate(new SuggestionDelegate(theme, view));
    connect(this, qOverload<const QModelIndex &>(&QCompleter::activated), this, [this](const QModelIndex &index) { takeRow(index.row()); });
}

void CompletionList::show(filter::Completion completion, int x)
{
    m_completion = std::move(completion);
    if (m_completion.suggestions.empty()) {
        hide();
        return;
    }
    m_model->clear();
    for (const filter::Suggestion &suggestion : m_completion.suggestions) {
        auto *item = new QStandardItem(suggestion.text.trimmed());
        item->setData(suggestion.note, kNoteRole);
        item->setData(suggestion.note.isEmpty() ? suggestion.text : QString(suggestion.text % QStringLiteral(", ") % suggestion.note),
                      Qt::AccessibleTextRole);
        m_model->appendRow(item);
    }
    popup()->setStyleSheet(QStringLiteral("QListView { background: %1; border: 1px solid %2; padding: 0; }")
                               .arg(m_theme.color(Token::Panel).name(), m_theme.color(Token::Hairline).name()));
    complete(QRect(std::max(0, x - 10), 0, std::min(460, m_field->width()), m_field->height() + 4));
    popup()->setCurrentIndex({});
}

void CompletionList::hide() { popup()->hide(); }

bool CompletionList::isShown() const { return popup()->isVisible(); }

int CompletionList::count() const { return m_model->rowCount(); }

bool CompletionList::take(bool orFirst)
{
    const QModelIndex current = popup()->currentIndex();
    const int row = current.isValid() ? current.row() : orFirst && m_model->rowCount() > 0 ? 0 : -1;
    if (!isShown() || row < 0)
        return false;
    hide();
    takeRow(row);
    return true;
}

void CompletionList::takeRow(int row)
{
    if (row >= 0 && std::size_t(row) < m_completion.suggestions.size())
        Q_EMIT taken(m_completion.suggestions[std::size_t(row)].text, m_completion.begin, m_completion.end);
}

} // namespace trunkline
