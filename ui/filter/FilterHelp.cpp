// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/filter/FilterHelp.h"

#include <QCoreApplication>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

namespace trunkline {

FilterHelp::FilterHelp(const Theme &theme, QWidget *parent) : QFrame(parent, Qt::Popup), m_theme(theme), m_view(new QTextBrowser(this))
{
    setObjectName(QStringLiteral("filterHelp"));
    setFrameShape(QFrame::NoFrame);
    QFont plain;                // the rest is inherited
    plain.setStyleStrategy(QFont::PreferNoShaping);     // as Theme::fixedFont(): ">=" looks as it is typed
    m_view->setFont(plain);
    m_view->setAccessibleName(tr("What a filter can say"));
    m_view->setOpenLinks(false);
    m_view->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 6, 12);
    layout->addWidget(m_view);
    setFocusProxy(m_view);
    connect(m_view, &QTextBrowser::anchorClicked, this, [this](const QUrl &url) {
        hide();
        Q_EMIT exampleChosen(QString::fromUtf8(QByteArray::fromPercentEncoding(url.toEncoded().mid(2))));
    });
}

QString FilterHelp::text() const { return m_view->toPlainText(); }

void FilterHelp::showBelow(QWidget *field, filter::Record record)
{
    setStyleSheet(QStringLiteral("QFrame#filterHelp { background: %1; border: 1px solid %2; border-radius: 8px; }"
                                 "QTextBrowser { background: transparent; }")
                      .arg(m_theme.color(Token::Panel).name(), m_theme.color(Token::Hairline).name()));
    m_view->setHtml(html(record));
    m_view->document()->setTextWidth(m_theme.scaled(620));
    resize(m_theme.scaled(660), std::min(m_theme.scaled(600), int(m_view->document()->size().height()) + 28));
    move(field->mapToGlobal(QPoint(0, field->height() + 4)));
    show();
    m_view->setFocus();
}

QString FilterHelp::html(filter::Record record) const
{
    const QString mono = m_theme.fixedFont().family();
    const QString muted = m_theme.color(Token::Muted).name();
    const auto row = [&](const QString &example, const QString &note, bool isHere) {
        const QString link = QStringLiteral("f:") + QString::fromLatin1(QUrl::toPercentEncoding(example));
        return QStringLiteral("<tr><td style='padding:2px 18px 2px 0'><a href='%1' style='font-family:\"%2\";text-decoration:none;color:%3'>%4</a></td>"
                              "<td style='padding:2px 0;color:%5'>%6</td></tr>")
            .arg(link, mono, m_theme.color(isHere ? Token::Accent : Token::Muted).name(), example.toHtmlEscaped(), muted, note.toHtmlEscaped());
    };
    QString rows;
    for (const filter::FieldInfo &field : filter::fields()) {
        const bool isHere = record == filter::Record::Entry ? field.ofEntries : field.ofExchanges;
        QString note = QCoreApplication::translate("Filter", field.help);
        if (!field.words.empty())
            note += QStringLiteral(": ") + filter::wordsOf(field).join(QStringLiteral(", "));
        if (!isHere)
            note += record == filter::Record::Entry ? tr(" (exchanges only)") : tr(" (messages only)");
        rows += row(QString::fromLatin1(field.example), note, isHere);
    }
    QString more;
    more += row(QStringLiteral("user:bob,alice gap>300ms"), tr("a comma means any of; a space means and"), true);
    more += row(QStringLiteral("user:b* or not (kind:push or late>0)"), tr("or, not, parentheses; * stands for anything"), true);
    more += row(QStringLiteral("\"out of stock\""), tr("text in user, correlation id or payload"), true);
    more += row(QStringLiteral("data.order.id:42"), tr("a member of the payload; .type:x for one at the top; items[0].sku"), true);
    more += row(QStringLiteral("user~^(bob|alice)$"), tr("a regular expression"), true);
    more += row(QStringLiteral("latency>=1.5s"), tr("> >= < <= with us ms s m, and B k M"), true);
    more += row(QStringLiteral("user:Bob"), tr("upper case in a value makes it case-sensitive"), true);
    return QStringLiteral("<p style='margin:0 0 4px 0'><b>%1</b></p><table>%2</table><p style='margin:12px 0 4px 0'><b>%3</b></p><table>%4</table>")
        .arg(tr("How it is put together"), more, tr("Fields"), rows);
}

} // namespace trunkline
