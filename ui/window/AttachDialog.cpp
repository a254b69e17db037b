// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/AttachDialog.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSettings>

namespace trunkline {

namespace {

const QString kRecent = QStringLiteral("attach/recent");

/// "ci:8080" means http://ci:8080.
QUrl urlOf(const QString &typed)
{
    const QString text = typed.trimmed();
    if (text.isEmpty())
        return {};
    QUrl url(text.contains(QStringLiteral("://")) ? text : QString(QStringLiteral("http://") % text), QUrl::StrictMode);
    const bool usable = url.isValid() && !url.host().isEmpty() && (url.scheme() == u"http" || url.scheme() == u"https");
    return usable ? url.adjusted(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment) : QUrl();
}

} // namespace

AttachDialog::AttachDialog(const Theme &theme, const WindowHost &host, QSettings &settings, QWidget *parent)
    : QDialog(parent), m_host(host), m_settings(settings), m_list(new QListWidget), m_listTitle(new QLabel), m_url(new QLineEdit),
      m_token(new QLineEdit), m_insecure(new QCheckBox(tr("Take any certificate"))), m_remark(new QLabel)
{
    setObjectName(QStringLiteral("attachDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Attach to a hub"));
    m_listTitle->setProperty("role", QStringLiteral("muted"));
    m_list->setObjectName(QStringLiteral("framed"));
    m_list->setAccessibleName(tr("Hubs on this computer and those watched lately"));
    m_list->setFont(theme.fixedFont());
    m_list->setFixedHeight(theme.scaled(24) * 5 + 2);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0 && row < m_places.size())
            show(m_places[row]);
    });
    connect(m_list, &QListWidget::itemActivated, this, [this] { accept(); });
    m_url->setFont(theme.fixedFont());
    m_token->setFont(theme.fixedFont());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(10);
    layout->addWidget(m_listTitle);
    layout->addWidget(m_list);
    layout->addWidget(makeFields());
    m_remark->setProperty("role", QStringLiteral("muted"));
    m_remark->setWordWrap(true);
    m_remark->setMinimumHeight(m_remark->fontMetrics().height() * 2);
    m_remark->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    layout->addWidget(m_remark);
    layout->addWidget(makeButtons());
    connect(m_url, &QLineEdit::textChanged, this, &AttachDialog::check);
    fillList();
    check();
    m_url->setFocus();
    resize(theme.scaled(560), sizeHint().height());
}

QWidget *AttachDialog::makeFields()
{
    auto *fields = new QWidget;
    auto *form = new QFormLayout(fields);
    form->setContentsMargins(0, 4, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_url->setPlaceholderText(QStringLiteral("http://127.0.0.1:8080"));
    m_url->setAccessibleName(tr("URL of the hub"));
    m_url->setObjectName(QStringLiteral("attachUrl"));
    m_token->setPlaceholderText(tr("an AUTH_TOKENS entry, or the token of the ready file"));
    m_token->setAccessibleName(tr("Token"));
    m_token->setObjectName(QStringLiteral("attachToken"));
    m_token->setEchoMode(QLineEdit::Password);
    form->addRow(tr("URL"), m_url);
    form->addRow(tr("Token"), m_token);
    form->addRow(QString(), m_insecure);
    return fields;
}

QWidget *AttachDialog::makeButtons()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    auto *file = new QPushButton(tr("Ready file…"));
    file->setObjectName(QStringLiteral("attachReadyFile"));
    file->setToolTip(tr("A hub writes its address and token there: serve --ready-file PATH"));
    file->setAutoDefault(false);
    connect(file, &QPushButton::clicked, this, &AttachDialog::askForReadyFile);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_attach = new QPushButton(tr("Attach"));
    m_attach->setObjectName(QStringLiteral("primary"));
    m_attach->setDefault(true);
    connect(m_attach, &QPushButton::clicked, this, &AttachDialog::accept);
    row->addWidget(file);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(m_attach);
    return bar;
}

void AttachDialog::fillList()
{
    m_places = m_host.runningHubs();
    QStringList known;
    for (const HubPlace &place : std::as_const(m_places))
        known << place.url.toString();
    for (const QString &text : m_settings.value(kRecent).toStringList()) {
        if (!known.contains(text) && QUrl(text).isValid())
            m_places << HubPlace{QUrl(text), {}, false, tr("watched lately")};
    }
    for (const HubPlace &place : std::as_const(m_places))
        m_list->addItem(place.url.toString().leftJustified(32) % place.note);
    m_listTitle->setText(m_places.isEmpty() ? tr("No other hub of yours runs on this computer.") : tr("On this computer, and watched lately"));
    m_list->setVisible(!m_places.isEmpty());
}

void AttachDialog::show(const HubPlace &place)
{
    m_url->setText(place.url.toString());
    m_token->setText(QString::fromUtf8(place.token));
    m_insecure->setChecked(place.insecure);
}

HubPlace AttachDialog::place() const
{
    return {urlOf(m_url->text()), m_token->text().trimmed().toUtf8(), m_insecure->isChecked(), {}};
}

void AttachDialog::check()
{
    const QUrl url = urlOf(m_url->text());
    m_attach->setEnabled(!url.isEmpty());
    m_insecure->setEnabled(url.scheme() == u"https");
    m_remark->setText(m_url->text().trimmed().isEmpty() ? tr("A window that watches a hub elsewhere needs a token there; one with the role admin may also give orders.")
                      : url.isEmpty() ? tr("That is no URL of a hub: host and port, such as ci:8080 or https://hub.example.com")
                                      : tr("Watches %1").arg(url.toString()));
}

bool AttachDialog::loadReadyFile(const QString &path)
{
    const auto place = m_host.readReadyFile(path);
    if (!place) {
        m_remark->setText(tr("%1 is no ready file of a hub.").arg(path));
        return false;
    }
    show(*place);
    return true;
}

void AttachDialog::askForReadyFile()
{
    auto *dialog = new QFileDialog(this, tr("Ready file of a hub"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setNameFilters({tr("Ready files (*.json)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::fileSelected, this, &AttachDialog::loadReadyFile);
    dialog->open();
}

void AttachDialog::accept()
{
    const HubPlace wanted = place();
    if (wanted.url.isEmpty())
        return;
    QStringList recent = m_settings.value(kRecent).toStringList();
    recent.removeAll(wanted.url.toString());
    recent.prepend(wanted.url.toString());
    m_settings.setValue(kRecent, QStringList(recent.mid(0, kMostRecent)));
    Q_EMIT chosen(wanted);
    QDialog::accept();
}

} // namespace trunkline
