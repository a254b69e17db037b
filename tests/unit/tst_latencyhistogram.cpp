// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub/core/LatencyHistogram.h"

#include <QTest>

using namespace trunkline;

class TestLatencyHistogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void boundsAreInclusive()
    {
        LatencyHistogram histogram;
        for (const qint64 bound : LatencyHistogram::kBounds) {
            histogram.add(std::chrono::microseconds(bound));
            histogram.add(std::chrono::microseconds(bound + 1));
        }
        for (std::size_t i = 0; i < LatencyHistogram::kBounds.size(); ++i)
            QCOMPARE(histogram.countUpTo(i), quint64(2 * i + 1));
        QCOMPARE(histogram.count(), quint64(2 * LatencyHistogram::kBounds.size()));
    }

    void sumsUp()
    {
        LatencyHistogram histogram;
        histogram.add(std::chrono::microseconds(0));
        histogram.add(std::chrono::hours(1));
        QCOMPARE(histogram.countUpTo(0), quint64(1));
        QCOMPARE(histogram.count(), quint64(2));
        QCOMPARE(histogram.sum(), std::chrono::microseconds(std::chrono::hours(1)));
    }
};

QTEST_APPLESS_MAIN(TestLatencyHistogram)
#include "tst_latencyhistogram.moc"
