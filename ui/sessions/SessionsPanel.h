// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/SessionModel.h"
#include "ui/theme/Theme.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QListView;
class QStackedWidget;
class QTimer;
class QToolButton;

namespace trunkline {

/// Who is connected: search, order, folds; folded, a strip of three icons with counts.
class SessionsPanel final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMostFound = 200;

    explicit SessionsPanel(const Theme &theme, QWidget *parent = nullptr);

    void refresh(const std::shared_ptr<const HubSnapshot> &snapshot, bool readOnly);
    /// Nothing has happened for `later` since that snapshot.
    void passTime(std::chrono::milliseconds later);
    /// What usersWanted() has found: nullopt when it cannot be known.
    void showFound(const QByteArray &prefix, std::optional<FoundUsers> found);
    void setFolded(bool folded);
    [[nodiscard]] bool isFolded() const { return m_folded; }
    [[nodiscard]] SessionModel &model() { return m_model; }
    [[nodiscard]] QWidget *list() const;

Q_SIGNALS:
    void filterRequested(const QString &filter);
    void disconnectRequested(SessionId session);
    /// Where several hubs share their users: those whose name begins with `prefix`, at most kMostFound; from time to time.
    void usersWanted(const QByteArray &prefix);
    void unfoldRequested();
    void noticed(const QString &what);          ///< for the status line

private:
    void askForUsers();
    QWidget *makeFull();
    QWidget *makeStrip();
    void refreshTheme();
    void showMenu(const QPoint &at);
    void showOrders();
    void activate(const QModelIndex &index);
    void keepSelection();

    const Theme &m_theme;
    SessionModel m_model;
    QStackedWidget *m_stack;
    QLabel *m_title = nullptr;
    QLabel *m_total = nullptr;
    QLabel *m_nobody = nullptr;
    QLabel *m_address = nullptr;
    QToolButton *m_order = nullptr;
    QLineEdit *m_search = nullptr;
    QListView *m_list = nullptr;
    static constexpr int kStrip = 4;        // users, public accounts, upstreams, who is away
    QToolButton *m_strip[kStrip] = {};
    SessionId m_selected{};
    QString m_webSocketUrl;
    bool m_folded = false;
    bool m_readOnly = false;
    bool m_isShared = false;
    QElapsedTimer m_asked;              ///< since the other hubs' users were asked for
    QTimer *m_ask;                      ///< a while after the last key in the search
};

} // namespace trunkline
