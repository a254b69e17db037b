// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/FilterField.h"

#include "ui/filter/CompletionList.h"

#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QTimer>
#include <QToolButton>

namespace trunkline {

namespace {

constexpr int kPauseMs = 180;           // after the last key
constexpr int kCursorMargin = 5;        // of QLineEdit::cursorRect() before the cursor itself

QToolButton *makeButton(QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(QStringLiteral("bare"));
    button->setCursor(Qt::ArrowCursor);
    button->setFocusPolicy(Qt::NoFocus);
    button->setAutoRaise(true);
    return button;
}

} // namespace

FilterField::FilterField(const Theme &theme, QWidget *parent)
    : QLineEdit(parent), m_theme(theme), m_completions(new CompletionList(theme, this)), m_reason(new QLabel(this)), m_mark(makeButton(this)),
      m_clear(makeButton(this)), m_pause(new QTimer(this))
{
    setObjectName(QStringLiteral("filterField"));
    setAccessibleName(tr("Filter"));
    setPlaceholderText(tr("Filter: user:alice state:failed gap>300ms \"text\""));
    setMaxLength(4096);
    m_reason->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_clear->setAccessibleName(tr("Clear the filter"));
    m_clear->setToolTip(tr("Clear the filter"));
    m_pause->setSingleShot(true);
    m_pause->setInterval(kPauseMs);
    connect(m_pause, &QTimer::timeout, this, &FilterField::apply);
    connect(this, &QLineEdit::textEdited, this, &FilterField::onEdited);
    connect(m_clear, &QToolButton::clicked, this, [this] { setFilterText({}); });
    connect(m_mark, &QToolButton::clicked, this, [this] { m_error ? mend() : Q_EMIT helpWanted(); });
    connect(m_completions, &CompletionList::taken, this, &FilterField::insertSuggestion);
    connect(&theme, &Theme::changed, this, &FilterField::refreshTheme);
    refreshTheme();
    check();
}

void FilterField::refreshTheme()
{
    setFont(m_theme.fixedFont());
    m_reason->setFont(m_theme.font(-0.5));
    restyle();
    placeParts();
}

void FilterField::setFilterText(const QString &text)
{
    m_completions->hide();
    setText(text);
    check();
    apply();
}

void FilterField::setRecord(filter::Record record)
{
    m_record = record;
    check();
}

void FilterField::setProgress(int percent)
{
    if (std::exchange(m_progress, percent) != percent)
        update();
}

QString FilterField::remark() const
{
    if (m_error)
        return m_error->reason;
    const QStringList strangers = m_next ? m_next->strangersTo(m_record) : m_filter.strangersTo(m_record);
    if (strangers.isEmpty())
        return {};
    const QString names = strangers.join(QStringLiteral(", "));
    return m_record == filter::Record::Entry ? tr("%1: only exchanges have it").arg(names) : tr("%1: only messages have it").arg(names);
}

void FilterField::check()
{
    auto filter = Filter::parse(text());
    // Not assigned over what was reset: g++ 14 then warns of what it cannot see.
    m_next = filter ? std::make_optional(*filter) : std::nullopt;
    m_error = filter ? std::nullopt : std::make_optional(filter.error());
    restyle();
    placeParts();
    Q_EMIT checked();
}

void FilterField::apply()
{
    m_pause->stop();
    if (!m_next)
        return;
    const bool isOther = m_next->text() != m_filter.text();
    m_filter = std::move(*m_next);
    m_next.reset();
    if (isOther)
        Q_EMIT filterChanged();
}

void FilterField::onEdited()
{
    check();
    m_pause->start();
    const qsizetype cursor = cursorPosition();
    const bool isInWord = cursor > 0 && !text()[cursor - 1].isSpace() && text()[cursor - 1] != u'(' && text()[cursor - 1] != u')';
    if (isInWord)
        showCompletions();
    else
        m_completions->hide();
}

void FilterField::showCompletions()
{
    filter::Completion completion = filter::complete(text(), cursorPosition(), m_record, m_values);
    if (text().isEmpty()) {
        std::vector<filter::Suggestion> recent;
        for (const QString &used : m_recent)
            recent.push_back({used, tr("used lately")});
        completion.suggestions.insert(completion.suggestions.begin(), recent.begin(), recent.end());
    }
    const QString typed = text().sliced(completion.begin, completion.end - completion.begin);
    if (completion.suggestions.size() == 1 && completion.suggestions.front().text == typed)
        completion.suggestions.clear();
    const int x = xOf(completion.begin);
    m_completions->show(std::move(completion), x);
}

void FilterField::insertSuggestion(const QString &suggestion, qsizetype begin, qsizetype end)
{
    QString whole = text();
    if (begin < 0 || end < begin || end > whole.size())
        return;
    setText(whole.replace(begin, end - begin, suggestion));
    setCursorPosition(int(begin + suggestion.size()));
    check();
    m_pause->start();
    if (suggestion.endsWith(u':'))
        showCompletions();
}

void FilterField::mend()
{
    if (!m_error)
        return;
    if (m_error->replacement.isEmpty()) {
        setFocus();
        setSelection(int(m_error->position), int(m_error->length));
        return;
    }
    const filter::FilterError error = *m_error;
    insertSuggestion(error.replacement, error.position, error.position + error.length);
    apply();
}

bool FilterField::event(QEvent *event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Tab && m_completions->take(true)) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void FilterField::keyPressEvent(QKeyEvent *event)
{
    const bool isControl = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!m_completions->take(false)) {
            m_completions->hide();
            apply();
        }
        return;
    case Qt::Key_Escape:
        if (m_completions->isShown())
            m_completions->hide();
        else
            Q_EMIT left();
        return;
    case Qt::Key_Down:
        if (!m_completions->isShown())
            showCompletions();
        return;
    case Qt::Key_F1:
        Q_EMIT helpWanted();
        return;
    case Qt::Key_Space:
        if (isControl)
            return showCompletions();
        break;
    case Qt::Key_Period:
        if (isControl)
            return mend();
        break;
    default:
        break;
    }
    QLineEdit::keyPressEvent(event);
}

