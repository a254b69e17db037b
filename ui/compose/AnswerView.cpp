// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/AnswerView.h"

#include "hub/view/filter/PayloadJson.h"
#include "ui/detail/PayloadText.h"
#include "ui/models/Format.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>

namespace trunkline {

namespace {

constexpr int kMostLines = 5'000;
constexpr qsizetype kMostOfALine = 8'000;       // characters; the rest is in the exchange

bool isTrue(const QByteArray &json, const char *path, const char *value)
{
    return filter::anyValueAt(json, {path}, [value](QByteArrayView token) { return token == value; });
}

} // namespace

AnswerView::AnswerView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_icon(new QLabel(this)), m_status(new QLabel(this)), m_open(new QPushButton(tr("Show the exchange"), this)),
      m_view(new QPlainTextEdit(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 12, 0);
    head->setSpacing(7);
    head->addWidget(m_icon);
    head->addWidget(m_status, 1);
    m_open->setObjectName(QStringLiteral("chip"));
    head->addWidget(m_open);
    auto *headBox = new QWidget(this);
    headBox->setObjectName(QStringLiteral("answerHead"));
    headBox->setLayout(head);
    layout->addWidget(headBox);
    auto *line = new QFrame(this);
    line->setObjectName(QStringLiteral("hairline"));
    line->setFixedHeight(1);
    layout->addWidget(line);
    layout->addWidget(m_view, 1);
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_view->setReadOnly(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setAccessibleName(tr("Answer of the hub"));
    m_view->setMaximumBlockCount(kMostLines);
    m_view->setTabChangesFocus(true);
    m_view->setWordWrapMode(QTextOption::WrapAnywhere);
    m_view->document()->setDocumentMargin(11);
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT exchangeWanted(m_correlation); });
    connect(&theme, &Theme::changed, this, &AnswerView::refreshTheme);
    refreshTheme();
    clear();
}

void AnswerView::refreshTheme()
{
    findChild<QWidget *>(QStringLiteral("answerHead"))->setFixedHeight(m_theme.scaled(34));
    m_view->setFont(m_theme.fixedFont());
    m_open->setFixedHeight(m_theme.scaled(25));
    setStatus(m_status->text(), m_tone);
}

void AnswerView::setStatus(const QString &text, Token tone)
{
    m_tone = tone;
    m_status->setText(text);
    m_status->setStyleSheet(QStringLiteral("color: %1;").arg(m_theme.color(tone).name()));
    m_icon->setVisible(!m_iconName.isEmpty());
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(m_theme.pixmap(m_iconName, tone, devicePixelRatioF()));
}

QString AnswerView::statusText() const { return m_status->text(); }

QString AnswerView::text() const { return m_view->toPlainText(); }

void AnswerView::clear()
{
    m_view->clear();
    m_view->setPlaceholderText(tr("The answer stands here; the events of a stream as they come."));
    m_read = 0;
    m_events = 0;
    m_waiting = m_ended = m_failed = false;
    m_correlation.clear();
    m_open->hide();
    m_iconName.clear();
    setStatus(tr("Answer"), Token::Muted);
}

void AnswerView::begin(HubControl::Kind kind)
{
    clear();
    m_kind = kind;
    m_waiting = true;
    m_clock.start();
    m_view->setPlaceholderText({});
    m_iconName = QStringLiteral("streaming");
    setStatus(tr("Waiting for the hub"), Token::Client);
}

void AnswerView::show(const ComposeAnswer &answer)
{
    const auto took = std::chrono::microseconds(m_clock.isValid() ? m_clock.nsecsElapsed() / 1000 : 0);
    if (!answer.correlation.isEmpty())
        m_correlation = answer.correlation;
    m_open->setVisible(!m_correlation.isEmpty());
    const bool isFine = answer.status >= 200 && answer.status < 300;
    if (m_kind == HubControl::Kind::Send && isFine) {
        addEvents(answer.body);
        m_waiting = !m_ended;
        const QString count = m_events == 1 ? tr("1 event") : tr("%1 events").arg(m_events);
        m_iconName = m_failed ? QStringLiteral("failed") : m_ended ? QStringLiteral("done") : QStringLiteral("streaming");
        setStatus(tr("%1 · %2 · %3").arg(answer.status).arg(m_ended ? count : tr("%1 so far").arg(count), format::duration(took)),
                  m_failed ? Token::Failed : m_ended ? Token::Done : Token::Client);
        return;
    }
    m_waiting = false;
    const bool isPartial = isFine && filter::anyValueAt(answer.body, {"status"}, [](QByteArrayView token) { return token == "\"partial\""; });
    m_iconName = isPartial ? QStringLiteral("warning") : isFine ? QStringLiteral("done") : QStringLiteral("failed");
    const QString said = answer.status == 0 ? tr("The hub was not reached") : isPartial ? tr("%1 · nobody got it").arg(answer.status) : QString::number(answer.status);
    setStatus(said % QStringLiteral(" · ") % format::duration(took), isPartial ? Token::Late : isFine ? Token::Done : Token::Failed);
    showWhole(answer.body);
}

void AnswerView::showWhole(const QByteArray &body)
{
    m_view->setPlainText(payloadtext::pretty(body));
}

/// Shows what is complete behind m_read. WHATWG HTML §9.2.6: an event ends at an empty line; comments begin with a colon.
void AnswerView::addEvents(const QByteArray &stream)
{
    const auto took = std::chrono::microseconds(m_clock.nsecsElapsed() / 1000);
    for (qsizetype end; (end = stream.indexOf("\n\n", m_read)) >= 0; m_read = end + 2) {
        for (const QByteArray &line : stream.sliced(m_read, end - m_read).split('\n')) {
            if (!line.startsWith("data:"))
                continue;
            const QByteArray json = line.sliced(line.startsWith("data: ") ? 6 : 5);
            const bool isError = !filter::membersOf(json).empty() && filter::membersOf(json).front().name == "error";
            m_ended = m_ended || isError || isTrue(json, "is_final", "true") || isTrue(json, "type", "\"final_response\"");
            m_failed = m_failed || isError;
            ++m_events;
            addLine(QStringLiteral("+%1").arg(format::duration(took)).leftJustified(10), QString::fromUtf8(json), isError ? Token::Failed : Token::Text);
        }
    }
}

void AnswerView::addLine(const QString &prefix, const QString &line, Token tone)
{
    QTextCursor cursor(m_view->document());
    cursor.movePosition(QTextCursor::End);
    if (m_events > 1)
        cursor.insertBlock();
    QTextCharFormat muted;
    muted.setForeground(m_theme.color(Token::Muted));
    cursor.insertText(prefix, muted);
    QTextCharFormat plain;
    plain.setForeground(m_theme.ink(tone));
    cursor.insertText(line.size() > kMostOfALine ? QString(line.first(kMostOfALine) % QChar(0x2026)) : line, plain);
}

} // namespace trunkline
