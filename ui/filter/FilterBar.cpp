// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/FilterBar.h"

#include "ui/filter/FilterHelp.h"
#include "ui/filter/RowColorNames.h"

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QTimer>
#include <QToolButton>

namespace trunkline {

namespace {

const QString kHighlight = QStringLiteral("filter/highlight");
constexpr int kNameLetters = 24;        // of a chip; the whole text is in its tooltip
constexpr int kRow = 40;
constexpr int kChip = 25;

} // namespace

FilterBar::FilterBar(const Theme &theme, QSettings &settings, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_saved(settings), m_field(new FilterField(theme, this)), m_layout(new QHBoxLayout(this)),
      m_highlightChip(new QPushButton(tr("highlighting"), this)), m_more(new QToolButton(this))
{
    setObjectName(QStringLiteral("filterRow"));
    setAttribute(Qt::WA_StyledBackground);
    m_layout->setContentsMargins(12, 5, 12, 5);
    m_layout->setSpacing(8);
    m_layout->addWidget(m_field, 1);
    m_highlightChip->setObjectName(QStringLiteral("chip"));
    m_highlightChip->setCheckable(true);
    m_highlightChip->setToolTip(tr("All rows are shown, those that pass are marked. Click to hide the others again."));
    m_layout->addWidget(m_highlightChip);
    m_more->setObjectName(QStringLiteral("bare"));
    m_more->setAccessibleName(tr("More about filters"));
    m_more->setToolTip(tr("Save, highlight, help"));
    m_layout->addWidget(m_more);
    makeActions(settings);
    connect(m_more, &QToolButton::clicked, this, &FilterBar::showMenu);
    connect(m_highlightChip, &QPushButton::clicked, m_highlight, [this] { m_highlight->setChecked(false); });
    connect(m_field, &FilterField::filterChanged, this, [this] {
        m_saved.noteUsed(m_field->filter().text());
        m_field->setRecent(m_saved.recent());
        Q_EMIT filterChanged();
    });
    connect(m_field, &FilterField::checked, this, &FilterBar::refreshChips);
    connect(m_field, &FilterField::left, this, &FilterBar::left);
    connect(m_field, &FilterField::helpWanted, this, &FilterBar::showHelp);
    m_field->setRecent(m_saved.recent());
    connect(&theme, &Theme::changed, this, &FilterBar::refreshTheme);
    rebuildChips();
    refreshTheme();
}

void FilterBar::makeActions(QSettings &settings)
{
    m_save = new QAction(tr("Save this filter"), this);
    m_save->setObjectName(QStringLiteral("actionSaveFilter"));
    m_save->setShortcut(QKeySequence(QStringLiteral("Ctrl+D")));
    m_save->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_save);
    connect(m_save, &QAction::triggered, this, &FilterBar::save);
    m_highlight = new QAction(tr("Highlight instead of hide"), this);
    m_highlight->setObjectName(QStringLiteral("actionHighlight"));
    m_highlight->setCheckable(true);
    m_highlight->setChecked(settings.value(kHighlight).toBool());
    m_highlightChip->setVisible(m_highlight->isChecked());
    connect(m_highlight, &QAction::toggled, this, [this, &settings](bool on) {
        settings.setValue(kHighlight, on);
        m_highlightChip->setVisible(on);
        placeChips();
        Q_EMIT highlightingChanged(on);
    });
    m_help = new QAction(tr("What a filter can say"), this);
    m_help->setObjectName(QStringLiteral("actionFilterHelp"));
    connect(m_help, &QAction::triggered, this, &FilterBar::showHelp);
}

bool FilterBar::isHighlighting() const { return m_highlight->isChecked(); }

QSize FilterBar::sizeHint() const { return {640, m_theme.scaled(kRow)}; }

void FilterBar::refreshTheme()
{
    setFixedHeight(m_theme.scaled(kRow));
    m_field->setFixedHeight(m_theme.scaled(kRow) - 10);
    m_more->setIcon(m_theme.icon(QStringLiteral("more"), Token::Muted));
    m_save->setIcon(m_theme.icon(QStringLiteral("star")));
    m_help->setIcon(m_theme.icon(QStringLiteral("help")));
    placeChips();
}

void FilterBar::rebuildChips()
{
    for (const Chip &chip : m_chips)
        chip.button->deleteLater();
    m_chips.clear();
    for (const SavedFilter &saved : m_saved.all()) {
        auto *button = new QPushButton(QFontMetrics(font()).elidedText(saved.name, Qt::ElideRight, kNameLetters * fontMetrics().averageCharWidth()), this);
        button->setObjectName(QStringLiteral("chip"));
        button->setCheckable(true);
        button->setAccessibleName(tr("Filter %1").arg(saved.name));
        button->setToolTip(saved.text);
        button->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(button, &QPushButton::clicked, this, [this, text = saved.text] { use(text); });
        connect(button, &QWidget::customContextMenuRequested, this,
                [this, button, name = saved.name](const QPoint &at) { showChipMenu(name, button->mapToGlobal(at)); });
        m_layout->insertWidget(m_layout->indexOf(m_more), button);
        m_chips.push_back({saved.name, saved.text, saved.color, button});
    }
    refreshChips();
    placeChips();
    Q_EMIT colorsChanged();
}

void FilterBar::refreshChips()
{
    const QString text = m_field->text().trimmed();
    for (const Chip &chip : m_chips)
        chip.button->setChecked(chip.text == text);
    m_save->setEnabled(!text.isEmpty() && !m_field->error() && m_saved.nameOf(text).isEmpty());
}

/// The field keeps the larger part of the row.
void FilterBar::placeChips()
{
    int room = width() * 2 / 5 - (m_highlightChip->isHidden() ? 0 : m_highlightChip->sizeHint().width() + m_layout->spacing());
    m_highlightChip->setChecked(m_highlight->isChecked());
    m_highlightChip->setFixedHeight(m_theme.scaled(kChip));
    for (const Chip &chip : m_chips) {
        chip.button->setIcon(dot(chip.color));
        chip.button->setFixedHeight(m_theme.scaled(kChip));
        room -= chip.button->sizeHint().width() + m_layout->spacing();
        chip.button->setVisible(room >= 0);
    }
}

/// What the color of a row means is read here: the dot stands before the filter's name.
QIcon FilterBar::dot(const QString &color) const
{
    const auto tone = rowcolors::toneOf(color);
    if (!tone)
        return {};
    constexpr int side = 16;
    constexpr qreal ratio = 2;
    QPixmap pixmap(QSize(side, side) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.color(*tone));
    painter.drawEllipse(QRectF(4, 4, 8, 8));
    return QIcon(pixmap);
}

void FilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeChips();
}

