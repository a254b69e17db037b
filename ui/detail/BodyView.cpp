// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/BodyView.h"

#include "ui/detail/JsonHighlighter.h"
#include "ui/detail/PayloadText.h"
#include "ui/models/Format.h"
#include "ui/models/PathColumns.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeWidget>

namespace trunkline {

namespace {

constexpr int PathRole = Qt::UserRole + 1;
constexpr std::size_t kLeastForAll = 3;             // a request and one reply are read as they are
constexpr qsizetype kMostOfAll = 1024 * 1024;       // letters

}

BodyView::BodyView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_list(new QListWidget), m_forms(new QButtonGroup(this)), m_size(new QLabel),
      m_stack(new QStackedWidget), m_tree(new QTreeWidget), m_text(new QPlainTextEdit)
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 12, 4);
    bar->setSpacing(2);
    const QString names[] = {tr("Tree"), tr("Pretty"), tr("Raw"), tr("Hex")};
    for (int i = 0; i < 4; ++i) {
        auto *button = new QToolButton;
        button->setText(names[i]);
        button->setCheckable(true);
        button->setChecked(i == 0);
        m_forms->addButton(button, i);
        bar->addWidget(button);
    }
    bar->addStretch();
    bar->addWidget(m_size);
    m_size->setProperty("role", QStringLiteral("muted"));
    connect(m_forms, &QButtonGroup::idClicked, this, [this](int id) { setForm(static_cast<Form>(id)); });

    m_list->setAccessibleName(tr("Messages of this exchange"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    connect(m_list, &QListWidget::currentRowChanged, this, &BodyView::showMessage);
    m_tree->setHeaderLabels({tr("Member"), tr("Value")});
    m_tree->setAccessibleName(tr("Payload as a tree"));
    m_tree->setUniformRowHeights(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &BodyView::showTreeMenu);
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(tr("Payload"));
    m_colors = new JsonHighlighter(m_theme, m_text->document());
    m_stack->addWidget(m_tree);
    m_stack->addWidget(m_text);

    auto *right = new QWidget;
    auto *column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);
    auto *splitter = new QSplitter;
    splitter->addWidget(m_list);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({176, 774});
    splitter->setHandleWidth(1);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connect(&theme, &Theme::changed, this, &BodyView::refreshTheme);
    refreshTheme();
}

void BodyView::refreshTheme()
{
    m_text->setFont(m_theme.fixedFont());
    m_tree->setFont(m_theme.fixedFont());
    m_size->setFont(m_theme.fixedFont());
    showMessage();
}

void BodyView::show(const Subject &subject)
{
    const bool grown = subject.messages.size() >= m_messages.size() && !m_messages.empty()
                    && subject.messages.front().payload == m_messages.front().payload && subject.messages.front().at == m_messages.front().at;
    const int keep = grown ? m_list->currentRow() : static_cast<int>(subject.chosen);
    const bool wasAll = grown && isAll();
    const bool same = grown && subject.messages.size() == m_messages.size();
    m_messages = subject.messages;
    if (same)
        return;
    const QSignalBlocker quiet(m_list);
    if (!grown) {
        m_list->clear();
        m_hasAll = false;
    }
    const bool addsAll = !m_hasAll && m_messages.size() >= kLeastForAll;
    if (addsAll) {
        m_list->insertItem(0, tr("all"));
        m_hasAll = true;
    }
    for (int i = m_list->count() - (m_hasAll ? 1 : 0); i < static_cast<int>(m_messages.size()); ++i)
        m_list->addItem(titleOf(m_messages[static_cast<std::size_t>(i)]));
    m_list->setVisible(m_messages.size() > 1);
    m_list->setCurrentRow(m_messages.empty() ? -1 : std::max(keep, 0) + (addsAll ? 1 : 0));
    if (!grown || wasAll)
        showMessage();
}

void BodyView::setForm(Form form)
{
    m_form = form;
    m_forms->button(static_cast<int>(form))->setChecked(true);
    showMessage();
    Q_EMIT formChanged();
}

bool BodyView::isAll() const
{
    return m_hasAll && m_list->currentRow() == 0;
}

int BodyView::messageRow() const
{
    const int row = m_list->currentRow() - (m_hasAll ? 1 : 0);
    return row < static_cast<int>(m_messages.size()) ? std::max(row, -1) : -1;
}

/// When it came behind what it is: "reply 5  +1.950 s".
QString BodyView::titleOf(const Subject::Message &message) const
{
    const auto start = m_messages.front().at;
    if (message.at.count() == 0 || start.count() == 0 || message.at == start)
        return message.title;
    return message.title % QStringLiteral("  ") % format::offset(message.at - start);
}

QString BodyView::text() const
{
    if (isAll())
        return m_text->toPlainText();
    const int row = messageRow();
    return row < 0 ? QString() : QString::fromUtf8(m_messages[static_cast<std::size_t>(row)].payload);
}

