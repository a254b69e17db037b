// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <vector>

class QSettings;

namespace trunkline {

/// A filter that a person kept.
struct SavedFilter
{
    QString name;
    QString text;
    QString color{};        ///< of the rows that pass: a name from rowcolors::all(); empty: none
    friend bool operator==(const SavedFilter &, const SavedFilter &) = default;
};

/// What is kept of filters between two starts: the saved ones in their order, and those used last. At most kMostSaved
/// and kMostRecent; names are told apart by case and are not empty.
class SavedFilters final
{
public:
    static constexpr std::size_t kMostSaved = 32;
    static constexpr qsizetype kMostRecent = 10;

    /// Reads `settings`, which outlives this; the first time there are three useful ones.
    explicit SavedFilters(QSettings &settings);

    [[nodiscard]] const std::vector<SavedFilter> &all() const { return m_saved; }
    [[nodiscard]] const QStringList &recent() const { return m_recent; }    ///< newest first
    /// The name of the filter with this text; empty when it is not saved.
    [[nodiscard]] QString nameOf(const QString &text) const;
    /// Puts it at the end, or changes the one with that name. False when there is no room.
    bool save(const QString &name, const QString &text);
    void remove(const QString &name);
    void setColor(const QString &name, const QString &color);
    /// Nothing happens when `to` is empty or taken.
    void rename(const QString &from, const QString &to);
    void moveBy(const QString &name, int places);
    void noteUsed(const QString &text);

private:
    [[nodiscard]] std::vector<SavedFilter>::iterator find(const QString &name);
    void store();

    QSettings &m_settings;
    std::vector<SavedFilter> m_saved;
    QStringList m_recent;
};

} // namespace trunkline