void FilterBar::use(const QString &text)
{
    const bool isOn = m_field->text().trimmed() == text;
    setText(isOn ? QString() : text);
}

void FilterBar::addTerm(const QString &term)
{
    const QString old = m_field->filter().text();
    if (term.isEmpty() || old == term)
        return;
    const bool hasOr = old.contains(QLatin1StringView(" or "), Qt::CaseInsensitive) || old.contains(QLatin1StringView("||"));
    setText(old.isEmpty() ? term : (hasOr ? QString(u'(' % old % u')') : old) % u' ' % term);
}

void FilterBar::startTyping(const QString &typed)
{
    m_field->setFocus(Qt::ShortcutFocusReason);
    if (typed.isEmpty())
        m_field->selectAll();
    else
        m_field->setFilterText(typed);
}

void FilterBar::save()
{
    const QString text = m_field->text().trimmed();
    if (!text.isEmpty() && !m_field->error() && m_saved.save(text, text))
        rebuildChips();
}

void FilterBar::showMenu()
{
    QMenu menu(this);
    menu.addAction(m_save);
    menu.addAction(m_highlight);
    menu.addAction(m_help);
    bool first = true;
    for (const Chip &chip : m_chips) {
        if (!chip.button->isHidden())
            continue;
        if (std::exchange(first, false))
            menu.addSeparator();
        QAction *action = menu.addAction(chip.name);
        action->setCheckable(true);
        action->setChecked(chip.button->isChecked());
        connect(action, &QAction::triggered, this, [this, text = chip.text] { use(text); });
    }
    menu.exec(m_more->mapToGlobal(QPoint(m_more->width() - menu.sizeHint().width(), m_more->height() + 4)));
}

