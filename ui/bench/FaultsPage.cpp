// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/FaultsPage.h"

#include "ui/bench/YamlEditor.h"

#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSpinBox>

#include <algorithm>

namespace trunkline {

/// What a kind of fault is called, and what it has besides its rate.
struct FaultKind
{
    enum class Takes { Nothing, Time, TimeOrEnd, Bytes, Code };
    const char *name;
    const char *title;
    bool outOnly;
    Takes takes;
};

namespace {

using Takes = FaultKind::Takes;

constexpr FaultKind kKinds[] = {
    {"drop", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Drop: it does not come"), false, Takes::Nothing},
    {"delay", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Delay: it comes later, those behind it wait"), false, Takes::Time},
    {"duplicate", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Duplicate: it comes twice"), false, Takes::Nothing},
    {"reorder", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Reorder: the next one overtakes it"), false, Takes::Nothing},
    {"truncate", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Truncate: only its beginning comes"), false, Takes::Bytes},
    {"split", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Split: in two frames, inside of a character"), true, Takes::Nothing},
    {"close", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Close: the session ends instead"), false, Takes::Code},
    {"half_close", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Half-close: nothing more is written to the client"), true, Takes::Nothing},
    {"stall", QT_TRANSLATE_NOOP("trunkline::FaultsPage", "Stall: nothing passes for a while"), false, Takes::TimeOrEnd},
};

QByteArray quoted(const QString &text)
{
    QByteArray out = "\"";
    for (const char c : text.toUtf8())
        out += c == '"' || c == '\\' ? QByteArray("\\") + c : QByteArray(1, c);
    return out + '"';
}

QSpinBox *number(int least, int most, int value, const QString &suffix, const QString &name)
{
    auto *box = new QSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    box->setSuffix(suffix);
    box->setAccessibleName(name);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setMaximumWidth(120);
    return box;
}

} // namespace

FaultsPage::FaultsPage(const Theme &theme, QWidget *parent)
    : BenchPage(theme, &BenchDesk::faultsChanged, parent), m_file(new YamlEditor(theme, tr("The same as a file"))), m_user(new QLineEdit),
      m_direction(new QComboBox), m_seed(number(0, 999'999'999, 1, {}, tr("Seed"))), m_apply(head().addButton("faultsApply", tr("Put in force"))),
      m_off(head().addButton("faultsOff", tr("Switch off")))
{
    connect(head().addButton("faultsCopy", tr("Copy as a file")), &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(QString::fromUtf8(yaml())); });
    connect(m_apply, &QPushButton::clicked, this, &FaultsPage::apply);
    connect(m_off, &QPushButton::clicked, this, [this] {
        if (desk())
            desk()->setFaults({}, 0);
    });
    m_file->setReadOnly(true);
    m_file->field().setLineWrapMode(QPlainTextEdit::WidgetWidth);
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setWidget(makeForm());
    area->setMinimumWidth(std::min(area->widget()->minimumSizeHint().width() + 16, 720));     // in a small window the file gives way
    setParts(area, 720, m_file, 460);
    connect(m_user, &QLineEdit::textChanged, this, &FaultsPage::refreshFile);
    connect(m_direction, &QComboBox::currentIndexChanged, this, &FaultsPage::refreshFile);
    connect(m_seed, &QSpinBox::valueChanged, this, &FaultsPage::refreshFile);
    refreshFile();
    refresh();
}

QWidget *FaultsPage::makeForm()
{
    auto *form = new QWidget;
    auto *grid = new QGridLayout(form);
    grid->setContentsMargins(16, 8, 16, 16);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    m_user->setPlaceholderText(tr("everybody; or a pattern such as ^flaky"));
    m_user->setAccessibleName(tr("Users that are struck, as a regular expression"));
    m_direction->addItems({tr("both ways"), tr("to the client"), tr("from the client")});
    m_direction->setAccessibleName(tr("Direction"));
    const auto caption = [](const QString &text) {
        auto *label = new QLabel(text);
        label->setProperty("role", QStringLiteral("muted"));
        return label;
    };
    grid->addWidget(caption(tr("Users")), 0, 0);
    grid->addWidget(m_user, 0, 1, 1, 3);
    grid->addWidget(caption(tr("Direction")), 1, 0);
    grid->addWidget(m_direction, 1, 1, 1, 2);
    m_seed->setPrefix(tr("Seed") % u' ');
    grid->addWidget(m_seed, 1, 3);
    grid->addWidget(caption(tr("Fault")), 2, 0);
    grid->addWidget(caption(tr("of the messages")), 2, 1);
    int row = 3;
    for (const FaultKind &kind : kKinds)
        addRow(grid, row++, kind);
    auto *hint = caption(tr("Faults meet clients that connect after they were put in force. The same seed and the same messages give the same faults."));
    hint->setWordWrap(true);
    hint->setMinimumWidth(200);
    grid->addWidget(hint, row, 0, 1, 4);
    grid->setColumnStretch(0, 1);
    grid->setRowStretch(row + 1, 1);
    return form;
}

void FaultsPage::addRow(QGridLayout *grid, int at, const FaultKind &kind)
{
    Row row{kind.name, kind.outOnly, new QLabel(tr(kind.title)), new QDoubleSpinBox, nullptr, nullptr};
    row.rate->setRange(0, 100);
    row.rate->setDecimals(1);
    row.rate->setButtonSymbols(QAbstractSpinBox::NoButtons);
    row.rate->setMaximumWidth(90);
    row.rate->setSuffix(QStringLiteral(" %"));
    row.rate->setAccessibleName(tr(kind.title));
    row.rate->setObjectName(QStringLiteral("rate_") % QLatin1StringView(kind.name));
    switch (kind.takes) {
    case Takes::Nothing: break;
    case Takes::Time:
        row.amount = number(1, 600'000, 200, tr(" ms"), tr("Delay"));
        row.jitter = number(0, 600'000, 0, tr(" ms jitter"), tr("Jitter"));
        break;
    case Takes::TimeOrEnd:
        row.amount = number(0, 600'000, 1'000, tr(" ms"), tr("Stall"));
        row.amount->setSpecialValueText(tr("to the end"));
        break;
    case Takes::Bytes:
        row.amount = number(0, 1'000'000, 0, tr(" bytes"), tr("What is left"));
        row.amount->setSpecialValueText(tr("half of it"));
        break;
    case Takes::Code: row.amount = number(1000, 4999, 1011, {}, tr("Close code")); break;
    }
    grid->addWidget(row.label, at, 0);
    grid->addWidget(row.rate, at, 1);
    connect(row.rate, &QDoubleSpinBox::valueChanged, this, &FaultsPage::refreshFile);
    int column = 2;
    for (QSpinBox *box : {row.amount, row.jitter}) {
        if (!box)
            continue;
        grid->addWidget(box, at, column++);
        connect(box, &QSpinBox::valueChanged, this, &FaultsPage::refreshFile);
    }
    m_rows.push_back(row);
}

void FaultsPage::setRate(const QByteArray &kind, double percent)
{
    for (const Row &row : m_rows) {
        if (row.kind == kind)
            row.rate->setValue(percent);
    }
}

QByteArray FaultsPage::yaml() const
{
    QByteArray head;
    if (!m_user->text().isEmpty())
        head += "user: {$matches: " + quoted(m_user->text()) + "}, ";
    const int direction = m_direction->currentIndex();
    QByteArray rules;
    for (const Row &row : m_rows) {
        if (row.rate->value() <= 0 || (row.outOnly && direction == 2))
            continue;
        rules += "  - {" + head;
        if (direction > 0 || row.outOnly)
            rules += direction == 2 ? "direction: in, " : "direction: out, ";
        rules += "probability: " + QByteArray::number(row.rate->value() / 100, 'g', 6) + ", do: " + row.kind;
        if (row.kind == "close")
            rules += ", code: " + QByteArray::number(row.amount->value()) + ", reason: on purpose";
        else if (row.kind == "truncate" && row.amount->value() > 0)
            rules += ", bytes: " + QByteArray::number(row.amount->value());
        else if (row.kind == "delay" || (row.kind == "stall" && row.amount->value() > 0))
            rules += ", by: " + QByteArray::number(row.amount->value()) + "ms";
        if (row.jitter && row.jitter->value() > 0)
            rules += ", jitter: " + QByteArray::number(row.jitter->value()) + "ms";
        rules += "}\n";
    }
    return "seed: " + QByteArray::number(m_seed->value()) + "\nfaults:" + (rules.isEmpty() ? QByteArray(" []\n") : '\n' + rules);
}

void FaultsPage::apply()
{
    FileProblems problems;
    const auto file = BotFile::read(yaml(), problems);
    m_file->showProblems(problems);
    if (file && desk())
        desk()->setFaults(file->faults, file->seed);
}

void FaultsPage::refreshFile()
{
    m_file->setText(yaml());
    for (const Row &row : m_rows)
        row.rate->setEnabled(!(row.outOnly && m_direction->currentIndex() == 2));
    refresh();
}

void FaultsPage::refresh()
{
    const bool mine = desk() && desk()->canSetFaults();
    const int inForce = view() ? view()->snapshot()->faultRules : 0;
    bool any = false;
    for (const Row &row : m_rows)
        any = any || row.rate->value() > 0;
    m_apply->setEnabled(mine && any);
    m_off->setEnabled(mine && (inForce > 0 || desk()->faultRules() > 0));
    if (inForce > 0)
        head().showState(tr("ON: %n rules", nullptr, inForce), Token::Failed);
    else if (desk() && desk()->faultRules() > 0)
        head().showState(tr("Switching on"), Token::Late);
    else if (desk() && !mine)
        head().showState(tr("That hub is in another process: its faults are set where it was started (serve --bots FILE)"), Token::Muted);
    else
        head().showState(desk() ? tr("Off") : tr("There is no hub here"), Token::Muted);
}

} // namespace trunkline
