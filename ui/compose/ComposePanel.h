// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/compose/AnswerView.h"
#include "ui/compose/BodyEditor.h"
#include "ui/compose/CopyAs.h"
#include "ui/compose/SendHistory.h"

#include <QPointer>

class QMenu;
class QSplitter;
class QToolButton;

namespace trunkline {

class TabStrip;

/// Writes a message and sends it as a service would: push, send, batch or broadcast. Left the JSON, right the answer as it comes.
class ComposePanel final : public QWidget
{
    Q_OBJECT

public:
    /// `view`, `control` and `settings` outlive it.
    ComposePanel(const Theme &theme, HubView &view, HubControl &control, QSettings &settings, QWidget *parent = nullptr);

    /// For "edit and resend": puts it into the editor and the cursor there.
    void edit(const Draft &draft);
    /// For "resend": the same, and sends it.
    void resend(const Draft &draft);
    /// A curl command, from the clipboard or pasted. False, and the reason in the panel, when it is none.
    bool loadCurl(const QString &command);
    [[nodiscard]] Draft draft() const;
    /// A remark with no text means that it can be sent.
    [[nodiscard]] const DraftRemark &remark() const { return m_remark; }
    [[nodiscard]] AnswerView &answer() const { return *m_answer; }
    [[nodiscard]] BodyEditor &editor() const { return *m_editor; }
    /// Who is put into templates: the selected session's user.
    void setSuggestedUser(const QByteArray &user) { m_user = user; }

public Q_SLOTS:
    void send();

Q_SIGNALS:
    void exchangeWanted(const QByteArray &correlation);     ///< select that exchange in the table
    void copied(const QString &what);                       ///< for the status line
    void closeWanted();                                     ///< Esc

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeHead();
    QWidget *makeFoot();
    QToolButton *makeMenuButton(const QString &icon, const QString &text, void (ComposePanel::*fill)(QMenu &));
    void fillHistory(QMenu &menu);
    void fillTemplates(QMenu &menu);
    void fillCopyAs(QMenu &menu);
    void check();
    void tidy();
    void fitHead();
    void refreshTheme();
    void showRemark(const QString &text, Token tone, const QString &icon);
    [[nodiscard]] bool canSend() const;

    const Theme &m_theme;
    HubView &m_view;
    HubControl &m_control;
    SendHistory m_history;
    TabStrip *m_kind;
    BodyEditor *m_editor;
    AnswerView *m_answer;
    QSplitter *m_splitter;
    QLabel *m_remarkIcon = nullptr;
    QPushButton *m_remarkText = nullptr;
    QPushButton *m_send = nullptr;
    std::vector<std::pair<QToolButton *, QString>> m_icons;     // buttons and the names of their icons
    DraftRemark m_remark;
    QByteArray m_user;
    int m_run = 0;              // answers of older sends are not shown
};

} // namespace trunkline