void FilterBar::showChipMenu(const QString &name, const QPoint &globalPosition)
{
    QMenu menu(this);
    // When the menu is gone: it takes the keyboard with it, and the edit line would end at once.
    menu.addAction(tr("Rename"), this, [this, name] { QTimer::singleShot(0, this, [this, name] { renameInPlace(name); }); });
    QAction *replace = menu.addAction(tr("Replace with the filter above"), this, [this, name] {
        m_saved.save(name, m_field->filter().text());
        rebuildChips();
    });
    replace->setEnabled(!m_field->filter().passesAll() && !m_field->error());
    const auto move = [this, name](int places) {
        m_saved.moveBy(name, places);
        rebuildChips();
    };
    menu.addAction(tr("Move left"), this, [move] { move(-1); });
    menu.addAction(tr("Move right"), this, [move] { move(1); });
    addColors(menu, name);
    menu.addSeparator();
    menu.addAction(tr("Remove"), this, [this, name] {
        m_saved.remove(name);
        rebuildChips();
    });
    menu.exec(globalPosition);
}

void FilterBar::addColors(QMenu &menu, const QString &name)
{
    const auto chip = std::find_if(m_chips.begin(), m_chips.end(), [&name](const Chip &each) { return each.name == name; });
    QMenu *below = menu.addMenu(tr("Color its rows"));
    auto *group = new QActionGroup(below);
    const auto add = [&](const QString &words, const QString &color) {
        QAction *action = below->addAction(dot(color), words, this, [this, name, color] {
            m_saved.setColor(name, color);
            rebuildChips();
        });
        action->setCheckable(true);
        action->setChecked(chip != m_chips.end() && chip->color == color);
        group->addAction(action);
    };
    add(tr("None"), {});
    for (const rowcolors::Color &color : rowcolors::all())
        add(color.words, color.name);
}

/// An edit line over the chip: Enter or a click elsewhere takes the name, Esc leaves it.
void FilterBar::renameInPlace(const QString &name)
{
    const auto chip = std::find_if(m_chips.begin(), m_chips.end(), [&name](const Chip &each) { return each.name == name; });
    if (chip == m_chips.end())
        return;
    auto *edit = new QLineEdit(name, this);
    edit->setAccessibleName(tr("New name of the filter"));
    edit->setGeometry(chip->button->geometry().adjusted(std::min(0, chip->button->width() - 140), 0, 0, 0));
    edit->selectAll();
    edit->show();
    edit->setFocus();
    auto *escape = new QAction(edit);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetShortcut);
    edit->addAction(escape);
    connect(escape, &QAction::triggered, edit, [edit, name] {
        edit->setText(name);
        edit->clearFocus();
    });
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, name] {
        edit->hide();
        edit->deleteLater();
        m_saved.rename(name, edit->text().trimmed());
        rebuildChips();
    });
}

void FilterBar::showHelp()
{
    if (!m_helpCard) {
        m_helpCard = new FilterHelp(m_theme, this);
        connect(m_helpCard, &FilterHelp::exampleChosen, this, [this](const QString &text) {
            setText(text);
            m_field->setFocus();
        });
    }
    m_helpCard->showBelow(m_field, m_field->record());
}

} // namespace trunkline
