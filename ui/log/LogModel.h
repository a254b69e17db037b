// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <chrono>
#include <deque>
#include <mutex>
#include <vector>

namespace trunkline {

/// One line of the program's log.
struct LogLine
{
    std::chrono::milliseconds at{};     ///< since 1970-01-01 UTC
    QtMsgType level = QtInfoMsg;
    QString category;
    QString text;
};

/// 0 for debug to 3 for an error.
[[nodiscard]] int severityOf(QtMsgType level);

/// The last lines of the log. write() may be called on any thread; rows come when refresh() is called.
class LogModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Time, Level, Category, Text };
    static constexpr int Columns = 4;
    static constexpr std::size_t kMostLines = 5'000;

    explicit LogModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void write(LogLine line);       ///< any thread
    void refresh();
    void clear();
    [[nodiscard]] const LogLine &at(int row) const { return m_lines[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::mutex m_mutex;             // guards m_news
    std::deque<LogLine> m_news;
    std::deque<LogLine> m_lines;
};

} // namespace trunkline
