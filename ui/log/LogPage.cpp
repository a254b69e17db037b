// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/log/LogPage.h"

#include "ui/log/LogModel.h"
#include "ui/models/Format.h"
#include "ui/tables/LiveTable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>

namespace trunkline {

/// Lines that hold all the words, in any column, and are serious enough.
class LogProxy final : public QSortFilterProxyModel
{
public:
    LogProxy(LogModel &log, QObject *parent) : QSortFilterProxyModel(parent), m_log(log) { setSourceModel(&log); }

    void show(const QStringList &words, int severity)
    {
        m_words = words;
        m_severity = severity;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &) const override
    {
        const LogLine &line = m_log.at(row);
        return severityOf(line.level) >= m_severity && std::all_of(m_words.begin(), m_words.end(), [&line](const QString &word) {
            return line.text.contains(word, Qt::CaseInsensitive) || line.category.contains(word, Qt::CaseInsensitive);
        });
    }

private:
    LogModel &m_log;
    QStringList m_words;
    int m_severity = 0;
};

LogPage::LogPage(const Theme &theme, LogModel &log, QWidget *parent)
    : QWidget(parent), m_log(log), m_shown(new LogProxy(log, this)), m_table(new LiveTable(theme))
{
    m_table->setObjectName(QStringLiteral("logTable"));
    m_table->setModel(m_shown);
    m_table->setAccessibleName(tr("Log"));
    m_table->setColumns({110, 110, 180, -1}, LogModel::Columns);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeSearch(theme));
    column->addWidget(m_table, 1);
    for (const auto change : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&log, change, this, &LogPage::showCount);
    connect(&log, &QAbstractItemModel::modelReset, this, &LogPage::showCount);
    apply();
}

QWidget *LogPage::makeSearch(const Theme &theme)
{
    m_field = new QLineEdit;
    m_field->setObjectName(QStringLiteral("logSearch"));
    m_field->setPlaceholderText(tr("Find in the log"));
    m_field->setAccessibleName(tr("Find in the log"));
    m_field->setClearButtonEnabled(true);
    m_field->setMaximumWidth(theme.scaled(360));
    m_field->installEventFilter(this);
    m_level = new QComboBox;
    m_level->setObjectName(QStringLiteral("logLevel"));
    m_level->setAccessibleName(tr("Which lines"));
    m_level->addItems({tr("Every line"), tr("Without debug"), tr("Warnings and errors"), tr("Errors")});
    m_count = new QLabel;
    m_count->setProperty("role", QStringLiteral("muted"));
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    row->addWidget(m_field, 1);
    row->addWidget(m_level);
    row->addWidget(m_count);
    row->addStretch();
    connect(m_field, &QLineEdit::textChanged, this, &LogPage::apply);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogPage::apply);
    return bar;
}

void LogPage::find(const QString &typed)
{
    if (!typed.isEmpty())
        m_field->setText(typed);
    m_field->setFocus(Qt::ShortcutFocusReason);
    if (typed.isEmpty())
        m_field->selectAll();
    else
        m_field->deselect();
}

void LogPage::clearSearch()
{
    m_field->clear();
    m_level->setCurrentIndex(0);
}

void LogPage::apply()
{
    m_shown->show(m_field->text().split(u' ', Qt::SkipEmptyParts), m_level->currentIndex());
    showCount();
}

/// Empty while every line is shown.
void LogPage::showCount()
{
    const int shown = m_shown->rowCount();
    const int all = m_log.rowCount();
    m_count->setText(shown == all ? QString() : tr("%1 of %2").arg(format::count(quint64(shown)), format::count(quint64(all))));
}

/// Escape takes the words away, then leaves the field; Down and Return go to the lines.
bool LogPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_field || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (key == Qt::Key_Escape && !m_field->text().isEmpty()) {
        m_field->clear();
        return true;
    }
    if (key == Qt::Key_Escape || key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
        m_table->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace trunkline
