// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/detail/Subject.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QStackedWidget;
class QTreeWidget;

namespace trunkline {

class JsonHighlighter;

/// The payloads of a subject: a list of its messages, and the chosen one as tree, pretty, raw or hex; or all of them one after another.
class BodyView final : public QWidget
{
    Q_OBJECT

public:
    enum class Form { Tree, Pretty, Raw, Hex };

    explicit BodyView(const Theme &theme, QWidget *parent = nullptr);
    void show(const Subject &subject);
    void setForm(Form form);
    [[nodiscard]] Form form() const { return m_form; }
    [[nodiscard]] QString text() const;         ///< of the message in sight, as it is shown

Q_SIGNALS:
    void filterRequested(const QString &filter);
    void formChanged();
    void contentShown();                        ///< another message or form is in sight
    void columnRequested(const QString &path);
    void noticed(const QString &what);          ///< for the status line

private:
    void refreshTheme();
    void showMessage();
    void showAll();
    [[nodiscard]] bool isAll() const;
    [[nodiscard]] int messageRow() const;       // in m_messages; -1: none
    [[nodiscard]] QString textOf(const QByteArray &payload) const;
    [[nodiscard]] QString titleOf(const Subject::Message &message) const;
    void showPayload(const QByteArray &payload);
    void fillTree(const QByteArray &payload);
    void showTreeMenu(const QPoint &at);

    const Theme &m_theme;
    std::vector<Subject::Message> m_messages;
    QListWidget *m_list;
    QButtonGroup *m_forms;
    QLabel *m_size;
    QStackedWidget *m_stack;
    QTreeWidget *m_tree;
    QPlainTextEdit *m_text;
    JsonHighlighter *m_colors;
    Form m_form = Form::Tree;
    bool m_hasAll = false;                      // the first line of the list stands for all messages
};

} // namespace trunkline
