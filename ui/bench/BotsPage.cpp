// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/BotsPage.h"

#include "ui/bench/YamlEditor.h"

#include <QFile>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QSaveFile>
#include <QSettings>
#include <QTreeWidget>

namespace trunkline {

namespace {

const QString kText = QStringLiteral("bench/bots");
const QString kFolder = QStringLiteral("bench/folder");

struct BotTemplate
{
    const char *name;
    const char *title;
    const char *text;
};

constexpr BotTemplate kTemplates[] = {
    {"templateTokens", QT_TRANSLATE_NOOP("trunkline::BotsPage", "Streams tokens"),
     "bots:\n  chat_bot:\n    - when: {data.message: {$matches: \"(?i)^(hi|hello)\"}}\n"
     "      reply: {tokens: [\"Hello \", \"from \", \"a \", \"bot.\"], every: 60ms, jitter: 20ms}\n"
     "    - reply: {text: \"you said ${message}\"}\n"},
    {"templateSlow", QT_TRANSLATE_NOOP("trunkline::BotsPage", "One token is late"),
     "bots:\n  slow_bot:\n    - reply: {tokens: [\"one \", \"two \", {text: \"three \", after: 1500ms}, \"four\"], every: 40ms}\n"},
    {"templateAnswer", QT_TRANSLATE_NOOP("trunkline::BotsPage", "Answers once"),
     "bots:\n  order_bot:\n    - when: {data.type: order}\n      reply: {data: {state: accepted, item: \"${data.item}\"}, after: 50ms}\n"
     "    - reply: {error: \"I take orders only\"}\n"},
    {"templateClose", QT_TRANSLATE_NOOP("trunkline::BotsPage", "Hangs up in the middle"),
     "bots:\n  shaky_bot:\n    - when: {data.message: bye}\n      reply: {close: 4000, reason: \"see you\"}\n"
     "    - reply: {tokens: [\"half \", \"an \"], every: 50ms, final: false}\n"},
    {"templateSilent", QT_TRANSLATE_NOOP("trunkline::BotsPage", "Never answers"), "bots:\n  silent_bot:\n    - reply: {silence: true}\n"},
};

} // namespace

BotsPage::BotsPage(const Theme &theme, QSettings &settings, QWidget *parent)
    : BenchPage(theme, &BenchDesk::botsChanged, parent), m_settings(settings), m_editor(new YamlEditor(theme, tr("File of bots"))),
      m_list(new QTreeWidget), m_start(head().addButton("botsStart", tr("Start"))), m_stop(head().addButton("botsStop", tr("Stop")))
{
    makeTemplates(head().addButton("botsTemplates", tr("From a template")));
    connect(head().addButton("botsOpen", tr("Open…")), &QPushButton::clicked, this, &BotsPage::askForFile);
    connect(head().addButton("botsSave", tr("Save as…")), &QPushButton::clicked, this, &BotsPage::askWhereTo);
    connect(m_start, &QPushButton::clicked, this, &BotsPage::start);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        if (desk())
            desk()->stopBots();
    });
    m_list->setHeaderLabels({tr("Bot"), tr("State"), tr("Messages")});
    m_list->setAccessibleName(tr("Bots that run"));
    m_list->setObjectName(QStringLiteral("benchList"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->headerItem()->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::Stretch);
    setParts(m_editor, 600, m_list, 400);
    m_editor->setText(m_settings.value(kText, QString::fromLatin1(kTemplates[0].text)).toString().toUtf8());
    connect(m_editor, &YamlEditor::changed, this, [this] { m_settings.setValue(kText, QString::fromUtf8(m_editor->text())); });
    refresh();
}

void BotsPage::makeTemplates(QPushButton *button)
{
    auto *menu = new QMenu(button);
    for (const BotTemplate &one : kTemplates) {
        menu->addAction(tr(one.title), this, [this, text = one.text] { m_editor->setText(text); })->setObjectName(QString::fromLatin1(one.name));
    }
    button->setMenu(menu);
}

