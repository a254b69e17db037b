// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "ui/language/Language.h"
#include "ui/window/StatusStrip.h"

#include <QAction>
#include <QMenu>
#include <QSettings>

namespace trunkline {

namespace {

const QString kSetting = QStringLiteral("language");

constexpr std::pair<MainWindow::Do, const char *> kCodes[] = {
    {MainWindow::Do::LanguageSystem, ""}, {MainWindow::Do::LanguageEnglish, "en"}, {MainWindow::Do::LanguageChinese, "zh_CN"}};

}

/// Each language bears its own name: who cannot read the present one finds the way back.
void MainWindow::makeLanguageActions()
{
    const QList<language::Known> known = language::known();
    for (const auto &[what, code] : kCodes) {
        const QString wanted = QString::fromLatin1(code);
        QString name = wanted.isEmpty() ? tr("Language of the system") : QString();
        for (const language::Known &one : known) {
            if (!wanted.isEmpty() && one.code == wanted)
                name = one.name;
        }
        QAction *action = add(what, name, {}, {}, [this, wanted] {
            m_settings.setValue(kSetting, wanted);
            m_status->notice(tr("The language changes when Trunkline starts again"));
        });
        action->setCheckable(true);
        action->setVisible(!name.isEmpty());        // not in this build
        action->setEnabled(!name.isEmpty());
    }
}

void MainWindow::addLanguages(QMenu *menu)
{
    menu->setObjectName(QStringLiteral("languageMenu"));
    for (const auto &[what, code] : kCodes)
        menu->addAction(action(what));
    connect(menu, &QMenu::aboutToShow, this, [this] {
        const QString chosen = m_settings.value(kSetting).toString();
        for (const auto &[what, code] : kCodes)
            action(what)->setChecked(chosen == QLatin1StringView(code));
    });
}

} // namespace trunkline
