// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/ComposePanel.h"

#include "hub/view/filter/PayloadJson.h"
#include "ui/compose/CurlCommand.h"
#include "ui/detail/PayloadText.h"
#include "ui/models/Format.h"
#include "ui/tables/TabStrip.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>

namespace trunkline {

namespace {

constexpr int kSideBySide = 820;        // narrower, the answer stands below
constexpr int kIconButton = 30;         // a menu button that shows only its icon

QFrame *makeHairline()
{
    auto *line = new QFrame;
    line->setObjectName(QStringLiteral("hairline"));
    line->setFixedHeight(1);
    return line;
}

} // namespace

ComposePanel::ComposePanel(const Theme &theme, HubView &view, HubControl &control, QSettings &settings, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_view(view), m_control(control), m_history(settings), m_kind(new TabStrip(theme)),
      m_editor(new BodyEditor(theme)), m_answer(new AnswerView(theme)), m_splitter(new QSplitter(Qt::Horizontal, this))
{
    setObjectName(QStringLiteral("compose"));
    auto *left = new QWidget;
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(makeHairline());
    column->addWidget(m_editor, 1);
    column->addWidget(makeHairline());
    column->addWidget(makeFoot());
    m_splitter->addWidget(left);
    m_splitter->addWidget(m_answer);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({550, 450});
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    connect(m_splitter, &QSplitter::splitterMoved, this, &ComposePanel::fitHead);
    connect(m_editor, &QPlainTextEdit::textChanged, this, &ComposePanel::check);
    connect(m_editor, &BodyEditor::sendWanted, this, &ComposePanel::send);
    connect(m_editor, &BodyEditor::curlPasted, this, &ComposePanel::loadCurl);
    connect(m_kind, &QTabBar::currentChanged, this, &ComposePanel::check);
    connect(m_answer, &AnswerView::exchangeWanted, this, &ComposePanel::exchangeWanted);
    connect(&view, &HubView::linkChanged, this, &ComposePanel::check);
    connect(&theme, &Theme::changed, this, &ComposePanel::refreshTheme);
    refreshTheme();
    edit(draftTemplates("alice").front().draft);
}

QWidget *ComposePanel::makeHead()
{
    auto *head = new QWidget;
    head->setObjectName(QStringLiteral("tabRow"));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(2);
    for (const auto kind : {HubControl::Kind::Push, HubControl::Kind::Send, HubControl::Kind::Batch, HubControl::Kind::Broadcast})
        m_kind->addTab(nameOf(kind));
    m_kind->setAccessibleName(tr("How it is sent"));
    m_kind->setTabToolTip(0, tr("One message; the answer says whether it was delivered"));
    m_kind->setTabToolTip(1, tr("One request; the replies stream back"));
    m_kind->setTabToolTip(2, tr("An array of messages"));
    m_kind->setTabToolTip(3, tr("One message for everybody, for a prefix or for those you name"));
    row->addWidget(m_kind);
    row->addStretch();
    row->addWidget(makeMenuButton(QStringLiteral("clock"), tr("History"), &ComposePanel::fillHistory));
    row->addWidget(makeMenuButton(QStringLiteral("compose"), tr("Templates"), &ComposePanel::fillTemplates));
    row->addWidget(makeMenuButton(QStringLiteral("copy"), tr("Copy as"), &ComposePanel::fillCopyAs));
    return head;
}

QToolButton *ComposePanel::makeMenuButton(const QString &icon, const QString &text, void (ComposePanel::*fill)(QMenu &))
{
    auto *button = new QToolButton;
    button->setText(u' ' % text);       // a gap behind the icon
    button->setAccessibleName(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolTip(text);
    button->setMinimumWidth(m_theme.scaled(kIconButton));
    auto *menu = new QMenu(button);
    button->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu, fill] {
        menu->clear();
        (this->*fill)(*menu);
    });
    m_icons.emplace_back(button, icon);
    return button;
}

QWidget *ComposePanel::makeFoot()
{
    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(12, 7, 12, 9);
    row->setSpacing(6);
    m_remarkIcon = new QLabel;
    m_remarkText = new QPushButton;
    m_remarkText->setObjectName(QStringLiteral("remark"));
    m_remarkText->setFlat(true);
    m_remarkText->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    connect(m_remarkText, &QPushButton::clicked, m_editor, &BodyEditor::goToMistake);
    auto *tidyButton = new QToolButton;
    tidyButton->setText(tr("Tidy"));
    tidyButton->setToolTip(tr("Indents the JSON; nothing else is touched"));
    connect(tidyButton, &QToolButton::clicked, this, &ComposePanel::tidy);
    m_send = new QPushButton(tr("Send  Ctrl+Enter"));
    m_send->setObjectName(QStringLiteral("primary"));
    m_send->setAccessibleName(tr("Send"));
    connect(m_send, &QPushButton::clicked, this, &ComposePanel::send);
    row->addWidget(m_remarkIcon);
    row->addWidget(m_remarkText, 1);
    row->addWidget(tidyButton);
    row->addWidget(m_send);
    return foot;
}

void ComposePanel::refreshTheme()
{
    for (const auto &[button, icon] : m_icons)
        button->setIcon(m_theme.icon(icon, Token::Muted));
    check();
}

Draft ComposePanel::draft() const
{
    return {HubControl::Kind(m_kind->currentIndex()), m_editor->toPlainText().toUtf8()};
}

bool ComposePanel::canSend() const { return m_remark.grade != DraftRemark::Grade::Wrong && !m_view.isReadOnly(); }

void ComposePanel::check()
{
    const Draft now = draft();
    m_remark = checkDraft(now);
    m_editor->markMistake(m_remark.grade == DraftRemark::Grade::Wrong ? m_remark.offset : -1);
    QString text = m_remark.text;
    if (m_remark.grade == DraftRemark::Grade::Wrong && m_remark.offset >= 0) {
        const QByteArray before = now.body.first(std::min(m_remark.offset, now.body.size()));
        const qsizetype column = QString::fromUtf8(before.sliced(before.lastIndexOf('\n') + 1)).size() + 1;
        text = tr("Line %1, column %2: %3").arg(before.count('\n') + 1).arg(column).arg(m_remark.text);
    }
    if (m_view.isReadOnly())
        showRemark(tr("Attached read-only: nothing can be sent"), Token::Late, QStringLiteral("lock"));
    else if (m_remark.grade == DraftRemark::Grade::Wrong)
        showRemark(text, Token::Failed, QStringLiteral("warning"));
    else
        showRemark((text.isEmpty() ? tr("JSON is fine") : text) % QStringLiteral(" · ") % format::bytes(compactJson(now.body).size()),
                   m_remark.grade == DraftRemark::Grade::Odd ? Token::Late : Token::Done,
                   m_remark.grade == DraftRemark::Grade::Odd ? QStringLiteral("warning") : QStringLiteral("done"));
    m_send->setEnabled(canSend());
}

void ComposePanel::showRemark(const QString &text, Token tone, const QString &icon)
{
    m_remarkIcon->setPixmap(m_theme.pixmap(icon, tone, devicePixelRatioF()));
    m_remarkText->setText(text);
    m_remarkText->setToolTip(text);
    m_remarkText->setAccessibleName(text);
    m_remarkText->setStyleSheet(QStringLiteral("QPushButton { color: %1; text-align: left; background: transparent; border: none; padding: 3px 0; }").arg(m_theme.color(tone).name()));
    m_editor->setAccessibleDescription(text);
}

void ComposePanel::edit(const Draft &draft)
{
    m_kind->setCurrentIndex(int(draft.kind));
    QTextCursor all(m_editor->document());      // one step for undo
    all.select(QTextCursor::Document);
    all.insertText(QString::fromUtf8(draft.body));
    all.movePosition(QTextCursor::Start);
    m_editor->setTextCursor(all);
    m_editor->setFocus();
    check();
}

void ComposePanel::resend(const Draft &draft)
{
    edit(draft);
    send();
}

bool ComposePanel::loadCurl(const QString &command)
{
    const auto curl = CurlCommand::parse(command);
    if (!curl) {
        showRemark(curl.error(), Token::Late, QStringLiteral("info"));
        return false;
    }
    Draft loaded = curl->draft(*m_view.snapshot());
    loaded.body = payloadtext::pretty(loaded.body).toUtf8();
    edit(loaded);
    return true;
}

void ComposePanel::tidy()
{
    Draft tidied = draft();
    tidied.body = payloadtext::pretty(compactJson(tidied.body)).toUtf8();
    if (!filter::findJsonMistake(tidied.body))
        edit(tidied);
}

void ComposePanel::send()
{
    if (!canSend()) {
        m_editor->goToMistake();
        return;
    }
    const Draft sent = draft();
    m_history.note(sent);
    m_answer->begin(sent.kind);
    m_control.compose(sent.kind, sent.body, [panel = QPointer<ComposePanel>(this), run = ++m_run](const ComposeAnswer &answer) {
        if (panel && panel->m_run == run)
            panel->m_answer->show(answer);
    });
}

void ComposePanel::fillHistory(QMenu &menu)
{
    for (const Draft &each : m_history.all())
        menu.addAction(titleOf(each).replace(u'&', QStringLiteral("&&")), this, [this, each] { edit(each); });
    if (m_history.all().empty())
        menu.addAction(tr("Nothing was sent yet"))->setEnabled(false);
    menu.addSeparator();
    menu.addAction(tr("Clear the history"), this, [this] { m_history.clear(); })->setEnabled(!m_history.all().empty());
}

void ComposePanel::fillTemplates(QMenu &menu)
{
    QByteArray user = m_user;
    for (const SessionInfo &session : m_view.snapshot()->sessions) {
        if (user.isEmpty())
            user = session.user;
    }
    for (const DraftTemplate &each : draftTemplates(user.isEmpty() ? QByteArray("alice") : user))
        menu.addAction(each.name, this, [this, draft = each.draft] { edit(draft); });
    menu.addSeparator();
    menu.addAction(tr("From the curl command in the clipboard"), this, [this] { loadCurl(QGuiApplication::clipboard()->text()); });
}

void ComposePanel::fillCopyAs(QMenu &menu)
{
    for (const copyas::Language language : copyas::languages()) {
        menu.addAction(copyas::nameOf(language), this, [this, language] {
            QGuiApplication::clipboard()->setText(copyas::command(language, draft(), *m_view.snapshot()));
            Q_EMIT copied(copyas::nameOf(language));
        });
    }
}

void ComposePanel::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_splitter->setOrientation(width() >= m_theme.scaled(kSideBySide) ? Qt::Horizontal : Qt::Vertical);
    // Once the splitter has given its parts their widths.
    QMetaObject::invokeMethod(this, &ComposePanel::fitHead, Qt::QueuedConnection);
}

/// Words beside the icons as long as there is room for them.
void ComposePanel::fitHead()
{
    for (const auto &[button, icon] : m_icons)
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    int wanted = m_kind->sizeHint().width() + m_theme.scaled(24);
    for (const auto &[button, icon] : m_icons)
        wanted += button->sizeHint().width();
    if (wanted <= m_splitter->widget(0)->width())
        return;
    for (const auto &[button, icon] : m_icons)
        button->setToolButtonStyle(Qt::ToolButtonIconOnly);
}

void ComposePanel::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && (event->modifiers() & Qt::ControlModifier))
        send();
    else if (event->key() == Qt::Key_Escape)
        Q_EMIT closeWanted();
    else
        QWidget::keyPressEvent(event);
}

} // namespace trunkline
