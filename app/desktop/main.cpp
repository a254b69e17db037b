// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/Desktop.h"
#include "app/desktop/DesktopOptions.h"
#include "app/desktop/FirstPaint.h"
#include "app/trunkline/Command.h"
#include "app/trunkline/Console.h"
#include "app/trunkline/Logging.h"
#include "app/trunkline/Platform.h"
#include "ui/language/Language.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QSettings>

using namespace trunkline;

namespace {

int start(int &argc, char **argv, const DesktopOptions &options)
{
    const auto format = LogFormat::parse(options.loaded.settings.logFormat);
    Q_ASSERT(format);       // the settings table has parsed it before
    installLogging(*format, options.loaded.settings.logLevel, colorsOnStderr() ? LogFormat::Colors::On : LogFormat::Colors::Off);
    platform::raiseOpenFileLimit();
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("trunkline"));
    QApplication::setOrganizationName(QStringLiteral("trunkline"));
    QApplication::setApplicationVersion(QStringLiteral(TRUNKLINE_VERSION));
    QApplication::setQuitOnLastWindowClosed(false);
    QSettings settings;
    language::install(settings.value(QStringLiteral("language")).toString());
    Desktop desktop(options, settings);
    const platform::StopSignals signalWatch;
    QObject::connect(&signalWatch, &platform::StopSignals::received, &desktop, [&desktop] { desktop.stop("asked to"); });
    QObject::connect(&signalWatch, &platform::StopSignals::reloadRequested, &desktop, &Desktop::reload);
    QObject::connect(&desktop, &Desktop::finished, &application, &QCoreApplication::quit, Qt::QueuedConnection);
    logFirstPaint(desktop.window());
    desktop.show();
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    QStringList arguments = platform::arguments(argc, argv);
    arguments.removeFirst();
    if (arguments.value(0) == u"--version" || arguments.value(0) == u"-v")
        return printOut(QStringLiteral("trunkline-desktop " TRUNKLINE_VERSION "\n")) ? ExitFine : ExitCheckFailed;
    const QString typed = qEnvironmentVariable("TRUNKLINE_COMMAND");
    const auto options = parseDesktopOptions(typed.isEmpty() ? QStringLiteral("trunkline") : typed, arguments);
    if (!options) {
        printError(QStringLiteral("trunkline-desktop: ") + options.error().detail);
        return ExitUsage;
    }
    if (options->help)
        return printOut(desktopHelp(QStringLiteral("trunkline-desktop"))) ? ExitFine : ExitCheckFailed;
    if (options->checkConfig) {
        for (const QString &warning : options->loaded.warnings)
            printError(QStringLiteral("warning: ") + warning);
        const QByteArray text = options->json ? settingsJson(options->loaded) : describeSettings(options->loaded).toUtf8();
        return printOut(text) ? ExitFine : ExitCheckFailed;
    }
    return start(argc, argv, *options);
}
