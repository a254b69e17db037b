// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detail/DiffView.h"

#include "ui/detail/PayloadText.h"
#include "ui/detail/LineDiff.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextCursor>

namespace trunkline {

DiffView::DiffView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_before(new QComboBox), m_after(new QComboBox), m_verdict(new QLabel), m_text(new QPlainTextEdit)
{
    m_before->setAccessibleName(tr("Compare this message"));
    m_after->setAccessibleName(tr("with this message"));
    m_verdict->setProperty("role", QStringLiteral("muted"));
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setAccessibleName(tr("Differences"));
    for (QComboBox *box : {m_before, m_after}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        connect(box, &QComboBox::currentIndexChanged, this, &DiffView::compare);
    }
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(16, 6, 12, 6);
    bar->addWidget(m_before);
    bar->addWidget(new QLabel(QString(QChar(0x2192))));
    bar->addWidget(m_after);
    bar->addSpacing(12);
    bar->addWidget(m_verdict);
    bar->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    connect(&theme, &Theme::changed, this, &DiffView::compare);
}

void DiffView::show(const Subject &subject, const Subject &other)
{
    std::vector<Subject::Message> messages = subject.messages;
    for (const Subject::Message &message : other.messages)
        messages.push_back({tr("other: %1").arg(message.title), message.payload, message.at});
    const bool same = messages.size() == m_messages.size()
                   && std::equal(messages.begin(), messages.end(), m_messages.begin(), [](const auto &a, const auto &b) { return a.title == b.title && a.at == b.at; });
    if (same)
        return;
    m_messages = std::move(messages);
    const QSignalBlocker quietBefore(m_before);
    const QSignalBlocker quietAfter(m_after);
    m_before->clear();
    m_after->clear();
    for (const Subject::Message &message : m_messages) {
        m_before->addItem(message.title);
        m_after->addItem(message.title);
    }
    const int count = m_after->count();
    m_before->setCurrentIndex(other.isEmpty() && count > 2 ? count - 2 : 0);
    m_after->setCurrentIndex(other.isEmpty() ? count - 1 : static_cast<int>(subject.messages.size()));
    compare();
}

void DiffView::compare()
{
    m_text->setFont(m_theme.fixedFont());
    m_text->clear();
    const int a = m_before->currentIndex();
    const int b = m_after->currentIndex();
    if (a < 0 || b < 0 || m_messages.size() < 2) {
        m_verdict->setText(tr("Select two rows, or an exchange with replies, to compare."));
        return;
    }
    const auto lines = [this](int index) {
        return payloadtext::pretty(m_messages[static_cast<std::size_t>(index)].payload).split(u'\n');
    };
    int changes = 0;
    QTextCursor cursor(m_text->document());
    for (const DiffLine &line : diffLines(lines(a), lines(b))) {
        QTextCharFormat style;
        QTextBlockFormat block;
        QString mark = QStringLiteral("  ");
        if (line.mark != DiffLine::Mark::Same) {
            const bool added = line.mark == DiffLine::Mark::Added;
            const Token token = added ? Token::Done : Token::Failed;
            const QColor ground = blend(m_theme.color(token), m_theme.color(Token::Panel), 0.1);
            mark = added ? QStringLiteral("+ ") : QStringLiteral("- ");
            style.setForeground(m_theme.ink(token, ground));
            block.setBackground(ground);
            ++changes;
        } else {
            style.setForeground(m_theme.color(Token::Muted));
        }
        cursor.setBlockFormat(block);
        cursor.insertText(mark + line.text, style);
        cursor.insertBlock();
    }
    m_verdict->setText(changes == 0 ? tr("no difference") : tr("%n lines differ", nullptr, changes));
    m_text->moveCursor(QTextCursor::Start);
}

} // namespace trunkline
