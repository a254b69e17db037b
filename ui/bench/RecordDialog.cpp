// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/RecordDialog.h"

#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>

namespace trunkline {

namespace {

const QString kFolder = QStringLiteral("capture/folder");
const QString kMasked = QStringLiteral("capture/redact");
const QString kSize = QStringLiteral("capture/size");

}

QByteArrayList pathsIn(const QString &text)
{
    QByteArrayList paths;
    for (const QString &part : text.split(u',')) {
        if (const QByteArray path = part.trimmed().toUtf8(); !path.isEmpty())
            paths << path;
    }
    return paths;
}

RecordDialog::RecordDialog(QSettings &settings, QWidget *parent)
    : QDialog(parent), m_settings(settings), m_path(new QLineEdit), m_size(new QSpinBox), m_keep(new QSpinBox), m_masked(new QLineEdit), m_problem(new QLabel)
{
    setObjectName(QStringLiteral("recordDialog"));
    setWindowTitle(tr("Record"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *text = new QLabel(tr("Writes every message on both legs into a capture, from now until you stop. Names, texts and ids go in as they are."));
    text->setWordWrap(true);
    text->setProperty("role", QStringLiteral("muted"));
    m_problem->setProperty("role", QStringLiteral("failed"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->setSpacing(12);
    layout->addWidget(text);
    layout->addWidget(makeFields());
    layout->addWidget(m_problem);
    layout->addWidget(makeButtons());
    resize(560, sizeHint().height());
}

QWidget *RecordDialog::makeFields()
{
    const QString folder = m_settings.value(kFolder, QStandardPaths::writableLocation(QStandardPaths::HomeLocation)).toString();
    const QString name = QStringLiteral("hub-%1.trunk").arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
    m_path->setText(QDir::toNativeSeparators(QDir(folder).filePath(name)));
    m_path->setAccessibleName(tr("File"));
    auto *browse = new QPushButton(tr("Choose…"));
    browse->setAutoDefault(false);
    browse->setObjectName(QStringLiteral("recordBrowse"));
    connect(browse, &QPushButton::clicked, this, &RecordDialog::askWhereTo);
    auto *file = new QHBoxLayout;
    file->addWidget(m_path, 1);
    file->addWidget(browse);
    for (QSpinBox *box : {m_size, m_keep})
        box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_size->setRange(0, 1'000'000);
    m_size->setSuffix(tr(" MiB"));
    m_size->setSpecialValueText(tr("no bound"));
    m_size->setValue(m_settings.value(kSize, 0).toInt());
    m_size->setAccessibleName(tr("Size of a part"));
    m_keep->setRange(1, 1000);
    m_keep->setValue(3);
    m_keep->setAccessibleName(tr("Parts that stay"));
    auto *size = new QHBoxLayout;
    size->addWidget(m_size);
    size->addSpacing(12);
    size->addWidget(new QLabel(tr("then a new part; the newest that stay:")));
    size->addWidget(m_keep);
    size->addStretch();
    m_masked->setText(m_settings.value(kMasked).toString());
    m_masked->setPlaceholderText(QStringLiteral("data.token, *.password"));
    m_masked->setAccessibleName(tr("Paths whose values are masked"));
    auto *fields = new QWidget;
    auto *form = new QFormLayout(fields);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("File"), file);
    form->addRow(tr("At most"), size);
    form->addRow(tr("Mask"), m_masked);
    return fields;
}

QWidget *RecordDialog::makeButtons()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    auto *start = new QPushButton(tr("Record"));
    start->setObjectName(QStringLiteral("primary"));
    start->setDefault(true);
    connect(start, &QPushButton::clicked, this, [this] {
        m_settings.setValue(kFolder, QFileInfo(m_path->text()).path());
        m_settings.setValue(kMasked, m_masked->text());
        m_settings.setValue(kSize, m_size->value());
        Q_EMIT startWanted();
    });
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(start);
    return bar;
}

void RecordDialog::askWhereTo()
{
    auto *dialog = new QFileDialog(this, tr("Record to"), m_path->text(), tr("Captures (*.trunk)"));
    dialog->setObjectName(QStringLiteral("recordFileDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("trunk"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) { m_path->setText(QDir::toNativeSeparators(path)); });
    dialog->open();
}

CaptureFile::Options RecordDialog::file() const
{
    return {.path = QDir::fromNativeSeparators(m_path->text().trimmed()), .maxBytes = m_size->value() * 1024LL * 1024LL, .keep = m_keep->value()};
}

QByteArrayList RecordDialog::redact() const
{
    return pathsIn(m_masked->text());
}

void RecordDialog::showProblem(const QString &text)
{
    m_problem->setText(text);
    m_problem->show();
}

} // namespace trunkline
