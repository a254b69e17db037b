// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/BodyEditor.h"

#include "ui/compose/CurlCommand.h"
#include "ui/detail/JsonHighlighter.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QTextBlock>

namespace trunkline {

BodyEditor::BodyEditor(const Theme &theme, QWidget *parent) : QPlainTextEdit(parent), m_theme(theme)
{
    setAccessibleName(tr("Message as JSON"));
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setWordWrapMode(QTextOption::WrapAnywhere);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    auto *highlighter = new JsonHighlighter(theme, document());
    connect(&theme, &Theme::changed, this, [this, highlighter] {
        refreshTheme();
        highlighter->rehighlight();
    });
    refreshTheme();
}

void BodyEditor::refreshTheme()
{
    setFont(m_theme.fixedFont());
    document()->setDocumentMargin(11);
}

void BodyEditor::markMistake(qsizetype byteOffset)
{
    m_mistake = -1;
    QList<QTextEdit::ExtraSelection> marks;
    if (byteOffset >= 0) {
        const QByteArray bytes = toPlainText().toUtf8();
        m_mistake = QString::fromUtf8(bytes.first(std::min(byteOffset, bytes.size()))).size();
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        const int end = document()->characterCount() - 1;
        const int at = std::min(int(m_mistake), end);
        mark.cursor.setPosition(at == end && at > 0 ? at - 1 : at);
        mark.cursor.movePosition(QTextCursor::NextCharacter, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(m_theme.color(Token::Failed));
        mark.format.setBackground(blend(m_theme.color(Token::Failed), m_theme.color(Token::Panel), 0.22));
        marks << mark;
    }
    setExtraSelections(marks);
}

void BodyEditor::goToMistake()
{
    setFocus();
    if (m_mistake < 0)
        return;
    QTextCursor cursor(document());
    cursor.setPosition(std::min(int(m_mistake), document()->characterCount() - 1));
    setTextCursor(cursor);
    ensureCursorVisible();
}

void BodyEditor::insertFromMimeData(const QMimeData *source)
{
    if (source->hasText() && CurlCommand::looksLikeOne(source->text()))
        Q_EMIT curlPasted(source->text());
    else if (source->hasText())
        insertPlainText(source->text());
}

void BodyEditor::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && (event->modifiers() & Qt::ControlModifier))
        Q_EMIT sendWanted();
    else if (isEnter && event->modifiers() == Qt::NoModifier)
        breakLine();
    else
        QPlainTextEdit::keyPressEvent(event);
}

/// A new line is indented as the one before it, and by one step more behind { and [.
void BodyEditor::breakLine()
{
    QTextCursor cursor = textCursor();
    const QString before = cursor.block().text().first(cursor.positionInBlock());
    qsizetype indent = 0;
    while (indent < before.size() && before[indent] == u' ')
        ++indent;
    const QString trimmed = before.trimmed();
    if (trimmed.endsWith(u'{') || trimmed.endsWith(u'['))
        indent += 2;
    cursor.insertText(u'\n' + QString(indent, u' '));
    setTextCursor(cursor);
    ensureCursorVisible();
}

} // namespace trunkline