void FilterField::focusOutEvent(QFocusEvent *event)
{
    if (event->reason() != Qt::PopupFocusReason)
        apply();
    QLineEdit::focusOutEvent(event);
}

/// Where a character begins, in the field's coordinates; may lie outside while the text is scrolled.
int FilterField::xOf(qsizetype position) const
{
    const QFontMetricsF metrics(font());
    const auto advance = [&](qsizetype count) { return metrics.horizontalAdvance(text().first(std::min(count, text().size()))); };
    return cursorRect().x() + kCursorMargin + int(advance(position) - advance(cursorPosition()));
}

void FilterField::restyle()
{
    const bool isEmpty = text().isEmpty();
    const bool isNoted = !m_error && !remark().isEmpty();
    const Token tone = m_error ? Token::Failed : isNoted ? Token::Late : Token::Done;
    const QString border = isEmpty ? m_theme.color(Token::Hairline).name() : m_theme.color(tone).name();
    const QString focused = isEmpty ? m_theme.color(Token::Accent).name() : border;
    setStyleSheet(QStringLiteral("QLineEdit { border: 1px solid %1; border-radius: 6px; padding: 0; background: %3; }"
                                 "QLineEdit:focus { border-color: %2; }")
                      .arg(border, focused, m_theme.color(Token::Window).name()));
    m_mark->setVisible(!isEmpty);
    m_clear->setVisible(!isEmpty);
    m_mark->setIcon(m_theme.icon(m_error ? QStringLiteral("warning") : isNoted ? QStringLiteral("info") : QStringLiteral("done"), tone));
    m_clear->setIcon(m_theme.icon(QStringLiteral("clear"), Token::Muted));
    const QString said = remark();
    m_mark->setAccessibleName(said.isEmpty() ? tr("The filter is right") : said);
    const bool isMendable = m_error && !m_error->replacement.isEmpty();
    m_mark->setToolTip(said.isEmpty() ? tr("The filter is right; F1 shows what it can do")
                       : isMendable   ? tr("%1 · Ctrl+. writes “%2”").arg(said, m_error->replacement)
                                      : said);
    setAccessibleDescription(said);
    m_reason->setStyleSheet(QStringLiteral("color: %1; background: transparent;").arg(m_theme.color(tone).name()));
}

void FilterField::placeParts()
{
    const int side = m_theme.scaled(22);
    const int y = (height() - side) / 2;
    const int left = m_theme.scaled(33);
    int right = width() - 5;
    for (QToolButton *button : {m_mark, m_clear}) {
        if (button->isHidden())
            continue;
        right -= side;
        button->setGeometry(right, y, side, side);
    }
    const QFontMetrics metrics(m_reason->font());
    const QString said = remark();
    const int textEnd = left + QFontMetrics(font()).horizontalAdvance(text()) + 24;
    const int room = right - textEnd - 6;
    m_reason->setVisible(!said.isEmpty() && room > 90);
    if (!m_reason->isHidden()) {
        const QString shown = metrics.elidedText(said, Qt::ElideRight, room);
        const int wide = metrics.horizontalAdvance(shown) + 4;
        right -= wide + 6;
        m_reason->setText(shown);
        m_reason->setGeometry(right, 0, wide, height());
    }
    setTextMargins(left, 0, std::max(0, width() - right), 0);
}

void FilterField::resizeEvent(QResizeEvent *event)
{
    QLineEdit::resizeEvent(event);
    placeParts();
}

void FilterField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    const int size = m_theme.scaled(Theme::IconSize);
    painter.drawPixmap(m_theme.scaled(11), (height() - size) / 2, m_theme.pixmap(QStringLiteral("search"), Token::Muted, devicePixelRatioF()));
    if (m_progress >= 0) {
        const int wide = std::max(8, (width() - 12) * m_progress / 100);
        painter.fillRect(QRect(6, height() - 3, wide, 2), m_theme.color(Token::Accent));
    }
    if (!m_error)
        return;
    const QMargins margins = textMargins();
    const int begin = std::max(xOf(m_error->position), margins.left());
    const int end = std::min(std::max(xOf(m_error->position + m_error->length), begin + 7), width() - margins.right());
    const int base = (height() + QFontMetrics(font()).height()) / 2;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_theme.color(Token::Failed), 1.2));
    QPainterPath wave(QPointF(begin, base));
    for (int x = begin, up = 1; x < end; x += 3, up = 1 - up)
        wave.lineTo(std::min(x + 3, end), base + (up ? 2 : 0));
    painter.drawPath(wave);
}

} // namespace trunkline
