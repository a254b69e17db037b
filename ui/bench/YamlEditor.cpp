// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/YamlEditor.h"

#include <QListWidget>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QVBoxLayout>

namespace trunkline {

YamlEditor::YamlEditor(const Theme &theme, const QString &name, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_field(new QPlainTextEdit), m_problems(new QListWidget)
{
    m_field->setAccessibleName(name);
    m_field->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_field->setTabChangesFocus(true);
    m_problems->setAccessibleName(tr("Mistakes"));
    m_problems->setMaximumHeight(120);
    m_problems->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_field, 1);
    layout->addWidget(m_problems);
    connect(m_field, &QPlainTextEdit::textChanged, this, [this] {
        showProblems({});
        Q_EMIT changed();
    });
    connect(m_problems, &QListWidget::itemActivated, this, [this](const QListWidgetItem *item) {
        const QPoint place = item->data(Qt::UserRole).toPoint();
        QTextCursor cursor(m_field->document()->findBlockByNumber(place.y() - 1));
        cursor.movePosition(QTextCursor::Right, QTextCursor::MoveAnchor, std::max(0, place.x() - 1));
        m_field->setTextCursor(cursor);
        m_field->setFocus();
    });
    connect(&theme, &Theme::changed, this, &YamlEditor::refreshTheme);
    refreshTheme();
}

void YamlEditor::refreshTheme()
{
    m_field->setFont(m_theme.fixedFont());
    m_field->setStyleSheet(QStringLiteral("QPlainTextEdit { background: %1; padding: 6px 8px; }").arg(m_theme.color(Token::Window).name()));
}

QByteArray YamlEditor::text() const
{
    return m_field->toPlainText().toUtf8();
}

void YamlEditor::setText(const QByteArray &text)
{
    m_field->setPlainText(QString::fromUtf8(text));
}

void YamlEditor::setReadOnly(bool readOnly)
{
    m_field->setReadOnly(readOnly);
}

void YamlEditor::showProblems(const FileProblems &problems)
{
    m_problems->clear();
    for (const FileProblem &problem : problems) {
        auto *item = new QListWidgetItem(m_theme.icon(QStringLiteral("failed"), Token::Failed),
                                         QStringLiteral("%1:%2  %3").arg(problem.place.line).arg(problem.place.column).arg(problem.text), m_problems);
        item->setData(Qt::UserRole, QPoint(problem.place.column, problem.place.line));
    }
    m_problems->setVisible(!problems.empty());
    m_problems->setMaximumHeight(std::min(5, static_cast<int>(problems.size())) * m_theme.scaled(28) + 6);
}

} // namespace trunkline
