// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/language/Language.h"

#include <QCoreApplication>
#include <QFile>
#include <QLibraryInfo>
#include <QTranslator>

#include <memory>

// Outside any namespace, as the macro wants it.
static void initTranslations()
{
#ifdef TRUNKLINE_TRANSLATIONS
    Q_INIT_RESOURCE(translations);
#endif
}

namespace trunkline::language {

namespace {

const QString kFolder = QStringLiteral(":/translations");

/// The language that was found, empty when there is none.
QString load(const QLocale &locale, const QString &name, const QString &folder)
{
    auto translator = std::make_unique<QTranslator>(QCoreApplication::instance());
    if (!translator->load(locale, name, QStringLiteral("_"), folder))
        return {};
    QCoreApplication::installTranslator(translator.get());
    return translator.release()->language();        // the application owns it
}

} // namespace

QList<Known> known()
{
    initTranslations();
    QList<Known> all{{{}, {}}, {QStringLiteral("en"), QStringLiteral("English")}};
    if (QFile::exists(kFolder + QStringLiteral("/trunkline_zh_CN.qm")))
        all << Known{QStringLiteral("zh_CN"), QString::fromUtf8("简体中文")};
    return all;
}

QString install(const QString &wanted, const QLocale &system)
{
    QLocale locale = system;
    for (const Known &one : known()) {
        if (!one.code.isEmpty() && one.code == wanted)
            locale = QLocale(wanted);
    }
    // English is loaded too: it knows the plurals. The one that is installed last is asked first.
    load(QLocale(QLocale::English), QStringLiteral("trunkline"), kFolder);
    if (locale.language() == QLocale::English)
        return QStringLiteral("en");
    if (locale.script() == QLocale::SimplifiedHanScript)
        locale = QLocale(QLocale::Chinese, QLocale::China);         // Singapore, Malaysia
    const QString found = load(locale, QStringLiteral("trunkline"), kFolder);
    if (found.isEmpty())
        return QStringLiteral("en");
    load(locale, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));       // the buttons of Qt's dialogs
    return found;
}

} // namespace trunkline::language
