// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/CloseQuestion.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSettings>

namespace trunkline {

namespace {

const QString kKey = QStringLiteral("window/onClose");

}

OnClose onClose(const QSettings &settings)
{
    return static_cast<OnClose>(std::clamp(settings.value(kKey).toInt(), 0, 2));
}

void setOnClose(QSettings &settings, OnClose choice)
{
    settings.setValue(kKey, static_cast<int>(choice));
}

CloseQuestion::CloseQuestion(int clients, bool hasTray, QWidget *parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("closeQuestion"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Close the window"));
    auto *title = new QLabel(tr("Shall the hub keep running?"));
    QFont font = title->font();
    font.setPointSizeF(font.pointSizeF() + 2.0);
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    const QString who = clients > 0 ? tr("%n clients are connected and would be cut off.", nullptr, clients) : tr("Nobody is connected.");
    const QString where = hasTray ? tr("A hub that keeps running is found in the system tray.") : tr("There is no system tray here: the window is minimized instead.");
    auto *text = new QLabel(who % u'\n' % where % u'\n' % tr("This is asked once; the settings can change it."));
    text->setProperty("role", QStringLiteral("muted"));
    text->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 18, 22, 18);
    layout->setSpacing(12);
    layout->addWidget(title);
    layout->addWidget(text);
    auto *row = new QHBoxLayout;
    const auto addButton = [&](const QString &label, const char *name, std::function<void()> clicked) {
        auto *button = new QPushButton(label);
        button->setObjectName(QString::fromLatin1(name));
        connect(button, &QPushButton::clicked, this, std::move(clicked));
        row->addWidget(button);
        return button;
    };
    const auto answer = [this](OnClose choice) {
        Q_EMIT answered(choice);
        accept();
    };
    addButton(tr("Cancel"), "closeCancel", [this] { reject(); })->setAutoDefault(false);
    row->addStretch();
    addButton(tr("Quit"), "closeQuit", [answer] { answer(OnClose::Quit); })->setAutoDefault(false);
    QPushButton *keep = addButton(tr("Keep running"), "primary", [answer] { answer(OnClose::KeepRunning); });
    keep->setDefault(true);
    keep->setAccessibleName(tr("Keep running"));
    layout->addSpacing(4);
    layout->addLayout(row);
    setMinimumWidth(420);
}

} // namespace trunkline
