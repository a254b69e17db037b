// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/ScenariosPage.h"

#include "ui/bench/YamlEditor.h"

#include <QFileDialog>
#include <QSaveFile>
#include <QSettings>

namespace trunkline {

namespace {

const QString kFolder = QStringLiteral("bench/folder");

}

void ScenariosPage::askForFiles()
{
    auto *dialog = new QFileDialog(this, tr("Open scenarios"), m_settings.value(kFolder).toString(), tr("Scenarios (*.yaml *.yml);;All files (*)"));
    dialog->setObjectName(QStringLiteral("scenariosOpenDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList &paths) {
        m_settings.setValue(kFolder, QFileInfo(paths.constFirst()).path());
        open(paths);
    });
    dialog->open();
}

void ScenariosPage::save()
{
    const Item *item = current();
    if (!item)
        return;
    if (item->path.isEmpty())
        askWhereTo();
    else
        saveTo(item->path);
}

bool ScenariosPage::saveTo(const QString &path)
{
    Item *item = current();
    if (!item)
        return false;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(item->text) != item->text.size() || !file.commit()) {
        Q_EMIT noticed(tr("%1 cannot be written: %2").arg(path, file.errorString()));
        return false;
    }
    item->path = path;
    item->changed = false;
    refreshRow(m_shown);
    open({});                           // remembers the file
    Q_EMIT noticed(tr("Saved %1").arg(path));
    return true;
}

void ScenariosPage::askWhereTo()
{
    auto *dialog = new QFileDialog(this, tr("Save the scenario"), m_settings.value(kFolder).toString(), tr("Scenarios (*.yaml *.yml)"));
    dialog->setObjectName(QStringLiteral("scenariosSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("yaml"));
    connect(dialog, &QFileDialog::fileSelected, this, &ScenariosPage::saveTo);
    dialog->open();
}

} // namespace trunkline
