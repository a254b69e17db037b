// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/CapsuleDialog.h"

#include "ui/bench/RecordDialog.h"
#include "ui/models/Format.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QTreeWidget>

namespace trunkline {

namespace {

/// An id as part of a file's name.
QString fileNameOf(const QByteArray &id)
{
    QString name;
    for (const QChar c : QString::fromUtf8(id).left(80))
        name += c.isLetterOrNumber() || c == u'-' || c == u'_' ? c : u'-';
    return name + QStringLiteral(".trunkcase");
}

QString whatItIs(const QByteArray &name)
{
    if (name.endsWith(".trunk"))
        return CapsuleDialog::tr("the messages, and the hub's settings without secrets");
    if (name.endsWith(".html"))
        return CapsuleDialog::tr("where the time went, for a browser; no scripts");
    if (name.endsWith(".md"))
        return CapsuleDialog::tr("the same for an issue tracker");
    return CapsuleDialog::tr("commands that play it again");
}

} // namespace

CapsuleDialog::CapsuleDialog(const Theme &theme, Capture capture, const QByteArray &correlation, QWidget *parent)
    : QDialog(parent), m_theme(theme), m_capture(std::move(capture)), m_correlation(correlation), m_preview(new QTreeWidget), m_masked(new QLineEdit),
      m_keep(new QCheckBox(tr("Leave in what looks like a secret"))), m_problem(new QLabel), m_save(new QPushButton(tr("Save…")))
{
    setObjectName(QStringLiteral("capsuleDialog"));
    setWindowTitle(tr("Make a capsule"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *text = new QLabel(tr("Bundles this exchange for somebody else. This goes out, and nothing else:"));
    text->setWordWrap(true);
    m_preview->setHeaderLabels({tr("What"), tr("Size"), tr("What it is")});
    m_preview->setAccessibleName(tr("What goes out"));
    m_preview->setRootIsDecorated(false);
    m_preview->header()->setStretchLastSection(true);
    m_preview->setObjectName(QStringLiteral("benchList"));
    m_masked->setPlaceholderText(tr("more paths, such as data.customer, *.email"));
    m_masked->setAccessibleName(tr("More paths whose values are masked"));
    m_problem->setProperty("role", QStringLiteral("failed"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_save->setObjectName(QStringLiteral("primary"));
    auto *cancel = new QPushButton(tr("Cancel"));
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &CapsuleDialog::askWhereTo);
    connect(m_masked, &QLineEdit::textChanged, this, &CapsuleDialog::refresh);
    connect(m_keep, &QCheckBox::toggled, this, &CapsuleDialog::refresh);
    auto *mask = new QHBoxLayout;
    mask->addWidget(new QLabel(tr("Mask")));
    mask->addWidget(m_masked, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(text);
    layout->addWidget(m_preview, 1);
    layout->addLayout(mask);
    layout->addWidget(m_keep);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    resize(theme.scaled(640), theme.scaled(420));
    refresh();
}

void CapsuleDialog::refresh()
{
    const auto capsule = makeCapsule(m_capture, {.correlation = m_correlation, .redact = pathsIn(m_masked->text()),
                                                 .secrets = m_keep->isChecked() ? Redaction::Secrets::Keep : Redaction::Secrets::Mask});
    m_preview->clear();
    m_save->setEnabled(capsule.has_value());
    m_problem->setVisible(!capsule);
    if (!capsule) {
        m_problem->setText(capsule.error().detail);
        return;
    }
    m_capsule = *capsule;
    for (const ZipEntry &file : m_capsule.files) {
        auto *item = new QTreeWidgetItem(m_preview, {QString::fromUtf8(file.name), format::bytes(file.bytes.size()), whatItIs(file.name)});
        item->setIcon(0, m_theme.icon(QStringLiteral("export"), Token::Muted));
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
    }
    for (const Redaction::Finding &finding : m_capsule.masked) {
        auto *item = new QTreeWidgetItem(m_preview, {QString::fromUtf8(finding.path), tr("masked"), tr("in %n messages", nullptr, finding.count)});
        item->setIcon(0, m_theme.icon(QStringLiteral("lock"), Token::Done));
        item->setForeground(1, m_theme.ink(Token::Done));
    }
    if (m_capsule.masked.empty())
        new QTreeWidgetItem(m_preview, {tr("Nothing is masked"), {}, m_keep->isChecked() ? tr("secrets go out as they are") : tr("nothing looks like a secret")});
    m_preview->resizeColumnToContents(0);
    m_preview->setColumnWidth(0, std::max(m_preview->columnWidth(0), m_theme.scaled(160)));
}

bool CapsuleDialog::saveTo(const QString &path)
{
    const QByteArray zip = toZip(m_capsule.files);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(zip) != zip.size() || !file.commit()) {
        m_problem->setText(tr("%1 cannot be written: %2").arg(path, file.errorString()));
        m_problem->show();
        return false;
    }
    Q_EMIT saved(path);
    accept();
    return true;
}

void CapsuleDialog::askWhereTo()
{
    auto *dialog = new QFileDialog(this, tr("Save the capsule"), fileNameOf(m_correlation), tr("Capsules (*.trunkcase)"));
    dialog->setObjectName(QStringLiteral("capsuleFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("trunkcase"));
    connect(dialog, &QFileDialog::fileSelected, this, &CapsuleDialog::saveTo);
    dialog->open();
}

} // namespace trunkline
