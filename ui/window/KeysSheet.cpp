// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/KeysSheet.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>

namespace trunkline {

KeysSheet::KeysSheet(const Theme &theme, const QList<QAction *> &actions, QWidget *parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("keysSheet"));
    setWindowTitle(tr("Keys"));
    for (const QAction *action : actions) {
        QStringList keys;
        for (const QKeySequence &key : action->shortcuts()) {
            if (const QString text = key.toString(QKeySequence::NativeText); !keys.contains(text))
                keys << text;
        }
        if (!keys.isEmpty() && action->isVisible())
            m_rows << std::pair(keys.join(QStringLiteral(", ")), action->text().remove(u'&'));
    }
    const std::pair<QString, QString> others[] = {{QKeySequence(Qt::CTRL | Qt::Key_Return).toString(QKeySequence::NativeText), tr("Send what is composed")},
                                                  {tr("letters"), tr("Start a filter")}};
    for (const auto &row : others)
        m_rows << row;
    auto *page = new QWidget;
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(4, 4, 4, 4);
    grid->setHorizontalSpacing(18);
    grid->setVerticalSpacing(5);
    const int half = static_cast<int>(m_rows.size() + 1) / 2;
    for (int i = 0; i < static_cast<int>(m_rows.size()); ++i) {
        auto *key = new QLabel(m_rows[i].first);
        key->setFont(theme.fixedFont());
        key->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto *what = new QLabel(m_rows[i].second);
        what->setProperty("role", QStringLiteral("muted"));
        what->setContentsMargins(0, 0, i < half ? 24 : 0, 0);
        key->setAccessibleName(tr("%1: %2").arg(m_rows[i].first, m_rows[i].second));
        grid->addWidget(key, i % half, i < half ? 0 : 2);
        grid->addWidget(what, i % half, i < half ? 1 : 3);
    }
    grid->setRowStretch(half, 1);
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setWidget(page);
    area->setFocusPolicy(Qt::StrongFocus);
    area->setAccessibleName(tr("Keys"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 14, 18, 14);
    layout->addWidget(area);
    const QSize wanted = page->sizeHint() + QSize(60, 44);
    resize(wanted.boundedTo(parent->size() - QSize(60, 60)));
}

} // namespace trunkline