void BodyView::showMessage()
{
    if (isAll()) {
        showAll();
    } else {
        const int row = messageRow();
        const QByteArray payload = row < 0 ? QByteArray() : m_messages[static_cast<std::size_t>(row)].payload;
        m_size->setText(row < 0 ? QString() : format::bytes(payload.size()));
        showPayload(payload);
    }
    Q_EMIT contentShown();
}

QString BodyView::textOf(const QByteArray &payload) const
{
    return m_form == Form::Pretty ? payloadtext::pretty(payload) : m_form == Form::Hex ? payloadtext::hex(payload) : QString::fromUtf8(payload);
}

/// The whole conversation to read from top to bottom: a line each, or blocks in the forms that need several lines.
void BodyView::showAll()
{
    const bool blocks = m_form == Form::Pretty || m_form == Form::Hex;
    QString text;
    qint64 bytes = 0;
    for (const Subject::Message &message : m_messages) {
        bytes += message.payload.size();
        if (text.size() < kMostOfAll)
            text += titleOf(message) % (blocks ? QStringLiteral("\n") : QStringLiteral("  ")) % textOf(message.payload) % (blocks ? QStringLiteral("\n\n") : QStringLiteral("\n"));
        else if (!text.endsWith(QChar(0x2026)))
            text += QChar(0x2026);
    }
    m_size->setText(format::bytes(bytes));
    m_stack->setCurrentWidget(m_text);
    m_text->setWordWrapMode(blocks ? QTextOption::NoWrap : QTextOption::WrapAnywhere);
    m_colors->setTitled(true);
    m_colors->setOn(m_form != Form::Hex);
    const int place = m_text->verticalScrollBar()->value();
    m_text->setPlainText(text);
    m_text->verticalScrollBar()->setValue(place);
}

void BodyView::showPayload(const QByteArray &payload)
{
    if (m_form == Form::Tree) {
        fillTree(payload);
        if (m_tree->topLevelItemCount() > 0 || payload.isEmpty()) {
            m_stack->setCurrentWidget(m_tree);
            return;
        }
    }
    m_stack->setCurrentWidget(m_text);
    m_text->setWordWrapMode(m_form == Form::Raw || m_form == Form::Tree ? QTextOption::WrapAnywhere : QTextOption::NoWrap);
    m_colors->setTitled(false);
    m_colors->setOn(m_form != Form::Hex);
    m_text->setPlainText(textOf(payload));
}

void BodyView::fillTree(const QByteArray &payload)
{
    m_tree->clear();
    QList<QTreeWidgetItem *> parents;
    QList<QTreeWidgetItem *> tops;
    for (const payloadtext::Node &node : payloadtext::nodes(payload, 5'000)) {
        if (node.depth == 0 && (node.kind == '{' || node.kind == '[')) {
            parents = {nullptr};
            continue;                   // the outermost braces are no news
        }
        parents.resize(std::max(1, node.depth));
        auto *item = new QTreeWidgetItem({node.name, node.value});
        item->setData(0, PathRole, node.path);
        item->setForeground(0, m_theme.ink(Token::Accent));
        item->setForeground(1, m_theme.ink(node.kind == 'n' ? Token::Upstream : node.kind == 'l' ? Token::Orphan
                                           : node.kind == 's' ? Token::Text : Token::Muted));
        if (QTreeWidgetItem *parent = parents.value(node.depth - 1))
            parent->addChild(item);
        else
            tops << item;
        parents << item;
    }
    m_tree->addTopLevelItems(tops);
    m_tree->expandToDepth(3);
    m_tree->header()->setStretchLastSection(true);
    m_tree->resizeColumnToContents(0);
    m_tree->setColumnWidth(0, std::clamp(m_tree->columnWidth(0) + 24, m_theme.scaled(140), m_theme.scaled(360)));
}

void BodyView::showTreeMenu(const QPoint &at)
{
    const QTreeWidgetItem *item = m_tree->itemAt(at);
    if (!item)
        return;
    const QString path = item->data(0, PathRole).toString();
    const QString value = item->text(1);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("treeMenu"));
    const auto add = [menu, this](const QString &text, const char *name, std::function<void()> run) {
        menu->addAction(text, this, std::move(run))->setObjectName(QString::fromLatin1(name));
    };
    const auto copy = [this](const QString &text) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT noticed(tr("Copied %1").arg(text));
    };
    if (item->childCount() == 0) {
        if (const QString filter = filterOn(path, value); !filter.isEmpty())
            add(tr("Filter on this value"), "filterOnMember", [this, filter] { Q_EMIT filterRequested(filter); });
        add(tr("Add as column"), "addAsColumn", [this, path] { Q_EMIT columnRequested(path); });
    }
    add(tr("Copy value"), "copyMember", [copy, value] { copy(value); });
    add(tr("Copy path"), "copyPath", [copy, path] { copy(path); });
    menu->popup(m_tree->viewport()->mapToGlobal(at));
}

} // namespace trunkline
