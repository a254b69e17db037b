// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/detail/Subject.h"
#include "ui/theme/Theme.h"

#include <QTreeWidget>

namespace trunkline {

class TrafficModel;

/// Two columns: a name and what it is. The base of Headers and Route.
class FactsView : public QTreeWidget
{
    Q_OBJECT

public:
    FactsView(const Theme &theme, const QString &accessibleName, QWidget *parent = nullptr);

Q_SIGNALS:
    void noticed(const QString &what);      ///< for the status line

protected:
    void addFact(const QString &name, const QString &value, bool fixed = true);
    void addFact(const QString &icon, Token tone, const QString &name, const QString &value);
    void fitColumns();
    const Theme &m_theme;

private:
    void showMenu(const QPoint &at);
};

/// What surrounds a payload: ids, people, addresses, times, sizes.
class HeadersView final : public FactsView
{
    Q_OBJECT

public:
    explicit HeadersView(const Theme &theme, QWidget *parent = nullptr);
    void show(const Subject &subject, const TrafficModel &traffic);
};

/// Why a message went where it went, or why it did not arrive.
class RouteView final : public FactsView
{
    Q_OBJECT

public:
    explicit RouteView(const Theme &theme, QWidget *parent = nullptr);
    void show(const Subject &subject);
};

} // namespace trunkline