void BotsPage::start()
{
    if (!desk() || !view())
        return;
    FileProblems problems;
    const auto file = BotFile::read(m_editor->text(), problems);
    m_editor->showProblems(problems);
    if (!file)
        return;
    if (file->bots.empty()) {
        Q_EMIT noticed(tr("There are no bots in the file"));
        return;
    }
    desk()->startBots(*file, *view()->snapshot());
    if (file->faults.empty())
        return;
    if (desk()->canSetFaults())
        desk()->setFaults(file->faults, file->seed);
    else
        Q_EMIT noticed(tr("The faults of the file are not in force: that hub is in another process"));
}

void BotsPage::refresh()
{
    const bool there = desk() && view() && view()->link() == HubView::Link::Live;
    const auto snapshot = view() ? view()->snapshot() : nullptr;
    const std::vector<BenchDesk::Bot> bots = desk() ? desk()->bots() : std::vector<BenchDesk::Bot>();
    m_start->setEnabled(there);
    m_start->setText(bots.empty() ? tr("Start") : tr("Start again"));
    m_stop->setEnabled(!bots.empty());
    int connected = 0;
    while (m_list->topLevelItemCount() > static_cast<int>(bots.size()))
        delete m_list->takeTopLevelItem(m_list->topLevelItemCount() - 1);
    for (std::size_t i = 0; i < bots.size(); ++i) {
        const BenchDesk::Bot &bot = bots[i];
        QTreeWidgetItem *item = m_list->topLevelItem(static_cast<int>(i));
        if (!item)
            item = new QTreeWidgetItem(m_list);
        const bool fine = bot.state == BenchDesk::Bot::State::Connected;
        const bool lost = bot.state == BenchDesk::Bot::State::Lost;
        connected += fine ? 1 : 0;
        const Token tone = fine ? Token::Done : lost ? Token::Failed : Token::Late;
        item->setText(0, QString::fromUtf8(bot.user));
        item->setIcon(0, theme().icon(QStringLiteral("bot"), Token::Hub));
        item->setText(1, fine ? tr("connected") : lost ? tr("tries again: %1").arg(bot.why) : tr("connecting"));
        item->setToolTip(1, bot.why);
        item->setForeground(1, theme().ink(tone));
        quint64 messages = 0;
        for (const SessionInfo &session : snapshot ? snapshot->sessions : std::vector<SessionInfo>()) {
            if (session.user == bot.user)
                messages += session.messagesIn + session.messagesOut;
        }
        item->setText(2, QString::number(messages));
        item->setTextAlignment(2, Qt::AlignRight | Qt::AlignVCenter);
    }
    if (!desk())
        head().showState(tr("There is no hub here to connect to"), Token::Muted);
    else if (bots.empty())
        head().showState(tr("No bot runs"), Token::Muted);
    else
        head().showState(tr("%1 of %2 connected").arg(connected).arg(bots.size()), connected == static_cast<int>(bots.size()) ? Token::Done : Token::Late);
}

void BotsPage::open(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT noticed(tr("%1 cannot be read: %2").arg(path, file.errorString()));
        return;
    }
    m_editor->setText(file.readAll());
    FileProblems problems;
    (void)BotFile::read(m_editor->text(), problems);
    m_editor->showProblems(problems);
}

void BotsPage::saveTo(const QString &path)
{
    QSaveFile file(path);
    const QByteArray text = m_editor->text();
    const bool fine = file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit();
    Q_EMIT noticed(fine ? tr("Saved %1").arg(path) : tr("%1 cannot be written: %2").arg(path, file.errorString()));
}

void BotsPage::askForFile()
{
    auto *dialog = new QFileDialog(this, tr("Open a file of bots"), m_settings.value(kFolder).toString(), tr("Bots (*.yaml *.yml);;All files (*)"));
    dialog->setObjectName(QStringLiteral("botsOpenDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        m_settings.setValue(kFolder, QFileInfo(path).path());
        open(path);
    });
    dialog->open();
}

void BotsPage::askWhereTo()
{
    auto *dialog = new QFileDialog(this, tr("Save the bots"), m_settings.value(kFolder).toString(), tr("Bots (*.yaml *.yml);;All files (*)"));
    dialog->setObjectName(QStringLiteral("botsSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("yaml"));
    connect(dialog, &QFileDialog::fileSelected, this, &BotsPage::saveTo);
    dialog->open();
}

} // namespace trunkline
