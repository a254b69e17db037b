// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"
#include "ui/window/WindowHost.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSettings;

namespace trunkline {

/// Asks for a hub to watch: one that runs here, one that was watched lately, or a URL with its token. Tokens are not kept.
class AttachDialog final : public QDialog
{
    Q_OBJECT

public:
    static constexpr qsizetype kMostRecent = 8;

    /// `host` and `settings` outlive it.
    AttachDialog(const Theme &theme, const WindowHost &host, QSettings &settings, QWidget *parent);

    /// What stands in the fields; its URL is invalid while it cannot be used.
    [[nodiscard]] HubPlace place() const;
    /// False, and the reason in the dialog, when the file is none of a hub.
    bool loadReadyFile(const QString &path);

    [[nodiscard]] QLineEdit *urlField() const { return m_url; }
    [[nodiscard]] QLineEdit *tokenField() const { return m_token; }
    [[nodiscard]] QListWidget *list() const { return m_list; }

Q_SIGNALS:
    void chosen(const HubPlace &place);

protected:
    void accept() override;

private:
    QWidget *makeFields();
    QWidget *makeButtons();
    void fillList();
    void show(const HubPlace &place);
    void askForReadyFile();
    void check();

    const WindowHost &m_host;
    QSettings &m_settings;
    QList<HubPlace> m_places;       // behind the rows of the list
    QListWidget *m_list;
    QLabel *m_listTitle;
    QLineEdit *m_url;
    QLineEdit *m_token;
    QCheckBox *m_insecure;
    QLabel *m_remark;
    QPushButton *m_attach = nullptr;
};

} // namespace trunkline
