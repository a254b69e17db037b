// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/LogTap.h"

#include "hub/core/Clock.h"
#include "ui/log/LogModel.h"

#include <QMessageLogContext>

#include <atomic>

namespace trunkline {

namespace {

std::atomic<LogModel *> target{nullptr};
QtMessageHandler before = nullptr;

void handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    // The window reads from the hub's snapshot who was turned away, as it does with a hub in another process.
    const bool told = context.category && qstrcmp(context.category, "trunkline.refused") == 0;
    if (LogModel *model = told ? nullptr : target.load())
        model->write({SystemClock().wall(), type, QString::fromLatin1(context.category ? context.category : ""), text});
    if (before)
        before(type, context, text);
}

} // namespace

LogTap::LogTap(LogModel &model)
{
    target = &model;
    before = qInstallMessageHandler(handle);
}

LogTap::~LogTap()
{
    qInstallMessageHandler(before);
    target = nullptr;
}

} // namespace trunkline
