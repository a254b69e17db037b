// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/SavedFilters.h"

#include <QCoreApplication>
#include <QSettings>

#include <algorithm>

namespace trunkline {

namespace {

const QString kSaved = QStringLiteral("filter/saved");
const QString kColors = QStringLiteral("filter/colors");
const QString kRecent = QStringLiteral("filter/recent");

} // namespace

SavedFilters::SavedFilters(QSettings &settings) : m_settings(settings), m_recent(settings.value(kRecent).toStringList())
{
    const QStringList known = settings.value(kSaved).toStringList();    // name, text, name, text …
    for (qsizetype i = 0; i + 1 < known.size() && m_saved.size() < kMostSaved; i += 2)
        m_saved.push_back({known[i], known[i + 1], {}});
    const QStringList colors = settings.value(kColors).toStringList();  // name, color, name, color …
    for (qsizetype i = 0; i + 1 < colors.size(); i += 2) {
        if (const auto found = find(colors[i]); found != m_saved.end())
            found->color = colors[i + 1];
    }
    if (!settings.contains(kSaved)) {
        m_saved = {{QCoreApplication::translate("SavedFilters", "failed"), QStringLiteral("state:failed"), {}},
                   {QStringLiteral("gap>300ms"), QStringLiteral("gap>300ms"), {}},
                   {QCoreApplication::translate("SavedFilters", "@mentions"), QStringLiteral("mention:*"), {}}};
    }
}

std::vector<SavedFilter>::iterator SavedFilters::find(const QString &name)
{
    return std::find_if(m_saved.begin(), m_saved.end(), [&name](const SavedFilter &saved) { return saved.name == name; });
}

QString SavedFilters::nameOf(const QString &text) const
{
    const auto found = std::find_if(m_saved.begin(), m_saved.end(), [&text](const SavedFilter &saved) { return saved.text == text; });
    return found == m_saved.end() ? QString() : found->name;
}

bool SavedFilters::save(const QString &name, const QString &text)
{
    if (name.isEmpty())
        return false;
    if (const auto found = find(name); found != m_saved.end())
        found->text = text;
    else if (m_saved.size() < kMostSaved)
        m_saved.push_back({name, text, {}});
    else
        return false;
    store();
    return true;
}

void SavedFilters::remove(const QString &name)
{
    if (const auto found = find(name); found != m_saved.end())
        m_saved.erase(found);
    store();
}

void SavedFilters::setColor(const QString &name, const QString &color)
{
    if (const auto found = find(name); found != m_saved.end())
        found->color = color;
    store();
}

void SavedFilters::rename(const QString &from, const QString &to)
{
    const auto found = find(from);
    if (found == m_saved.end() || to.isEmpty() || find(to) != m_saved.end())
        return;
    found->name = to;
    store();
}

void SavedFilters::moveBy(const QString &name, int places)
{
    const auto found = find(name);
    if (found == m_saved.end())
        return;
    const auto from = found - m_saved.begin();
    const auto to = std::clamp<std::ptrdiff_t>(from + places, 0, std::ssize(m_saved) - 1);
    const SavedFilter moved = *found;
    m_saved.erase(found);
    m_saved.insert(m_saved.begin() + to, moved);
    store();
}

void SavedFilters::noteUsed(const QString &text)
{
    if (text.isEmpty() || m_recent.value(0) == text)
        return;
    m_recent.removeAll(text);
    m_recent.prepend(text);
    m_recent = m_recent.first(std::min(m_recent.size(), kMostRecent));
    m_settings.setValue(kRecent, m_recent);
}

void SavedFilters::store()
{
    QStringList flat;
    QStringList colors;
    for (const SavedFilter &saved : m_saved) {
        flat << saved.name << saved.text;
        if (!saved.color.isEmpty())
            colors << saved.name << saved.color;
    }
    m_settings.setValue(kSaved, flat);
    m_settings.setValue(kColors, colors);
}

} // namespace trunkline
