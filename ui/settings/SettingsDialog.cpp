// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/SettingsDialog.h"

#include "ui/tables/TabStrip.h"
#include "ui/window/CloseQuestion.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QTreeWidget>

namespace trunkline {

namespace {

const QString kHidden = QString(8, QChar(0x2022));      // a secret that is set

}

SettingsDialog::SettingsDialog(Theme &theme, SettingsSource *source, QSettings &settings, QWidget *parent)
    : QDialog(parent), m_theme(theme), m_source(source), m_settings(settings)
{
    setObjectName(QStringLiteral("settingsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Settings"));
    auto *tabs = new TabStrip(theme);
    tabs->setAccessibleName(tr("Settings"));
    tabs->addTab(tr("Hub"));
    tabs->addTab(tr("Window"));
    auto *pages = new QStackedWidget;
    pages->addWidget(makeHubPage());
    pages->addWidget(makeWindowPage());
    connect(tabs, &QTabBar::currentChanged, pages, &QStackedWidget::setCurrentIndex);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 6, 16, 14);
    layout->setSpacing(6);
    layout->addWidget(tabs, 0, Qt::AlignLeft);
    layout->addWidget(pages, 1);
    if (m_source) {
        layout->addWidget(makeButtons());
        fill();
    }
    resize(QSize(theme.scaled(860), theme.scaled(620)).boundedTo(parent->size() - QSize(40, 40)));
}

QWidget *SettingsDialog::makeHubPage()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 10, 0, 0);
    layout->setSpacing(8);
    if (!m_source) {
        auto *elsewhere = new QLabel(tr("This window watches a hub elsewhere. Its settings are read where it runs: trunkline serve --check-config"));
        elsewhere->setProperty("role", QStringLiteral("muted"));
        elsewhere->setWordWrap(true);
        layout->addWidget(elsewhere);
        layout->addStretch();
        return page;
    }
    auto *search = new QLineEdit;
    search->setObjectName(QStringLiteral("settingsSearch"));
    search->setPlaceholderText(tr("Find a setting"));
    search->setAccessibleName(tr("Find a setting"));
    search->setClearButtonEnabled(true);
    connect(search, &QLineEdit::textChanged, this, &SettingsDialog::filterRows);
    m_table = new QTreeWidget;
    m_table->setObjectName(QStringLiteral("settingsTable"));
    m_table->setAccessibleName(tr("Settings of the hub"));
    m_table->setHeaderLabels({tr("Setting"), tr("Value"), tr("Came from")});
    m_table->setUniformRowHeights(true);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->header()->setStretchLastSection(true);
    connect(m_table, &QTreeWidget::currentItemChanged, this, &SettingsDialog::showRow);
    layout->addWidget(search);
    layout->addWidget(m_table, 1);
    layout->addWidget(makeEditor());
    return page;
}

/// What is selected, in words, and a field for it.
QWidget *SettingsDialog::makeEditor()
{
    auto *editor = new QWidget;
    auto *column = new QVBoxLayout(editor);
    column->setContentsMargins(2, 4, 2, 0);
    column->setSpacing(6);
    m_doc = new QLabel;
    m_doc->setWordWrap(true);
    m_allowed = new QLabel;
    m_allowed->setProperty("role", QStringLiteral("muted"));
    m_allowed->setWordWrap(true);
    m_edit = new QLineEdit;
    m_edit->setObjectName(QStringLiteral("settingValue"));
    m_edit->setFont(m_theme.fixedFont());
    connect(m_edit, &QLineEdit::textEdited, this, [this](const QString &text) {
        if (const SettingRow *row = current())
            note(row->name, text);
    });
    m_choice = new QComboBox;
    m_choice->setObjectName(QStringLiteral("settingChoice"));
    connect(m_choice, &QComboBox::activated, this, [this] {
        if (const SettingRow *row = current())
            note(row->name, m_choice->currentText());
    });
    m_standard = new QPushButton(tr("Back to the default"));
    m_standard->setObjectName(QStringLiteral("settingDefault"));
    m_standard->setAutoDefault(false);
    connect(m_standard, &QPushButton::clicked, this, [this] {
        if (const SettingRow *row = current()) {
            note(row->name, QString());
            showRow(m_table->currentItem());
        }
    });
    auto *row = new QHBoxLayout;
    row->addWidget(m_edit, 1);
    row->addWidget(m_choice, 1);
    row->addWidget(m_standard);
    column->addWidget(m_doc);
    column->addLayout(row);
    column->addWidget(m_allowed);
    return editor;
}

