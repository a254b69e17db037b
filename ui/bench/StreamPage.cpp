// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/StreamPage.h"

#include "ui/models/Format.h"

#include <QHeaderView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace trunkline {

namespace {

constexpr std::size_t kMostRows = 2'000;

}

StreamPage::StreamPage(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_events(new QTreeWidget), m_merged(new QPlainTextEdit), m_findings(new QListWidget)
{
    m_events->setHeaderLabels({tr("#"), tr("At"), tr("Gap"), tr("Adds")});
    m_events->setAccessibleName(tr("Events of the stream"));
    m_events->setObjectName(QStringLiteral("benchList"));
    m_events->setRootIsDecorated(false);
    m_events->setUniformRowHeights(true);
    m_events->setFrameShape(QFrame::NoFrame);
    m_events->header()->setStretchLastSection(true);
    for (const int column : {0, 1, 2})
        m_events->headerItem()->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    m_merged->setReadOnly(true);
    m_merged->document()->setDocumentMargin(10);
    m_merged->setAccessibleName(tr("Merged text"));
    m_merged->setPlaceholderText(tr("No deltas: this is no stream of tokens"));
    m_findings->setAccessibleName(tr("What the linter says"));
    m_findings->setFrameShape(QFrame::NoFrame);
    m_findings->setWordWrap(true);
    auto *right = new QSplitter(Qt::Vertical);
    right->setHandleWidth(1);
    right->addWidget(m_merged);
    right->addWidget(m_findings);
    right->setSizes({200, 90});
    auto *split = new QSplitter;
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(m_events);
    split->addWidget(right);
    split->setSizes({560, 500});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    connect(&theme, &Theme::changed, this, &StreamPage::fill);
}

void StreamPage::show(const Subject &subject)
{
    m_lint = subject.exchange ? lintReplies(*subject.exchange, subject.entries) : ReplyLint{};
    fill();
}

void StreamPage::fill()
{
    m_events->clear();
    m_findings->clear();
    std::chrono::microseconds before{};
    for (std::size_t i = 0; i < m_lint.pieces.size() && i < kMostRows; ++i) {
        const ReplyLint::Piece &piece = m_lint.pieces[i];
        const QByteArray &adds = piece.delta.isEmpty() ? piece.json : piece.delta;
        auto *item = new QTreeWidgetItem(m_events, {QString::number(i + 1), format::duration(piece.at), QStringLiteral("+") % format::duration(piece.at - before),
                                                    piece.delta.isEmpty() ? format::oneLine(adds, 300) : QString::fromUtf8(adds)});
        for (const int column : {0, 1, 2}) {
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
            item->setFont(column, m_theme.fixedFont());
        }
        item->setFont(3, m_theme.fixedFont());
        if (piece.late) {
            item->setText(3, tr("late: %1").arg(item->text(3)));
            item->setForeground(3, m_theme.ink(Token::Late));
        }
        before = piece.at;
    }
    const int widths[] = {56, 92, 92};
    for (int column = 0; column < 3; ++column)
        m_events->setColumnWidth(column, m_theme.scaled(widths[column]));
    m_merged->setPlainText(QString::fromUtf8(m_lint.merged));
    for (const LintFinding &finding : m_lint.findings) {
        const bool error = finding.level == LintFinding::Level::Error;
        auto *item = new QListWidgetItem(m_theme.icon(error ? QStringLiteral("failed") : QStringLiteral("warning"), error ? Token::Failed : Token::Late),
                                         QString::fromLatin1(finding.rule) % QStringLiteral(": ") % finding.text, m_findings);
        item->setForeground(m_theme.ink(error ? Token::Failed : Token::Late));
    }
    if (m_lint.findings.empty() && !m_lint.pieces.empty())
        new QListWidgetItem(m_theme.icon(QStringLiteral("done"), Token::Done), tr("The linter has nothing to say about these replies"), m_findings);
}

} // namespace trunkline
