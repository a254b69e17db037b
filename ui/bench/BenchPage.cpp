// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/BenchPage.h"

#include <QSplitter>

namespace trunkline {

BenchPage::BenchPage(const Theme &theme, News news, QWidget *parent) : QWidget(parent), m_theme(theme), m_news(news), m_head(new PageHead(theme))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    connect(&theme, &Theme::changed, this, [this] { refresh(); });
}

void BenchPage::setParts(QWidget *left, int leftWidth, QWidget *right, int rightWidth)
{
    auto *split = new QSplitter;
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes({leftWidth, rightWidth});
    static_cast<QVBoxLayout *>(layout())->addWidget(split, 1);
}

void BenchPage::setDesk(BenchDesk *desk, HubView *view)
{
    if (m_desk)
        m_desk->disconnect(this);
    if (m_view)
        m_view->disconnect(this);
    m_desk = desk;
    m_view = view;
    if (desk)
        connect(desk, m_news, this, [this] { refresh(); });
    if (view)
        connect(view, &HubView::updated, this, [this] { refresh(); });
    refresh();
}

} // namespace trunkline