QWidget *SettingsDialog::makeWindowPage()
{
    auto *page = new QWidget;
    auto *form = new QFormLayout(page);
    form->setContentsMargins(4, 14, 4, 0);
    form->setVerticalSpacing(10);
    auto *theme = new QComboBox;
    theme->setObjectName(QStringLiteral("settingTheme"));
    theme->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    theme->setCurrentIndex(static_cast<int>(m_theme.mode()));
    connect(theme, &QComboBox::activated, this, [this](int index) {
        m_theme.setMode(static_cast<Theme::Mode>(index));
        m_settings.setValue(QStringLiteral("theme"), index);
    });
    auto *close = new QComboBox;
    close->setObjectName(QStringLiteral("settingOnClose"));
    close->addItems({tr("Ask"), tr("Quit, and end the hub"), tr("Keep the hub running")});
    close->setCurrentIndex(static_cast<int>(onClose(m_settings)));
    connect(close, &QComboBox::activated, this, [this](int index) { setOnClose(m_settings, static_cast<OnClose>(index)); });
    form->addRow(tr("Theme"), theme);
    form->addRow(tr("When the last window is closed"), close);
    for (QComboBox *box : {theme, close})
        box->setAccessibleName(static_cast<QLabel *>(form->labelForField(box))->text());
    return page;
}

QWidget *SettingsDialog::makeButtons()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_remark = new QLabel;
    m_remark->setWordWrap(true);
    m_remark->setObjectName(QStringLiteral("settingsRemark"));
    m_restart = new QPushButton(tr("Restart the hub"));
    m_restart->setObjectName(QStringLiteral("settingsRestart"));
    m_restart->setAutoDefault(false);
    m_restart->setEnabled(false);
    m_restart->setToolTip(tr("Ends every session with 1001 and starts the hub with the file as it is now"));
    connect(m_restart, &QPushButton::clicked, this, [this] {
        m_source->restartHub();
        m_saved = false;
        fill();
        showRemark(tr("The hub has been told to start again."), "muted");
    });
    m_save = new QPushButton(tr("Save"));
    m_save->setObjectName(QStringLiteral("primary"));
    m_save->setAccessibleName(tr("Save the changes"));
    m_save->setAutoDefault(false);
    connect(m_save, &QPushButton::clicked, this, &SettingsDialog::save);
    row->addWidget(m_remark, 1);
    row->addWidget(m_restart);
    row->addWidget(m_save);
    return bar;
}

void SettingsDialog::fill()
{
    const QString selected = current() ? current()->name : QString();
    m_rows = m_source->rows();
    m_changes.clear();
    m_table->clear();
    QTreeWidgetItem *group = nullptr;
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const SettingRow &row = m_rows[i];
        if (!group || group->text(Name) != row.group) {
            group = new QTreeWidgetItem(m_table, {row.group});
            group->setFlags(Qt::ItemIsEnabled);
            group->setForeground(Name, m_theme.color(Token::Muted));
            group->setFirstColumnSpanned(true);
        }
        auto *item = new QTreeWidgetItem(group, {row.name, row.isSecret && row.isSet ? kHidden : row.value, row.origin});
        item->setData(Name, Qt::UserRole, static_cast<int>(i));
        item->setFont(Name, m_theme.fixedFont());
        item->setFont(Value, m_theme.fixedFont());
        item->setForeground(Origin, m_theme.color(row.isSet ? Token::Text : Token::Muted));
        if (row.isFixed)
            item->setIcon(Origin, m_theme.icon(QStringLiteral("lock"), Token::Muted));
        item->setToolTip(Name, row.doc);
    }
    m_table->expandAll();
    m_table->setColumnWidth(Name, m_theme.scaled(270));
    m_table->setColumnWidth(Value, m_theme.scaled(300));
    QTreeWidgetItem *item = itemOf(selected.isEmpty() && !m_rows.isEmpty() ? m_rows.constFirst().name : selected);
    m_table->setCurrentItem(item);
    showRow(item);
    m_save->setEnabled(false);
    m_restart->setEnabled(m_saved);
    showRemark(tr("Kept in %1").arg(m_source->file()), "muted");
}

QTreeWidgetItem *SettingsDialog::itemOf(const QString &name) const
{
    const QList<QTreeWidgetItem *> found = m_table->findItems(name, Qt::MatchExactly | Qt::MatchRecursive, Name);
    for (QTreeWidgetItem *item : found) {
        if (item->parent())
            return item;
    }
    return nullptr;
}

const SettingRow *SettingsDialog::current() const
{
    const QTreeWidgetItem *item = m_table->currentItem();
    if (!item || !item->parent())
        return nullptr;
    return &m_rows[item->data(Name, Qt::UserRole).toInt()];
}

