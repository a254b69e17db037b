// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/DesktopOptions.h"
#include "ui/settings/SettingsSource.h"

#include <functional>

namespace trunkline {

/// The settings table for a dialog: what is in force, where it came from, and the .env file that takes changes. A change that the
/// next start would refuse is not written.
class HubSettings final : public SettingsSource
{
public:
    /// `restart` starts the hub anew with what it is given. `options` outlives this.
    HubSettings(const DesktopOptions &options, std::function<void()> restart) : m_options(options), m_restart(std::move(restart)) {}

    [[nodiscard]] QList<SettingRow> rows() const override;
    [[nodiscard]] QString check(const QHash<QString, QString> &changes) const override;
    [[nodiscard]] QString save(const QHash<QString, QString> &changes) override;
    [[nodiscard]] QString file() const override;
    void restartHub() override { m_restart(); }

private:
    [[nodiscard]] Result<QByteArray> changed(const QHash<QString, QString> &changes) const;

    const DesktopOptions &m_options;
    std::function<void()> m_restart;
};

} // namespace trunkline
