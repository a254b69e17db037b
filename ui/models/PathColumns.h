// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QStringList>

namespace trunkline {

/// Columns that a person added: what stands at a place in the payload, "data.order.id". At most kMost; plain class.
class PathColumns final
{
public:
    static constexpr qsizetype kMost = 12;
    static constexpr qsizetype kMostLetters = 200;      ///< of a value

    [[nodiscard]] const QStringList &paths() const { return m_paths; }
    [[nodiscard]] int count() const { return static_cast<int>(m_paths.size()); }
    /// False when it is there already, empty, or one too many.
    bool add(const QString &path);
    void removeAt(int index) { m_paths.removeAt(index); }
    /// The first value at that place as one line; empty when there is none. `data.x` finds `x` too, as filters do.
    [[nodiscard]] QString value(QByteArrayView payload, int index) const;

private:
    QStringList m_paths;
};

/// The same for one path. Any thread.
[[nodiscard]] QString valueAt(QByteArrayView payload, const QString &path);
/// The filter that selects records with this value there; empty for an empty value.
[[nodiscard]] QString filterOn(const QString &path, const QString &value);

} // namespace trunkline