void SettingsDialog::showRow(QTreeWidgetItem *item)
{
    const SettingRow *row = item && item->parent() ? &m_rows[item->data(Name, Qt::UserRole).toInt()] : nullptr;
    m_doc->setText(row ? row->doc : tr("Choose a setting"));
    m_allowed->setText(!row ? QString()
                       : row->isFixed ? tr("Fixed by %1, which wins over the file.").arg(row->origin)
                                      : tr("Allowed: %1. Default: %2").arg(row->allowed, row->standard.isEmpty() ? tr("empty") : row->standard));
    const bool choose = row && !row->choices.isEmpty();
    const bool editable = row && !row->isFixed;
    m_choice->setVisible(choose);
    m_edit->setVisible(!choose);
    for (QWidget *widget : {static_cast<QWidget *>(m_edit), static_cast<QWidget *>(m_choice)}) {
        widget->setEnabled(editable);
        widget->setAccessibleName(row ? tr("Value of %1").arg(row->name) : QString());
    }
    m_standard->setEnabled(editable && (row->isSet || m_changes.contains(row->name)));
    if (!row)
        return;
    const bool changed = m_changes.contains(row->name);
    const QString value = changed ? m_changes.value(row->name) : row->value;
    const QString shown = changed && value.isEmpty() ? row->standard : value;
    if (choose) {
        m_choice->clear();
        m_choice->addItems(row->choices);
        m_choice->setCurrentText(shown);
    }
    m_edit->setEchoMode(row->isSecret ? QLineEdit::PasswordEchoOnEdit : QLineEdit::Normal);
    m_edit->setPlaceholderText(row->isSecret && row->isSet ? tr("set; type another to replace it") : row->standard);
    m_edit->setText(shown);
}

void SettingsDialog::filterRows(const QString &text)
{
    for (int i = 0; i < m_table->topLevelItemCount(); ++i) {
        QTreeWidgetItem *group = m_table->topLevelItem(i);
        bool any = false;
        for (int k = 0; k < group->childCount(); ++k) {
            const SettingRow &row = m_rows[group->child(k)->data(Name, Qt::UserRole).toInt()];
            const bool matches = row.name.contains(text, Qt::CaseInsensitive) || row.doc.contains(text, Qt::CaseInsensitive)
                              || row.origin.contains(text, Qt::CaseInsensitive);
            group->child(k)->setHidden(!matches);
            any = any || matches;
        }
        group->setHidden(!any);
    }
}

bool SettingsDialog::setValue(const QString &name, const QString &value)
{
    QTreeWidgetItem *item = m_source ? itemOf(name) : nullptr;
    if (!item || m_rows[item->data(Name, Qt::UserRole).toInt()].isFixed)
        return false;
    m_table->setCurrentItem(item);
    note(name, value);
    showRow(item);
    return true;
}

/// Remembers a change and says at once whether it can be.
void SettingsDialog::note(const QString &name, const QString &value)
{
    QTreeWidgetItem *item = itemOf(name);
    const SettingRow &row = m_rows[item->data(Name, Qt::UserRole).toInt()];
    if (value == row.value && !(value.isEmpty() && row.isSet))
        m_changes.remove(name);
    else
        m_changes.insert(name, value);
    const bool changed = m_changes.contains(name);
    const QString words = value.isEmpty() ? row.standard : row.isSecret ? kHidden : value;
    item->setText(Value, changed ? words : row.isSecret && row.isSet ? kHidden : row.value);
    item->setText(Origin, changed ? tr("changed, not saved") : row.origin);
    item->setForeground(Origin, m_theme.color(changed ? Token::Late : row.isSet ? Token::Text : Token::Muted));
    const QString problem = m_source->check(m_changes);
    m_save->setEnabled(!m_changes.isEmpty() && problem.isEmpty());
    if (!problem.isEmpty())
        showRemark(problem, "failed");
    else
        showRemark(m_changes.isEmpty() ? tr("Kept in %1").arg(m_source->file()) : tr("Changed and not saved: %1").arg(QStringList(m_changes.keys()).join(QStringLiteral(", "))), "muted");
}

void SettingsDialog::showRemark(const QString &text, const char *role)
{
    m_remark->setText(text);
    m_remark->setProperty("role", QString::fromLatin1(role));
    m_remark->setStyleSheet(QStringLiteral("color: %1").arg(m_theme.color(qstrcmp(role, "failed") == 0 ? Token::Failed : Token::Muted).name()));
}

QString SettingsDialog::remark() const
{
    return m_remark ? m_remark->text() : QString();
}

void SettingsDialog::save()
{
    const QString problem = m_source->save(m_changes);
    if (!problem.isEmpty()) {
        showRemark(problem, "failed");
        return;
    }
    m_saved = true;
    fill();
    showRemark(tr("Saved in %1. It counts from the hub's next start.").arg(m_source->file()), "muted");
}

} // namespace trunkline
