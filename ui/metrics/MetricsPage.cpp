// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metrics/MetricsPage.h"

#include "ui/metrics/LineChart.h"
#include "ui/models/Format.h"
#include "ui/theme/ElidedLabel.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QTableWidget>
#include <QToolButton>

namespace trunkline {

namespace {

constexpr int kMostPoints = 300;        // of one line; longer spans are averaged

/// The mean of what came together; of what has peaks, the highest.
MetricsSample meanOf(const MetricsSample *first, const MetricsSample *end)
{
    MetricsSample mean = *first;
    for (const MetricsSample *each = first + 1; each < end; ++each) {
        mean.inPerSecond += each->inPerSecond;
        mean.outPerSecond += each->outPerSecond;
        mean.errorsPerSecond += each->errorsPerSecond;
        mean.sessions = std::max(mean.sessions, each->sessions);
        mean.p50 = std::max(mean.p50, each->p50);
        mean.p99 = std::max(mean.p99, each->p99);
        mean.at = each->at;
    }
    const auto count = static_cast<double>(end - first);
    mean.inPerSecond /= count;
    mean.outPerSecond /= count;
    mean.errorsPerSecond /= count;
    return mean;
}

/// The samples of the last `seconds`, joined so that about kMostPoints are left. Which belong together is a matter of the clock and not
/// of where the chart begins: a peak keeps its shape while it moves along.
QList<MetricsSample> joined(const std::deque<MetricsSample> &samples, int seconds)
{
    if (samples.empty())
        return {};
    const int step = std::max(1, seconds / kMostPoints);
    const auto bucketOf = [step](const MetricsSample &sample) { return sample.at.count() / 1000 / step; };
    const auto oldest = samples.back().at - std::chrono::seconds(seconds);
    QList<MetricsSample> out;
    std::vector<MetricsSample> bucket;
    const auto close = [&] {
        if (!bucket.empty())
            out << meanOf(bucket.data(), bucket.data() + bucket.size());
        bucket.clear();
    };
    for (const MetricsSample &sample : samples) {
        if (sample.at < oldest)
            continue;
        if (!bucket.empty() && (step == 1 || bucketOf(sample) != bucketOf(bucket.front())))
            close();
        bucket.push_back(sample);
    }
    close();
    return out;
}

} // namespace

MetricsPage::MetricsPage(const Theme &theme, const MetricsHistory &history, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_history(history), m_stack(new QStackedWidget), m_spans(new QButtonGroup(this)), m_table(new QTableWidget),
      m_messages(new LineChart(theme, tr("Messages a second"), {}, {{tr("in"), Token::Upstream}, {tr("out"), Token::Hub}})),
      m_sessions(new LineChart(theme, tr("Sessions"), {}, {{tr("connected"), Token::Client}})),
      m_latency(new LineChart(theme, tr("Time to the first reply"), tr(" ms"), {{tr("p50"), Token::Client}, {tr("p99"), Token::Late}})),
      m_errors(new LineChart(theme, tr("Errors a second"), {}, {{tr("errors"), Token::Failed}}))
{
    auto *charts = new QWidget;
    auto *grid = new QGridLayout(charts);
    grid->setContentsMargins(4, 0, 4, 0);
    grid->setSpacing(0);
    grid->addWidget(m_messages, 0, 0);
    grid->addWidget(m_latency, 0, 1);
    grid->addWidget(m_sessions, 1, 0);
    grid->addWidget(m_errors, 1, 1);
    m_table->setColumnCount(7);
    m_table->setHorizontalHeaderLabels({tr("Time"), tr("In/s"), tr("Out/s"), tr("Sessions"), tr("p50 ms"), tr("p99 ms"), tr("Errors/s")});
    m_table->setAccessibleName(tr("Metrics as a table"));
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(charts);
    m_stack->addWidget(m_table);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_stack, 1);
}

QWidget *MetricsPage::makeBar()
{
    auto *bar = new QWidget;
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(12, 6, 12, 0);
    row->setSpacing(2);
    for (const int minutes : {1, 5, 30}) {
        auto *button = new QToolButton;
        button->setText(tr("%n min", nullptr, minutes));
        button->setCheckable(true);
        button->setChecked(minutes == m_minutes);
        m_spans->addButton(button, minutes);
        row->addWidget(button);
    }
    connect(m_spans, &QButtonGroup::idClicked, this, &MetricsPage::setMinutes);
    row->addStretch();
    m_delivery = new ElidedLabel;
    m_delivery->setProperty("role", QStringLiteral("muted"));
    m_delivery->setAccessibleName(tr("What waits for clients"));
    row->addWidget(m_delivery);
    row->addSpacing(12);
    auto *table = new QToolButton;
    table->setText(tr("As a table"));
    table->setCheckable(true);
    connect(table, &QToolButton::toggled, this, &MetricsPage::setTableShown);
    row->addWidget(table);
    return bar;
}

void MetricsPage::setMinutes(int minutes)
{
    m_minutes = minutes;
    if (QAbstractButton *button = m_spans->button(minutes))
        button->setChecked(true);
    refresh();
}

void MetricsPage::setTableShown(bool shown)
{
    m_stack->setCurrentIndex(shown ? 1 : 0);
    refresh();
}

void MetricsPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

void MetricsPage::refresh()
{
    if (!isVisible())
        return;
    showDelivery();
    if (m_stack->currentIndex() == 1) {
        fillTable();
        return;
    }
    const int seconds = m_minutes * 60;
    QList<QPointF> in, out, sessions, p50, p99, errors;
    const QList<MetricsSample> samples = joined(m_history.samples(), seconds);
    for (const MetricsSample &sample : samples) {
        const double x = static_cast<double>((sample.at - m_history.samples().back().at).count()) / 1000.0;
        in << QPointF(x, sample.inPerSecond);
        out << QPointF(x, sample.outPerSecond);
        sessions << QPointF(x, sample.sessions);
        errors << QPointF(x, sample.errorsPerSecond);
        if (sample.p50 >= 0)
            p50 << QPointF(x, sample.p50);
        if (sample.p99 >= 0)
            p99 << QPointF(x, sample.p99);
    }
    m_messages->show({in, out}, seconds);
    m_sessions->show({sessions}, seconds);
    m_latency->show({p50, p99}, seconds);
    m_errors->show({errors}, seconds);
}

/// Nothing is said of what is zero: mostly the line is empty.
void MetricsPage::showDelivery()
{
    const DeliveryState &now = m_history.delivery();
    QStringList parts;
    if (now.waitingReceipts > 0)
        parts << tr("%1 wait for a receipt").arg(format::count(quint64(now.waitingReceipts)));
    if (now.blockedPushes > 0)
        parts << tr("%1 wait for a slow reader").arg(format::count(quint64(now.blockedPushes)));
    if (now.queuedBytes > 0)
        parts << tr("%1 queued").arg(format::bytes(now.queuedBytes));
    if (now.dropped > 0)
        parts << tr("%1 dropped").arg(format::count(now.dropped));
    if (now.unacknowledged > 0)
        parts << tr("%1 not acknowledged").arg(format::count(now.unacknowledged));
    if (now.backplane.link == BackplaneState::Link::Up) {
        const auto rate = [](double value) { return format::count(static_cast<quint64>(value + 0.5)); };
        parts << tr("backplane %1, %2/s out, %3/s in").arg(now.backplane.latencyMicroseconds < 0 ? tr("up") : format::duration(std::chrono::microseconds(now.backplane.latencyMicroseconds)),
                                                           rate(now.publishedPerSecond), rate(now.receivedPerSecond));
    } else if (now.backplane.link == BackplaneState::Link::Down) {
        parts << tr("backplane unavailable: %1").arg(QString::fromUtf8(now.backplane.problem));
    }
    if (now.backplane.lost > 0)
        parts << tr("%1 lost on the backplane").arg(format::count(now.backplane.lost));
    m_delivery->setText(parts.join(QStringLiteral(" · ")));
}

void MetricsPage::fillTable()
{
    const QList<MetricsSample> samples = joined(m_history.samples(), m_minutes * 60);
    m_table->setRowCount(static_cast<int>(samples.size()));
    for (qsizetype i = 0; i < samples.size(); ++i) {
        const MetricsSample &sample = samples[samples.size() - 1 - i];
        const auto number = [](double value) { return value < 0 ? QString(QChar(0x2013)) : QString::number(value, 'f', 1); };
        const QString cells[] = {format::timeOfDay(sample.at).left(8), number(sample.inPerSecond), number(sample.outPerSecond),
                                 QString::number(sample.sessions), number(sample.p50), number(sample.p99), number(sample.errorsPerSecond)};
        for (int column = 0; column < 7; ++column) {
            auto *item = new QTableWidgetItem(cells[column]);
            item->setFont(m_theme.fixedFont());
            item->setTextAlignment(Qt::AlignVCenter | (column == 0 ? Qt::AlignLeft : Qt::AlignRight));
            m_table->setItem(static_cast<int>(i), column, item);
        }
    }
}

} // namespace trunkline
